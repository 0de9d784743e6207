/**
 * One line of a call log: `mallocx ID SIZE FLAGS [tK]`, `rallocx ID NEWID SIZE FLAGS [tK]`, `sdallocx ID CLAIMED FLAGS [tK]`,
 * `dallocx ID FLAGS [tK]` or `texit tK`. Reads bytes, so that a good line makes no string.
 */
import { CallKind, callNames } from './call-log.js';
import type { CallSink } from './call-sink.js';
import { CallLogError, quoted } from './call-log-error.js';

/** What the columns of each call are, by {@link CallKind}; the thread may be left out where it is not the only one. */
const columns = [
  ['ID', 'SIZE', 'FLAGS'],
  ['ID', 'NEWID', 'SIZE', 'FLAGS'],
  ['ID', 'CLAIMED', 'FLAGS'],
  ['ID', 'FLAGS'],
  [],
] as const;
const keywords = callNames.map((name) => new TextEncoder().encode(name));

const MOST_COLUMNS = 6;
const LARGEST_FLAGS = 2 ** 31 - 1;
const LARGEST_THREAD = 2 ** 31 - 1;
const SPACE = 32;
const TAB = 9;
const ZERO = 48;
const T = 't'.charCodeAt(0);

export class CallParser {
  readonly #file: string;
  readonly #log: CallSink;
  readonly #starts = new Int32Array(MOST_COLUMNS);
  readonly #ends = new Int32Array(MOST_COLUMNS);
  #line = 0;
  #bytes: Uint8Array = new Uint8Array(0);
  #from = 0;
  #to = 0;

  constructor(file: string, log: CallSink) {
    this.#file = file;
    this.#log = log;
  }

  /** Tells the sink of the call. @throws CallLogError with the line and what is wrong with it */
  parse(bytes: Uint8Array, start: number, end: number, line: number): void {
    this.#bytes = bytes;
    this.#from = start;
    this.#to = end;
    this.#line = line;
    const count = this.#split();
    const kind = this.#kind(count);
    const numbers = columns[kind].length;
    if (count - 1 !== numbers && count - 1 !== numbers + 1) this.#refuseColumns(kind, count);
    if (kind === CallKind.texit) {
      if (count !== 2) this.#refuseColumns(kind, count);
      this.#log.texit(this.#thread(1));
      return;
    }
    const thread = count - 1 > numbers ? this.#thread(numbers + 1) : 0;
    const flags = this.#integer(numbers, 'FLAGS');
    if (flags > LARGEST_FLAGS) this.#refuse(`FLAGS is ${flags}: they are the 31 bits of jemalloc's int flags`);
    const id = this.#integer(1, 'ID');
    switch (kind) {
      case CallKind.mallocx:
        this.#log.mallocx(id, this.#integer(2, 'SIZE'), flags, thread);
        break;
      case CallKind.rallocx:
        this.#log.rallocx(id, this.#integer(2, 'NEWID'), this.#integer(3, 'SIZE'), flags, thread);
        break;
      case CallKind.sdallocx:
        this.#log.sdallocx(id, this.#integer(2, 'CLAIMED'), flags, thread);
        break;
      case CallKind.dallocx:
        this.#log.dallocx(id, flags, thread);
        break;
    }
  }

  /** Finds the columns; their number, or one more than the most that are kept. */
  #split(): number {
    const bytes = this.#bytes;
    let count = 0;
    let at = this.#from;
    for (;;) {
      while (at < this.#to && isBlank(bytes[at]!)) at++;
      if (at === this.#to) return count;
      if (count === MOST_COLUMNS) return MOST_COLUMNS + 1;
      this.#starts[count] = at;
      while (at < this.#to && !isBlank(bytes[at]!)) at++;
      this.#ends[count++] = at;
    }
  }

  #kind(count: number): CallKind {
    if (count === 0) this.#refuse('the line is empty: call N must be line N');
    const start = this.#starts[0]!;
    const length = this.#ends[0]! - start;
    for (let kind = 0; kind < keywords.length; kind++) {
      const keyword = keywords[kind]!;
      if (keyword.length !== length) continue;
      let same = 0;
      while (same < length && keyword[same] === this.#bytes[start + same]) same++;
      if (same === length) return kind as CallKind;
    }
    return this.#refuse(`${quoted(this.#text(0))} is no call: expected ${callNames.slice(0, -1).join(', ')} or texit`);
  }

  #integer(column: number, name: string): number {
    let value = 0;
    const end = this.#ends[column]!;
    for (let at = this.#starts[column]!; at < end; at++) {
      const digit = this.#bytes[at]! - ZERO;
      if (digit < 0 || digit > 9) this.#refuseInteger(column, name);
      value = value * 10 + digit;
    }
    if (value > Number.MAX_SAFE_INTEGER) this.#refuse(`${name} is larger than 2^53 - 1: ${quoted(this.#text(column))}`);
    return value;
  }

  #thread(column: number): number {
    const start = this.#starts[column]!;
    const end = this.#ends[column]!;
    if (this.#bytes[start] !== T || end === start + 1) this.#refuseThread(column);
    let value = 0;
    for (let at = start + 1; at < end; at++) {
      const digit = this.#bytes[at]! - ZERO;
      if (digit < 0 || digit > 9) this.#refuseThread(column);
      value = value * 10 + digit;
    }
    if (value > LARGEST_THREAD) this.#refuseThread(column);
    return value;
  }

  #refuseInteger(column: number, name: string): never {
    const text = this.#text(column);
    const reason = /^-\d+$/.test(text) ? 'is negative' : 'is not an integer';
    this.#refuse(`${name} ${reason}: ${quoted(text)}`);
  }

  #refuseThread(column: number): never {
    this.#refuse(`expected a thread, t0, t1, … in the last column, but got ${quoted(this.#text(column))}`);
  }

  #refuseColumns(kind: CallKind, count: number): never {
    const form = kind === CallKind.texit ? 'texit tK' : [callNames[kind], ...columns[kind], '[tK]'].join(' ');
    const got = count > MOST_COLUMNS ? `more than ${MOST_COLUMNS}` : `${count}`;
    this.#refuse(`wrong number of columns: expected "${form}", but got ${got} column${count === 1 ? '' : 's'}`);
  }

  #refuse(reason: string): never {
    const line = this.#bytes.subarray(this.#from, this.#to);
    throw new CallLogError(this.#file, this.#line, isText(line) ? reason : 'binary data: this is no call log');
  }

  #text(column: number): string {
    return new TextDecoder().decode(this.#bytes.subarray(this.#starts[column], this.#ends[column]));
  }
}

function isBlank(byte: number): boolean {
  return byte === SPACE || byte === TAB;
}

function isText(bytes: Uint8Array): boolean {
  if (bytes.includes(0)) return false;
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
}
