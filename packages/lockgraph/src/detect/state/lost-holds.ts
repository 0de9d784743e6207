/**
 * Locks that were granted to another thread while one had them, as far as was seen: then their release is missing, or comes too late in the trace, and is
 * no misuse when it comes. Cost: O(1) each, and for a sound trace a look at an empty map.
 */
import type { LockId, ThreadId } from '../../trace/event.js';

export class LostHolds {
  /** By lock and thread, how often the thread had taken it. */
  readonly #lost = new Map<LockId, Map<ThreadId, number>>();

  add(thread: ThreadId, lock: LockId, times: number): void {
    let threads = this.#lost.get(lock);
    if (threads === undefined) this.#lost.set(lock, (threads = new Map()));
    threads.set(thread, (threads.get(thread) ?? 0) + times);
  }

  /** `thread` has got a lock again. */
  regain(thread: ThreadId, lock: LockId): void {
    if (this.#lost.size > 0) this.#lost.get(lock)?.delete(thread);
  }

  /** `thread` gives a lock back. @returns whether it had lost it, and not given it back as often as it had taken it */
  release(thread: ThreadId, lock: LockId): boolean {
    const threads = this.#lost.get(lock);
    const times = threads?.get(thread);
    if (times === undefined) return false;
    if (times > 1) threads!.set(thread, times - 1);
    else threads!.delete(thread);
    return true;
  }

  /** The life of a lock is over. */
  forget(lock: LockId): void {
    this.#lost.delete(lock);
  }
}
