/** Where the acquires of each group were made, in the order of the trace. Memory: 8 to 16 bytes each. */
import type { GroupId } from './acquire-groups.js';

interface Places {
  /** For each, how many pairs of its thread's records come before it, and its row. */
  pairs: Int32Array;
  rows: Int32Array;
  count: number;
}

export class Instances {
  readonly #groups: Places[];

  constructor(groups: number) {
    this.#groups = Array.from({ length: groups }, () => ({ pairs: new Int32Array(16), rows: new Int32Array(16), count: 0 }));
  }

  /** @param pairs how many pairs of the thread's records come before it */
  add(group: GroupId, pairs: number, row: number): void {
    const places = this.#groups[group]!;
    if (places.count === places.rows.length) {
      places.pairs = doubled(places.pairs);
      places.rows = doubled(places.rows);
    }
    places.pairs[places.count] = pairs;
    places.rows[places.count] = row;
    places.count++;
  }

  count(group: GroupId): number {
    return this.#groups[group]!.count;
  }

  pairs(group: GroupId, index: number): number {
    return this.#groups[group]!.pairs[index]!;
  }

  row(group: GroupId, index: number): number {
    return this.#groups[group]!.rows[index]!;
  }

  /** The rows of a group from `from` up to, not including, `to`, ascending; good until the next {@link add}. O(log count). */
  rowsBetween(group: GroupId, from: number, to: number): Int32Array {
    return this.#groups[group]!.rows.subarray(this.#firstFrom(group, from), this.#firstFrom(group, to));
  }

  /** The row of a group that is nearest to `row`. O(log count). */
  nearest(group: GroupId, row: number): number {
    const { rows, count } = this.#groups[group]!;
    const index = this.#firstFrom(group, row);
    if (index === count) return rows[count - 1]!;
    return index > 0 && row - rows[index - 1]! < rows[index]! - row ? rows[index - 1]! : rows[index]!;
  }

  /** How many rows of a group come before `row`. */
  #firstFrom(group: GroupId, row: number): number {
    const { rows, count } = this.#groups[group]!;
    let low = 0;
    let high = count;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (rows[middle]! < row) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

function doubled(column: Int32Array): Int32Array {
  const larger = new Int32Array(column.length * 2);
  larger.set(column);
  return larger;
}
