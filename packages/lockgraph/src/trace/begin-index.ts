/**
 * Finds the begin row of an operation in the window. Operations begin in the order of their numbers, so a ring of their rows is
 * sorted. Cost: a store to add, a binary search to find. Memory: 4 bytes a row of the window.
 */
import type { OperationNumber } from './event.js';
import type { EventColumns } from './event-columns.js';

export class BeginIndex {
  readonly #columns: EventColumns;
  /** Grows with the columns until they have their full size; nothing is forgotten before. */
  #rows: Int32Array;
  #oldest = 0;
  #size = 0;
  #next = 0;

  /** @param columns the window; the index never holds more rows than it has */
  constructor(columns: EventColumns) {
    this.#columns = columns;
    this.#rows = new Int32Array(columns.rows);
  }

  add(row: number): void {
    if (this.#next === this.#rows.length) this.#turn();
    this.#rows[this.#next++] = row;
    this.#size++;
  }

  /** The oldest rows of the window, `from` up to and without `to`, are about to go. */
  forget(from: number, to: number): void {
    while (this.#size > 0) {
      const row = this.#rows[this.#oldest]!;
      if (row < from || row >= to) return;
      if (++this.#oldest === this.#rows.length) this.#oldest = 0;
      this.#size--;
    }
  }

  /** The row of the window in which an operation begins, or -1. */
  find(operation: OperationNumber): number {
    let low = 0;
    let high = this.#size;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#columns.operation[this.#at(middle)]! < operation) low = middle + 1;
      else high = middle;
    }
    if (low === this.#size) return -1;
    const row = this.#at(low);
    return this.#columns.operation[row] === operation ? row : -1;
  }

  #turn(): void {
    const { rows } = this.#columns;
    if (rows === this.#rows.length) {
      this.#next = 0;
      return;
    }
    const larger = new Int32Array(rows);
    larger.set(this.#rows);
    this.#rows = larger;
  }

  #at(index: number): number {
    const slot = this.#oldest + index;
    return this.#rows[slot < this.#rows.length ? slot : slot - this.#rows.length]!;
  }
}
