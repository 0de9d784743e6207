import type { Bounded } from './check-result.js';

/** Entries of a list that are kept, where nothing else is said. */
export const SHORT = 10;

/** Counts entries, and keeps the first ones. */
export class ShortList<Entry> {
  readonly #most: number;
  readonly #first: Entry[] = [];
  count = 0;

  constructor(most = SHORT) {
    this.#most = most;
  }

  /** @param entry made only if it is kept */
  add(entry: () => Entry): void {
    if (this.count++ < this.#most) this.#first.push(entry());
  }

  /** Their number, and the first, if there is one. */
  head(): { readonly count: number; readonly first?: Entry } {
    const [first] = this.#first;
    return { count: this.count, ...(first === undefined ? {} : { first }) };
  }

  list(): Bounded<Entry> {
    return { count: this.count, first: this.#first, omitted: this.count - this.#first.length };
  }
}
