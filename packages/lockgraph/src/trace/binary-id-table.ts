/** Ids of a file, dense from 0, to ids of a registry. Cost: an array read. Memory: four to eight bytes an id. */
export class IdTable {
  #ids = new Int32Array(64);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** By id of the file; those from {@link size} on mean nothing. Good until the next {@link add}. */
  get ids(): Int32Array {
    return this.#ids;
  }

  /** The next id of the file stands for `id`. */
  add(id: number): void {
    if (this.#size === this.#ids.length) {
      const larger = new Int32Array(2 * this.#size);
      larger.set(this.#ids);
      this.#ids = larger;
    }
    this.#ids[this.#size++] = id;
  }
}
