/**
 * How many threads have arrived at each barrier. All that arrive have left it, or wait for it: so only those that leave are counted here, and an
 * arrival costs nothing. Cost: O(1). Memory: 4 bytes a lock.
 */
import type { LockId } from '../../trace/event.js';
import type { Registry } from '../../trace/registry.js';
import { grownCounts } from './columns.js';

export class Barriers {
  readonly #registry: Registry;
  /** By lock: how many have left it in the round that is under way. */
  #left = new Int32Array(0);

  constructor(registry: Registry) {
    this.#registry = registry;
  }

  leave(lock: LockId): void {
    if (lock >= this.#left.length) this.#left = grownCounts(this.#left, lock);
    this.#left[lock] = (this.#left[lock]! + 1) % this.#parties(lock);
  }

  /** How many have arrived since it last opened. @param waiting threads that wait for it */
  arrived(lock: LockId, waiting: number): number {
    return this.#arrivals(lock, waiting) % this.#parties(lock);
  }

  /** Whether it has opened for some of those that wait for it, and they could go. */
  open(lock: LockId, waiting: number): boolean {
    return this.#arrivals(lock, waiting) - this.arrived(lock, waiting) > (this.#left[lock] ?? 0);
  }

  /** The life of a barrier begins again, or ends. */
  renew(lock: LockId): void {
    if (lock < this.#left.length) this.#left[lock] = 0;
  }

  #arrivals(lock: LockId, waiting: number): number {
    return (this.#left[lock] ?? 0) + waiting;
  }

  #parties(lock: LockId): number {
    return this.#registry.lock(lock).parties ?? 1;
  }
}
