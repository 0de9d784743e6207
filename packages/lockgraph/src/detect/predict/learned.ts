/**
 * What a thread learns of others: it is enough to say it once, and again when it learns more. Cost: O(1). Memory: 4 bytes for each pair of threads
 * up to {@link DENSE} threads, then an entry of a map for each pair that met.
 */
import type { ThreadId } from '../../trace/event.js';

const DENSE = 2048;

export class Learned {
  readonly #threads: number;
  readonly #dense: Int32Array | undefined;
  readonly #sparse = new Map<number, number>();

  constructor(threads: number) {
    this.#threads = threads;
    this.#dense = threads <= DENSE ? new Int32Array(threads * threads) : undefined;
  }

  /** Whether it is news to `thread` that `other` has come to its step `steps`; it is known from now on. */
  isNews(thread: ThreadId, other: ThreadId, steps: number): boolean {
    const pair = thread * this.#threads + other;
    if (this.#dense === undefined) {
      if ((this.#sparse.get(pair) ?? 0) >= steps) return false;
      this.#sparse.set(pair, steps);
      return true;
    }
    if (this.#dense[pair]! >= steps) return false;
    this.#dense[pair] = steps;
    return true;
  }
}
