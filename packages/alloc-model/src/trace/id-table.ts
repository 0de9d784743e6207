/**
 * A map from block ids, any integers from 0, to small integers. A table of two columns with open addressing, at most half full:
 * no limit of entries (a Map ends at 2^24), 24 bytes an id or less.
 */
const EMPTY = -1;

export class IdTable {
  #keys = new Float64Array(1024).fill(EMPTY);
  #values = new Int32Array(1024);
  #size = 0;

  /** The value of `id`, or -1 if it has none. */
  get(id: number): number {
    const slot = this.#slot(id);
    return this.#keys[slot] === EMPTY ? -1 : this.#values[slot]!;
  }

  set(id: number, value: number): void {
    const slot = this.#slot(id);
    this.#values[slot] = value;
    if (this.#keys[slot] !== EMPTY) return;
    this.#keys[slot] = id;
    this.#size++;
    if (this.#size * 2 > this.#keys.length) this.#grow();
  }

  /** The slot that has `id`, or the empty one where it belongs. */
  #slot(id: number): number {
    const mask = this.#keys.length - 1;
    let slot = hash(id) & mask;
    for (;;) {
      const key = this.#keys[slot]!;
      if (key === id || key === EMPTY) return slot;
      slot = (slot + 1) & mask;
    }
  }

  #grow(): void {
    const keys = this.#keys;
    const values = this.#values;
    this.#keys = new Float64Array(keys.length * 2).fill(EMPTY);
    this.#values = new Int32Array(keys.length * 2);
    for (let at = 0; at < keys.length; at++) {
      const id = keys[at]!;
      if (id === EMPTY) continue;
      const slot = this.#slot(id);
      this.#keys[slot] = id;
      this.#values[slot] = values[at]!;
    }
  }
}

function hash(id: number): number {
  let h = Math.imul(id | 0, 0x9e3779b1) ^ Math.imul(Math.floor(id / 2 ** 32), 0x85ebca6b);
  h ^= h >>> 16;
  return Math.imul(h, 0x2c1b3c6d) >>> 3;
}
