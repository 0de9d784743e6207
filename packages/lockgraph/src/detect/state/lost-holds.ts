/**
 * Locks that were granted to another thread while one had them, as far as was seen: then their release is missing, or comes too late in the trace, and is
 * no misuse when it comes. Cost: O(1) each, and for a sound trace a look at an empty set.
 */
import type { LockId, ThreadId } from '../../trace/event.js';

export class LostHolds {
  readonly #lost = new Set<number>();

  add(thread: ThreadId, lock: LockId): void {
    this.#lost.add(keyOf(thread, lock));
  }

  /** @returns whether the thread had lost it, and has neither given it back nor got it again since */
  delete(thread: ThreadId, lock: LockId): boolean {
    return this.#lost.size > 0 && this.#lost.delete(keyOf(thread, lock));
  }
}

/** Ids are below 2^24 (threads) and 2^29 (locks), so a pair of them is an exact double. */
function keyOf(thread: ThreadId, lock: LockId): number {
  return thread * 2 ** 29 + lock;
}
