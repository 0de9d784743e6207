/**
 * The rows that outlive the window. Each has one owner, who frees it; two owners may keep copies of one event, and a
 * reader sees it once. Cost: a row is a copy; the order is sorted when somebody reads.
 */
import { EventColumns } from './event-columns.js';

/** Index of a kept row; reused after it was freed. */
export type KeptRow = number;

export class KeptRows {
  readonly columns: EventColumns;
  #used: Uint8Array;
  #size = 0;
  readonly #free: KeptRow[] = [];
  /** All rows in order; undefined if rows have changed since. */
  #sorted: Int32Array | undefined;
  /** What {@link before} answered last, and for which bound. */
  #before: Int32Array | undefined;
  #bound = 0;

  constructor(withLines: boolean) {
    this.columns = new EventColumns(64, withLines);
    this.#used = new Uint8Array(64);
  }

  /** Keeps a copy of a row. */
  add(from: EventColumns, row: number): KeptRow {
    const kept = this.#free.pop() ?? this.#next();
    this.columns.copy(kept, from, row);
    this.#used[kept] = 1;
    this.#changed();
    return kept;
  }

  /** Keeps a copy of a row in the place of another. */
  replace(kept: KeptRow, from: EventColumns, row: number): void {
    this.columns.copy(kept, from, row);
    this.#changed();
  }

  free(kept: KeptRow): void {
    this.#used[kept] = 0;
    this.columns.note.delete(kept);
    this.#free.push(kept);
    this.#changed();
  }

  /** The rows of events before the event `bound`, oldest first, each event once. The array is good until rows change. */
  before(bound: number): Int32Array {
    if (this.#before !== undefined && this.#bound === bound) return this.#before;
    const all = (this.#sorted ??= this.#sort());
    const { event } = this.columns;
    let low = 0;
    let high = all.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (event[all[middle]!]! < bound) low = middle + 1;
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
    const { event } = this.columns;
    const rows = new Int32Array(this.#size - this.#free.length);
    let size = 0;
    for (let kept = 0; kept < this.#size; kept++) if (this.#used[kept] === 1) rows[size++] = kept;
    rows.sort((one, other) => event[one]! - event[other]!);
    let distinct = 0;
    for (let i = 0; i < size; i++) {
      if (i === 0 || event[rows[i]!] !== event[rows[distinct - 1]!]) rows[distinct++] = rows[i]!;
    }
    return rows.subarray(0, distinct);
  }

  #next(): KeptRow {
    if (this.#size === this.columns.rows) {
      this.columns.grow();
      const used = new Uint8Array(this.columns.rows);
      used.set(this.#used);
      this.#used = used;
    }
    return this.#size++;
  }
}
