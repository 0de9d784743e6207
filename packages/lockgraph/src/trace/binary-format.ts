/** The numbers of the binary trace format, for its writer and its reader; docs/binary-trace-format.md describes it. All are little-endian. */
import { EventKind, Mode } from './event.js';
import { MODE_NAMES, OBJECTS } from './jsonl-format.js';
import { isJoin } from './jsonl-modes.js';

/** Its first byte is no text, and its line ends do not survive a transfer as text. As bytes, each a character. */
export const MAGIC = '\u0089LGB\r\n\u001a\n';
export const BINARY_VERSION = 1;
/** Bytes before the first block: the magic, and the version as a uint32. */
export const PREAMBLE = 12;

/** A block: its checksum, what it holds, the length of that in bytes, and then that. The checksum begins with the block's before it. */
export const BLOCK = { checksum: 0, kind: 4, length: 8, payload: 12 } as const;
export const BlockKind = {
  /** `LINE`: lines of text. */
  lines: 0x454e494c,
  /** `ROWS`: events. */
  rows: 0x53574f52,
} as const;
/** A block is complete when it has so many bytes. */
export const FULL_BLOCK = 65_536;
/** The most bytes that a reader takes for a block: room for a line of JSONL, which has at most half of it. */
export const LARGEST_BLOCK = 2_097_152;

/** The first int32 of a row, by bits. */
export const ROW = {
  /** Kind and mode together: an index into {@link OBJECT_OF}. */
  what: 0xff,
  modeShift: 5,
  kind: 0x1f,
  /** Which of the further fields follow, in this order. The thread does where it is too large for {@link ROW.threadShift}, and is 0 there. */
  thread: 1 << 8,
  call: 1 << 9,
  operation: 1 << 10,
  event: 1 << 11,
  /** Two bits: no arguments, the first as an int32, both as int32, both as doubles. */
  arguments: 3 << 12,
  firstArgument: 1 << 12,
  intArguments: 2 << 12,
  doubleArguments: 3 << 12,
  further: 0x3f << 8,
  furtherShift: 8,
  threadShift: 14,
} as const;
/** Threads from this on are written in a field of their own. */
export const WIDE_THREAD = 2 ** 18;
/** Bytes of the largest row. */
export const LARGEST_ROW = 44;

/** What the object of a row is. */
export const ObjectKind = { invalid: 0, none: 1, lock: 2, thread: 3, variable: 4, operation: 5, note: 6 } as const;

/** By kind and mode ({@link ROW}.what): the {@link ObjectKind}, `invalid` where there is none. Whether a lock may have the mode depends on it. */
export const OBJECT_OF: Uint8Array = objects();

function objects(): Uint8Array {
  const table = new Uint8Array(256);
  for (const kind of Object.values(EventKind)) {
    const object = OBJECTS[kind];
    for (const mode of Object.values(Mode)) {
      const what = kind | (mode << ROW.modeShift);
      if (isJoin(kind, MODE_NAMES[mode])) table[what] = ObjectKind.thread;
      else if (object === 'lock' || mode === Mode.exclusive) table[what] = ObjectKind[object];
    }
  }
  table[EventKind.note] = ObjectKind.note;
  return table;
}

/** By the bits of the further fields, shifted to 0: bytes of the row. */
export const ROW_BYTES: Uint8Array = Uint8Array.from({ length: 64 }, (_, shifted) => {
  const further = shifted << ROW.furtherShift;
  let bytes = 8;
  if ((further & ROW.thread) !== 0) bytes += 4;
  if ((further & ROW.call) !== 0) bytes += 4;
  if ((further & ROW.operation) !== 0) bytes += 4;
  if ((further & ROW.event) !== 0) bytes += 8;
  const given = further & ROW.arguments;
  if (given === ROW.firstArgument) return bytes + 4;
  if (given === ROW.intArguments) return bytes + 8;
  return given === ROW.doubleArguments ? bytes + 16 : bytes;
});
