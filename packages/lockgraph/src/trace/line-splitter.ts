/** Bytes, in any pieces, to lines of text. Memory: one piece, and the line that is not whole yet, which is bounded. */
import { TraceError } from './trace-error.js';

/** Longest line of a trace, in bytes. */
export const LINE_BYTES = 1_048_576;

const NEWLINE = 10;

export class LineSplitter {
  readonly #file: string;
  readonly #take: (line: string, number: number) => void;
  readonly #decoder = new TextDecoder('utf-8', { fatal: true });
  /** Pieces of the line that is not whole yet. */
  #pieces: Uint8Array[] = [];
  readonly #most: number;
  #unread = 0;
  #lines = 0;

  /**
   * @param take gets each line without its end, and its 1-based number
   * @param most bytes of a line
   */
  constructor(file: string, take: (line: string, number: number) => void, most = LINE_BYTES) {
    this.#file = file;
    this.#take = take;
    this.#most = most;
  }

  /** Bytes of the last line, which has no end yet. */
  get unread(): number {
    return this.#unread;
  }

  /** Number of whole lines. */
  get lines(): number {
    return this.#lines;
  }

  /** @throws TraceError for a line that is too long, or no UTF-8 */
  push(chunk: Uint8Array): void {
    const whole = chunk.lastIndexOf(NEWLINE) + 1;
    if (whole > 0) {
      this.#pieces.push(chunk.subarray(0, whole));
      const bytes = this.#pieces.length === 1 ? this.#pieces[0]! : Buffer.concat(this.#pieces);
      this.#pieces = [];
      this.#unread = 0;
      this.#split(bytes);
    }
    if (whole === chunk.length) return;
    // A copy: whoever gave the chunk may use its memory again.
    this.#pieces.push(Buffer.from(chunk.subarray(whole)));
    this.#unread += chunk.length - whole;
    if (this.#unread > this.#most) throw this.#tooLong(this.#lines + 1);
  }

  /** The text after the last line end; undefined if there is none, or it is not UTF-8. */
  rest(): string | undefined {
    if (this.#unread === 0) return undefined;
    try {
      return this.#decoder.decode(Buffer.concat(this.#pieces));
    } catch {
      return undefined;
    }
  }

  #split(bytes: Uint8Array): void {
    let text: string;
    try {
      text = this.#decoder.decode(bytes);
    } catch {
      this.#splitDamaged(bytes);
      return;
    }
    for (let start = 0; start < text.length; ) {
      const end = text.indexOf('\n', start);
      const number = ++this.#lines;
      if (end - start > this.#most) throw this.#tooLong(number);
      this.#take(text.slice(start, end), number);
      start = end + 1;
    }
  }

  /** Somewhere in the bytes is a line that is no text: takes those before it. */
  #splitDamaged(bytes: Uint8Array): void {
    for (let start = 0; start < bytes.length; ) {
      const end = bytes.indexOf(NEWLINE, start);
      const number = ++this.#lines;
      let line: string;
      try {
        line = this.#decoder.decode(bytes.subarray(start, end));
      } catch {
        throw new TraceError(this.#file, number, 'the line is not UTF-8 text');
      }
      this.#take(line, number);
      start = end + 1;
    }
  }

  #tooLong(line: number): TraceError {
    return new TraceError(this.#file, line, `the line is longer than ${this.#most} bytes, the most that is read`);
  }
}
