/**
 * Names as they stand in a text, in bytes, to the ids that somebody gave them; no string is made of a name that is known.
 * An open-addressed table with linear probing, at most half full, over one pool of bytes. Whoever scans a text hashes a name on the way, byte by
 * byte ({@link HASH_SEED}, {@link hashed}).
 * Cost: one probe, and a comparison of the bytes. Memory: 32 to 64 bytes a name, and twice its length at most.
 */

/** Hash of the empty name. */
export const HASH_SEED = 0x811c9dc5 | 0;

/** The hash of a name with one byte more (FNV-1a). */
export function hashed(hash: number, byte: number): number {
  return Math.imul(hash ^ byte, 0x01000193);
}

/** What stands at an entry of the table, each an int32: what makes a probe is one line of the cache. */
const ENTRY = 4;
/** The id and 1; 0: the entry is empty. */
const ID = 0;
const HASH = 1;
const START = 2;
const LENGTH = 3;

export class ByteInterner {
  #entries = new Int32Array(1024 * ENTRY);
  #mask = 1023;
  #size = 0;
  #pool = new Uint8Array(4096);
  #used = 0;

  /** The id of the name at `from` up to `to`, or -1 if it has none. */
  find(bytes: Uint8Array, from: number, to: number, hash: number): number {
    const entries = this.#entries;
    const length = to - from;
    for (let slot = spread(hash) & this.#mask; ; slot = (slot + 1) & this.#mask) {
      const entry = slot * ENTRY;
      const id = entries[entry + ID]!;
      if (id === 0) return -1;
      if (entries[entry + HASH] !== hash || entries[entry + LENGTH] !== length) continue;
      const pool = this.#pool;
      let at = entries[entry + START]!;
      let index = from;
      while (index < to && pool[at] === bytes[index]) {
        index++;
        at++;
      }
      if (index === to) return id - 1;
    }
  }

  /** Gives a name that has none the id `id`. The bytes are copied. */
  add(bytes: Uint8Array, from: number, to: number, hash: number, id: number): void {
    if ((this.#size + 1) * 2 > this.#mask) this.#growTable();
    const length = to - from;
    if (this.#used + length > this.#pool.length) this.#growPool(length);
    const entry = vacant(this.#entries, this.#mask, hash);
    this.#entries[entry + ID] = id + 1;
    this.#entries[entry + HASH] = hash;
    this.#entries[entry + START] = this.#used;
    this.#entries[entry + LENGTH] = length;
    for (let index = from; index < to; index++) this.#pool[this.#used++] = bytes[index]!;
    this.#size++;
  }

  #growTable(): void {
    const old = this.#entries;
    this.#mask = this.#mask * 2 + 1;
    this.#entries = new Int32Array(old.length * 2);
    for (let from = 0; from < old.length; from += ENTRY) {
      if (old[from + ID] === 0) continue;
      const entry = vacant(this.#entries, this.#mask, old[from + HASH]!);
      for (let column = 0; column < ENTRY; column++) this.#entries[entry + column] = old[from + column]!;
    }
  }

  #growPool(length: number): void {
    const larger = new Uint8Array(Math.max(this.#pool.length * 2, this.#used + length));
    larger.set(this.#pool.subarray(0, this.#used));
    this.#pool = larger;
  }
}

/** Where an entry with this hash goes. */
function vacant(entries: Int32Array, mask: number, hash: number): number {
  let slot = spread(hash) & mask;
  while (entries[slot * ENTRY + ID] !== 0) slot = (slot + 1) & mask;
  return slot * ENTRY;
}

/** The high bits of a product know more of the name than the low ones, which choose the slot. */
function spread(hash: number): number {
  return hash ^ (hash >>> 15);
}
