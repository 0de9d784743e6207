/**
 * A condition variable for simulated threads. A notification that comes before the wait is lost, as with pthreads: the waiter
 * then waits for ever, and the run says `hang`. There are no spurious wake-ups.
 */
import type { Monitor } from '../detect/monitor.js';
import { quoteName } from '../threads/quote.js';
import type { Resource, Thread } from '../threads/thread.js';
import { EventKind, Mode } from '../trace/event.js';
import type { CallId, LockId } from '../trace/event.js';
import { LockUsageError } from './lock-usage-error.js';
import type { Mutex } from './mutex.js';
import { checkName } from './mutex-options.js';

export interface ConditionOptions {
  /** As reports have it, `queue not empty`. */
  readonly name: string;
}

export class Condition implements Resource {
  readonly id: LockId;
  /** Unique in the run: a name that was taken has a number behind it. */
  readonly name: string;
  readonly #monitor: Monitor;
  /** In the order of their waits. */
  readonly #waiting: Thread[] = [];
  readonly #notified = new Set<Thread>();

  /** @throws TypeError if an option is not what it should be */
  constructor(monitor: Monitor, options: ConditionOptions) {
    checkName('condition', options);
    this.#monitor = monitor;
    this.id = monitor.registry.addLock({ name: options.name, kind: 'condition' });
    this.name = monitor.registry.lock(this.id).name;
  }

  /**
   * Releases `mutex`, waits for a notification, and takes `mutex` again. What the thread waited for may be gone by then:
   * `while (queue.length === 0) await notEmpty.wait(thread, mutex)`.
   * @throws LockUsageError if `thread` does not have `mutex`, or has it more than once: one release would not free it, and nobody could
   * make true what the thread waits for (with pthreads, such a program hangs)
   * @throws SimulationError if `thread` cannot make a request here; it still has `mutex` then
   */
  async wait(thread: Thread, mutex: Mutex): Promise<void> {
    if (thread.monitor !== this.#monitor) {
      throw new LockUsageError(this.name, thread.name, 'has another monitor: make it with the monitor of its simulation');
    }
    if (mutex.owner !== thread) {
      throw new LockUsageError(mutex.name, thread.name, `waits for ${quoteName(this.name)} without it; acquire it before wait()`);
    }
    if (mutex.depth > 1) {
      const times = `waits for ${quoteName(this.name)} while it has it ${mutex.depth} times; release all but one before wait()`;
      throw new LockUsageError(mutex.name, thread.name, times);
    }
    // After the end of the run nothing is released any more, and this never settles.
    if (!thread.admits(this)) return thread.request(this, Mode.exclusive);
    mutex.release(thread);
    this.#waiting.push(thread);
    await thread.request(this, Mode.exclusive);
    await mutex.acquire(thread);
  }

  /** Wakes the thread that has waited longest; nobody waits: nothing happens, now or later. */
  notify(): void {
    const thread = this.#waiting.shift();
    if (thread !== undefined) this.#notified.add(thread);
  }

  /** Wakes all that wait now. */
  notifyAll(): void {
    for (const thread of this.#waiting.splice(0)) this.#notified.add(thread);
  }

  /** @internal */
  available(thread: Thread): boolean {
    return this.#notified.has(thread);
  }

  /** @internal A condition is nobody's: who has waited goes on, and the next one can. */
  take(thread: Thread, mode: Mode, call: CallId): void {
    this.#notified.delete(thread);
    this.#monitor.emit(EventKind.acquire, thread.id, this.id, mode, call, thread.operation, 0, 0);
    this.#monitor.emit(EventKind.release, thread.id, this.id, mode, call, thread.operation, 0, 0);
  }
}
