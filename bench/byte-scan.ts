/**
 * The yardstick for reading STD: `tsx bench/byte-scan.ts FILE` reads a trace in pieces of 256 KiB, looks at every byte, interns the thread, the operation
 * and the operand of each line by their bytes, and does nothing else. Prints its own seconds, as JSON.
 */
import { closeSync, openSync, readSync } from 'node:fs';

const PIECE = 262_144;
const NEWLINE = 0x0a;
const BAR = 0x7c;
const OPEN = 0x28;
const CLOSE = 0x29;

export interface ByteScan {
  readonly seconds: number;
  readonly lines: number;
  /** How many different threads, operations and operands there are. */
  readonly names: number;
}

/** Names by their bytes: an open-addressing table of FNV-1a hashes. Enough for a yardstick: it never grows. */
class ByteNames {
  readonly #slots = new Int32Array(1 << 18).fill(-1);
  readonly #starts = new Int32Array(1 << 17);
  readonly #bytes = new Uint8Array(1 << 22);
  count = 0;

  intern(bytes: Uint8Array, start: number, end: number, hash: number): number {
    const mask = this.#slots.length - 1;
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const id = this.#slots[slot]!;
      if (id === -1) return this.#add(bytes, start, end, slot);
      if (this.#equals(id, bytes, start, end)) return id;
    }
  }

  #equals(id: number, bytes: Uint8Array, start: number, end: number): boolean {
    const first = this.#starts[id]!;
    const length = end - start;
    if (this.#starts[id + 1]! - first !== length) return false;
    for (let at = 0; at < length; at++) if (this.#bytes[first + at] !== bytes[start + at]) return false;
    return true;
  }

  #add(bytes: Uint8Array, start: number, end: number, slot: number): number {
    const first = this.#starts[this.count]!;
    if (this.count + 2 > this.#starts.length || first + end - start > this.#bytes.length) throw new RangeError('there are too many names for the yardstick');
    this.#bytes.set(bytes.subarray(start, end), first);
    this.#starts[this.count + 1] = first + end - start;
    this.#slots[slot] = this.count;
    return this.count++;
  }
}

function byteScan(path: string): ByteScan {
  const started = performance.now();
  const file = openSync(path, 'r');
  const names = new ByteNames();
  const buffer = new Uint8Array(2 * PIECE);
  let lines = 0;
  // Bytes of a line that goes on in the next piece.
  let kept = 0;
  for (let read = readSync(file, buffer, 0, PIECE, null); read > 0; read = readSync(file, buffer, kept, PIECE, null)) {
    const end = kept + read;
    let start = 0;
    let from = 0;
    let hash = 0x811c_9dc5;
    for (let at = 0; at < end; at++) {
      const byte = buffer[at]!;
      if (byte === BAR || byte === OPEN || byte === CLOSE) {
        if (at > from) names.intern(buffer, from, at, hash >>> 8);
        from = at + 1;
        hash = 0x811c_9dc5;
      } else if (byte === NEWLINE) {
        lines++;
        from = start = at + 1;
        hash = 0x811c_9dc5;
      } else {
        hash = Math.imul(hash ^ byte, 0x0100_0193);
      }
    }
    buffer.copyWithin(0, start, end);
    kept = end - start;
  }
  closeSync(file);
  return { seconds: (performance.now() - started) / 1000, lines, names: names.count };
}

const [, , path] = process.argv;
if (path === undefined) throw new TypeError('which FILE is to be scanned?');
console.log(JSON.stringify(byteScan(path)));
