/**
 * The lines of a gdb log, from bytes in any pieces. Nothing is an error: what is no line of the log is counted.
 * Memory: one piece, and one line of at most 64 KiB; a longer one is nobody's.
 */
import { beginsLoggedLine, parseLoggedLine } from './gdb-log-line.js';
import type { LoggedLine } from './gdb-log-line.js';

const LONGEST_LINE = 65_536;
const NEWLINE = 10;

/** What a log had in it. */
export interface LoggedLines {
  /** Lines, whatever they say, without a half one at the end. */
  readonly lines: number;
  /** Lines that the log's grammar knows. */
  readonly known: number;
  /** Lines that begin as one of the log and are none, and the first of them; 0: none. */
  readonly damaged: number;
  readonly firstDamaged: number;
  /** Number of the last line if it has no end and is not whole without one, and its bytes; 0: there is none. */
  readonly cutOff: number;
  readonly cutOffBytes: number;
  /** The beginning of that line. */
  readonly cutOffText: string;
}

export class LoggedLineReader {
  readonly #take: (line: LoggedLine, number: number) => void;
  readonly #decoder = new TextDecoder('latin1');
  readonly #utf8 = new TextDecoder();
  #pending: Uint8Array[] = [];
  #pendingBytes = 0;
  #lines = 0;
  #known = 0;
  #damaged = 0;
  #firstDamaged = 0;

  /** @param take gets each line that the grammar knows, and its 1-based number */
  constructor(take: (line: LoggedLine, number: number) => void) {
    this.#take = take;
  }

  push(chunk: Uint8Array): void {
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, start)) {
      this.#lines++;
      if (this.#pendingBytes === 0) {
        this.#line(chunk.subarray(start, end));
      } else {
        this.#hold(chunk.subarray(start, end));
        if (this.#pendingBytes <= LONGEST_LINE) this.#line(Buffer.concat(this.#pending));
        this.#pending = [];
        this.#pendingBytes = 0;
      }
      start = end + 1;
    }
    // A copy: whoever gave the chunk may use its memory again.
    if (start < chunk.length) this.#hold(Buffer.from(chunk.subarray(start)));
  }

  /** Nothing follows. A last line without an end counts only if nothing can be missing of it. */
  finish(): LoggedLines {
    const rest = this.#pendingBytes <= LONGEST_LINE ? Buffer.concat(this.#pending) : Buffer.alloc(0);
    const text = this.#decoder.decode(rest);
    const last = parseLoggedLine(text);
    const whole = last?.what === 'call' || last?.what === 'stopped' || (last === undefined && !beginsLoggedLine(text));
    const cutOff = this.#pendingBytes > 0 && !whole;
    if (this.#pendingBytes > 0 && whole) {
      this.#lines++;
      this.#line(rest);
    }
    return {
      lines: this.#lines,
      known: this.#known,
      damaged: this.#damaged,
      firstDamaged: this.#firstDamaged,
      cutOff: cutOff ? this.#lines + 1 : 0,
      cutOffBytes: cutOff ? this.#pendingBytes : 0,
      cutOffText: cutOff ? this.#utf8.decode(rest.subarray(0, 120)) : '',
    };
  }

  #line(bytes: Uint8Array): void {
    if (bytes.length > LONGEST_LINE || !mayBeLogged(bytes)) return;
    const end = bytes.at(-1) === 13 ? -1 : bytes.length;
    const line = parseLoggedLine(this.#utf8.decode(bytes.subarray(0, end)));
    if (line === undefined) return;
    if (line.what === 'damaged') {
      this.#damaged++;
      this.#firstDamaged ||= this.#lines;
      return;
    }
    this.#known++;
    this.#take(line, this.#lines);
  }

  /** Keeps a piece of a line; of one that is too long, only how long it is. */
  #hold(bytes: Uint8Array): void {
    this.#pendingBytes += bytes.length;
    if (this.#pendingBytes > LONGEST_LINE) this.#pending = [];
    else this.#pending.push(bytes);
  }
}

/** Cheap, for most lines of gdb's backtraces: whether the first byte is one that a line of the log can begin with. */
function mayBeLogged(bytes: Uint8Array): boolean {
  const first = bytes[0];
  if (first === undefined) return false;
  return first === 0x20 || first === 0x5b || first === 0x2d || first === 0x5f || (first >= 0x61 && first <= 0x7a);
}
