/**
 * How many permits of each semaphore are there to be had: those that its life began with, less those that were taken, and those given back by
 * whomever. What contradicts that is believed: more may have been taken than there were. Cost: O(1). Memory: 4 bytes a lock.
 */
import type { LockId } from '../../trace/event.js';
import type { Registry } from '../../trace/registry.js';
import { grownCounts } from './columns.js';

export class Permits {
  readonly #registry: Registry;
  /** By lock; negative where more were given back than taken. */
  #taken = new Int32Array(0);

  constructor(registry: Registry) {
    this.#registry = registry;
  }

  available(lock: LockId): number {
    return (this.#registry.lock(lock).permits ?? 0) - (this.#taken[lock] ?? 0);
  }

  /** @param count as an event has it: 0 stands for one */
  take(lock: LockId, count: number): void {
    if (lock >= this.#taken.length) this.#taken = grownCounts(this.#taken, lock);
    this.#taken[lock]! += count === 0 ? 1 : count;
  }

  give(lock: LockId, count: number): void {
    this.take(lock, count === 0 ? -1 : -count);
  }

  /** The life of a semaphore begins again, or ends. */
  renew(lock: LockId): void {
    if (lock < this.#taken.length) this.#taken[lock] = 0;
  }
}
