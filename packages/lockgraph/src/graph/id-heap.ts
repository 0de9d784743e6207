/** A binary heap of ids, the one with the least key on top. Cost: O(log n) each. Keeps its memory when it is emptied. */
import { doubled } from './columns.js';

export class IdHeap {
  #ids = new Int32Array(16);
  #keys = new Float64Array(16);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  clear(): void {
    this.#size = 0;
  }

  push(id: number, key: number): void {
    if (this.#size === this.#ids.length) {
      this.#ids = doubled(this.#ids);
      const keys = new Float64Array(this.#size * 2);
      keys.set(this.#keys);
      this.#keys = keys;
    }
    const ids = this.#ids;
    const keys = this.#keys;
    let hole = this.#size++;
    while (hole > 0) {
      const parent = (hole - 1) >> 1;
      if (keys[parent]! <= key) break;
      ids[hole] = ids[parent]!;
      keys[hole] = keys[parent]!;
      hole = parent;
    }
    ids[hole] = id;
    keys[hole] = key;
  }

  /** Takes the id with the least key out of a heap that is not empty. */
  pop(): number {
    const ids = this.#ids;
    const keys = this.#keys;
    const top = ids[0]!;
    const size = --this.#size;
    const id = ids[size]!;
    const key = keys[size]!;
    let hole = 0;
    for (let child = 1; child < size; child = 2 * hole + 1) {
      if (child + 1 < size && keys[child + 1]! < keys[child]!) child++;
      if (keys[child]! >= key) break;
      ids[hole] = ids[child]!;
      keys[hole] = keys[child]!;
      hole = child;
    }
    ids[hole] = id;
    keys[hole] = key;
    return top;
  }
}
