/**
 * Bytes, in any pieces, to runs of whole lines, which nobody decodes. Whole lines of a piece are passed on where they are; a line that lies in
 * several pieces is put together. Memory: that line, which is bounded.
 */
import { LINE_BYTES } from './line-splitter.js';

export const NEWLINE = 10;
export const RETURN = 13;

/** Who hears of the lines. */
export interface ByteLineTaker {
  /** Whole lines: those from `from` up to `to`, at which the last has ended with its newline. The bytes are good until this returns. */
  lines(bytes: Buffer, from: number, to: number): void;
  /** Instead of the line that comes next, which is longer than is read: called when that is known, before its end was seen. */
  tooLong(): void;
}

export class ByteLines {
  readonly #taker: ByteLineTaker;
  /** The beginning of the line that is not whole yet. */
  #carry = Buffer.allocUnsafeSlow(256);
  #carried = 0;
  /** Whether the rest of the line under way is left out. */
  #leaving = false;

  constructor(taker: ByteLineTaker) {
    this.#taker = taker;
  }

  push(chunk: Uint8Array): void {
    let from = 0;
    if (this.#carried > 0 || this.#leaving) {
      const newline = chunk.indexOf(NEWLINE);
      from = newline === -1 ? chunk.length : newline + 1;
      this.#keep(chunk, 0, from);
      if (newline === -1) return;
      this.#pass();
    }
    const whole = chunk.lastIndexOf(NEWLINE) + 1;
    if (whole > from) {
      const bytes = Buffer.isBuffer(chunk) ? chunk : Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length);
      this.#taker.lines(bytes, from, whole);
      from = whole;
    }
    if (from < chunk.length) this.#keep(chunk, from, chunk.length);
  }

  /** Nothing follows: a last line that lacks its newline gets one. @returns its length in bytes; 0: there is none */
  finish(): number {
    const length = this.#carried;
    if (length > 0) {
      this.#carry[this.#carried++] = NEWLINE;
      this.#pass();
    }
    return length;
  }

  /** Nothing follows, and a last line that lacks its newline is half a line, which is left out. @returns its length in bytes; 0: there is none */
  drop(): number {
    const length = this.#carried;
    this.#carried = 0;
    return length;
  }

  #pass(): void {
    const end = this.#carried;
    this.#carried = 0;
    if (!this.#leaving) this.#taker.lines(this.#carry, 0, end);
    this.#leaving = false;
  }

  #keep(chunk: Uint8Array, from: number, to: number): void {
    if (this.#leaving) return;
    const length = this.#carried + to - from;
    // The newline may be among the bytes.
    if (length > LINE_BYTES + 1) {
      this.#leaving = true;
      this.#carried = 0;
      this.#taker.tooLong();
      return;
    }
    if (length >= this.#carry.length) {
      const larger = Buffer.allocUnsafeSlow(length * 2);
      larger.set(this.#carry.subarray(0, this.#carried));
      this.#carry = larger;
    }
    this.#carry.set(chunk.subarray(from, to), this.#carried);
    this.#carried = length;
  }
}
