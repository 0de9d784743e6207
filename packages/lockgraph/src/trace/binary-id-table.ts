import { LineError } from './jsonl-guards.js';

/** Ids of a file, dense from 0, to ids of a registry. Cost: an array read. Memory: eight to sixteen bytes an id. */
export class IdTable {
  #ids = new Int32Array(64);
  #rules = new Int32Array(64);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** By id of the file; those from {@link size} on mean nothing. Good until the next {@link add}. */
  get ids(): Int32Array {
    return this.#ids;
  }

  /** By id of the file, of what has one: where the rule starts of what may happen to it. */
  get rules(): Int32Array {
    return this.#rules;
  }

  /** The next id of the file stands for `id`. */
  add(id: number, rule = 0): void {
    if (this.#size === this.#ids.length) {
      this.#ids = doubled(this.#ids);
      this.#rules = doubled(this.#rules);
    }
    this.#ids[this.#size] = id;
    this.#rules[this.#size++] = rule;
  }
}

function doubled(column: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(2 * column.length);
  larger.set(column);
  return larger;
}

/** That a row speaks of what the file has not defined. @param count how many such things it has */
export function notDefined(what: string, id: number, count: number): LineError {
  return new LineError(`the ${what} ${id} is not defined; ${count} ${count === 1 ? 'is' : 'are'} before this row`);
}
