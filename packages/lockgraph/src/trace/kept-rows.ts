/**
 * The rows that outlive the window. Each has one owner, who frees it; two owners may keep copies of one event, and a
 * reader sees it once. Cost: a row is a copy; the order is sorted when somebody reads.
 */
import { EventRows } from './event-rows.js';

/** Index of a kept row; reused after it was freed. */
export type KeptRow = number;

export class KeptRows {
  readonly rows: EventRows;
  #used: Uint8Array;
  #size = 0;
  readonly #free: KeptRow[] = [];
  /** All rows in order; undefined if rows have changed since. */
  #sorted: Int32Array | undefined;
  /** What {@link before} answered last, and for which bound. */
  #before: Int32Array | undefined;
  #bound = 0;

  constructor(withLines: boolean) {
    this.rows = new EventRows(64, true, withLines);
    this.#used = new Uint8Array(64);
  }

  /** Keeps a copy of a row. */
  add(from: EventRows, row: number): KeptRow {
    const kept = this.#free.pop() ?? this.#next();
    this.rows.copy(kept, from, row);
    this.#used[kept] = 1;
    this.#changed();
    return kept;
  }

  /** Keeps a copy of a row in the place of another. */
  replace(kept: KeptRow, from: EventRows, row: number): void {
    this.rows.copy(kept, from, row);
    this.#changed();
  }

  free(kept: KeptRow): void {
    this.#used[kept] = 0;
    this.rows.notes.delete(kept);
    this.#free.push(kept);
    this.#changed();
  }

  /** The rows of events before the event `bound`, oldest first, each event once. The array is good until rows change. */
  before(bound: number): Int32Array {
    if (this.#before !== undefined && this.#bound === bound) return this.#before;
    const all = (this.#sorted ??= this.#sort());
    const { rows } = this;
    let low = 0;
    let high = all.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (rows.event(all[middle]!) < bound) low = middle + 1;
      else high = middle;
    }
    this.#bound = bound;
    this.#before = all.subarray(0, low);
    return this.#before;
  }

  #changed(): void {
    this.#sorted = this.#before = undefined;
  }

  #sort(): Int32Array {
    const { rows } = this;
    const sorted = new Int32Array(this.#size - this.#free.length);
    let size = 0;
    for (let kept = 0; kept < this.#size; kept++) if (this.#used[kept] === 1) sorted[size++] = kept;
    sorted.sort((one, other) => rows.event(one) - rows.event(other));
    let distinct = 0;
    for (let i = 0; i < size; i++) {
      if (i === 0 || rows.event(sorted[i]!) !== rows.event(sorted[distinct - 1]!)) sorted[distinct++] = sorted[i]!;
    }
    return sorted.subarray(0, distinct);
  }

  #next(): KeptRow {
    if (this.#size === this.rows.length) {
      this.rows.grow(2 * this.rows.length);
      const used = new Uint8Array(this.rows.length);
      used.set(this.#used);
      this.#used = used;
    }
    return this.#size++;
  }
}
