/**
 * The words for what happens in STD, the trace format of the literature on prediction: `acq rel r w fork join req`, each with its operand in
 * brackets, and `begin end branch dummy`, which bind nothing and may have anything behind them. docs/trace-format.md describes the format.
 */

export const StdOp = {
  /** No word of STD. */
  none: 0,
  acquire: 1,
  release: 2,
  read: 3,
  write: 4,
  fork: 5,
  join: 6,
  request: 7,
  /** Those that bind nothing. */
  mark: 8,
} as const;
export type StdOp = (typeof StdOp)[keyof typeof StdOp];

/** The word of each that has an operand. */
export const STD_WORDS: readonly string[] = ['', 'acq', 'rel', 'r', 'w', 'fork', 'join', 'req'];

/** By op: bytes of its word and the bracket behind it. */
export const STD_WORD_LENGTHS: Uint8Array = Uint8Array.from(STD_WORDS, (word) => word.length + 1);

const MARKS: readonly string[] = ['begin', 'end', 'branch', 'dummy'];

const OPEN = code('(');
const A = code('a');
const C = code('c');
const E = code('e');
const F = code('f');
const J = code('j');
const L = code('l');
const Q = code('q');
const R = code('r');
const W = code('w');

/** What the word at `at` stands for, if its bracket follows; a mark needs none. No byte after a newline is looked at. */
export function stdOpAt(bytes: Uint8Array, at: number): StdOp {
  switch (bytes[at]) {
    case R:
      if (bytes[at + 1] === OPEN) return StdOp.read;
      if (bytes[at + 1] !== E) return StdOp.none;
      if (bytes[at + 2] === L) return bytes[at + 3] === OPEN ? StdOp.release : StdOp.none;
      return bytes[at + 2] === Q && bytes[at + 3] === OPEN ? StdOp.request : StdOp.none;
    case W:
      return bytes[at + 1] === OPEN ? StdOp.write : StdOp.none;
    case A:
      return bytes[at + 1] === C && bytes[at + 2] === Q && bytes[at + 3] === OPEN ? StdOp.acquire : StdOp.none;
    case F:
      return startsWith(bytes, at, 'fork(') ? StdOp.fork : StdOp.none;
    case J:
      return startsWith(bytes, at, 'join(') ? StdOp.join : StdOp.none;
    default:
      for (const word of MARKS) {
        if (startsWith(bytes, at, word) && !isWordByte(bytes[at + word.length]!)) return StdOp.mark;
      }
      return StdOp.none;
  }
}

function startsWith(bytes: Uint8Array, at: number, word: string): boolean {
  for (let i = 0; i < word.length; i++) {
    if (bytes[at + i] !== word.charCodeAt(i)) return false;
  }
  return true;
}

/** A letter, a digit or `_`: the word goes on. */
function isWordByte(byte: number): boolean {
  return (byte >= 0x30 && byte <= 0x39) || byte === 0x5f || ((byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7a);
}

function code(letter: string): number {
  return letter.charCodeAt(0);
}
