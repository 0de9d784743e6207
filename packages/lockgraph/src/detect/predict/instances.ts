/** Where the acquires of each group were made, in the order of the trace. Memory: some 16 bytes each. */
import type { GroupId } from './acquire-groups.js';

export class Instances {
  readonly #pairs: number[][];
  readonly #rows: number[][];

  constructor(groups: number) {
    this.#pairs = Array.from({ length: groups }, () => []);
    this.#rows = Array.from({ length: groups }, () => []);
  }

  /** @param pairs how many pairs of the thread's records come before it */
  add(group: GroupId, pairs: number, row: number): void {
    this.#pairs[group]!.push(pairs);
    this.#rows[group]!.push(row);
  }

  count(group: GroupId): number {
    return this.#rows[group]!.length;
  }

  pairs(group: GroupId, index: number): number {
    return this.#pairs[group]![index]!;
  }

  row(group: GroupId, index: number): number {
    return this.#rows[group]![index]!;
  }

  rows(group: GroupId): readonly number[] {
    return this.#rows[group]!;
  }
}
