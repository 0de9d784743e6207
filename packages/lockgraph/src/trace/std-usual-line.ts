/**
 * The fast path of the STD reader: a line of which every name was seen, and nothing is unusual. One pass over its bytes, which hashes the names
 * on the way and makes no string and no object. Cost: some 50 ns and what the probes of the tables miss in the cache.
 */
import { HASH_SEED, hashed } from './byte-interner.js';
import { NEWLINE, RETURN } from './byte-lines.js';
import { LINE_BYTES } from './line-splitter.js';
import type { StdEvents } from './std-events.js';
import { BAR, CLOSE } from './std-line.js';
import { StdOp, stdOpAt, STD_WORD_LENGTHS } from './std-op.js';
import type { StdSymbols } from './std-symbols.js';

/** The line is for {@link parseStdLine}. */
export const NOT_USUAL = -1;

const SPACE = 0x20;
const ZERO = 0x30;
const NINE = 0x39;
/** A location of so many digits is below 2^31, whatever they are. */
const SAFE_DIGITS = 9;

/**
 * Reads the line at `from`, which ends with a newline.
 * @returns where the next one begins; or {@link NOT_USUAL}, and nothing was told
 */
export function readUsualLine(bytes: Uint8Array, from: number, symbols: StdSymbols, events: StdEvents): number {
  let at = from;
  let byte = bytes[at]!;
  let hash = HASH_SEED;
  while (byte !== BAR && byte !== NEWLINE) {
    hash = hashed(hash, byte);
    byte = bytes[++at]!;
  }
  if (byte === NEWLINE) return NOT_USUAL;
  const thread = symbols.threads.find(bytes, from, at, hash);
  if (thread === -1) return NOT_USUAL;

  const op = stdOpAt(bytes, ++at);
  if (op === StdOp.none) return NOT_USUAL;
  let object = 0;
  if (op === StdOp.mark) {
    for (byte = bytes[at]!; byte !== BAR && byte !== NEWLINE; ) byte = bytes[++at]!;
    if (byte === NEWLINE) return NOT_USUAL;
    at++;
  } else {
    at += STD_WORD_LENGTHS[op]!;
    const operand = at;
    byte = bytes[at]!;
    hash = HASH_SEED;
    while (byte > SPACE && byte !== BAR && !(byte === CLOSE && bytes[at + 1] === BAR)) {
      hash = hashed(hash, byte);
      byte = bytes[++at]!;
    }
    if (byte !== CLOSE) return NOT_USUAL;
    object = symbols.named(op).find(bytes, operand, at, hash);
    if (object === -1) return NOT_USUAL;
    at += 2;
  }

  const digits = at;
  let location = 0;
  byte = bytes[at]!;
  while (byte >= ZERO && byte <= NINE) {
    location = location * 10 + byte - ZERO;
    byte = bytes[++at]!;
  }
  const length = at - digits;
  if (byte === RETURN) byte = bytes[++at]!;
  if (byte !== NEWLINE || length === 0 || length > SAFE_DIGITS || at - from > LINE_BYTES) return NOT_USUAL;
  events.tell(op, thread, object, location);
  return at + 1;
}
