/**
 * A mutex whose every event is seen by a monitor. An acquire that is granted at once, and its release, cost some 20 ns and what the monitor
 * takes for three events, and allocate nothing.
 */
import { Semaphore } from 'async-mutex';
import type { Monitor } from '../detect/monitor.js';
import { quoteName } from '../threads/quote.js';
import type { Resource, Thread } from '../threads/thread.js';
import { EventKind, Mode } from '../trace/event.js';
import type { CallId, LockId } from '../trace/event.js';
import type { UnlockPolicy } from '../trace/registry.js';
import { LockUsageError } from './lock-usage-error.js';
import { checkMutexOptions } from './mutex-options.js';
import type { MutexOptions } from './mutex-options.js';

/** A hold on a mutex, for `await using`. */
export interface Hold {
  /** Releases the mutex; a second time does nothing. */
  release(): void;
}

const FREE = 1;
const TAKEN = 0;

export class Mutex implements Resource {
  readonly id: LockId;
  /** Unique in the run: a name that was taken has a number behind it. */
  readonly name: string;
  readonly #monitor: Monitor;
  readonly #recursive: boolean;
  readonly #unlock: UnlockPolicy;
  /** The lock word. Only ever taken when it is free: who waits, waits in its thread. */
  readonly #word = new Semaphore(FREE);
  #owner: Thread | undefined = undefined;
  /** How many times the owner has it. */
  #depth = 0;
  #destroyed = false;

  /** @throws TypeError if an option is not what it should be */
  constructor(monitor: Monitor, options: MutexOptions) {
    checkMutexOptions(options);
    this.#monitor = monitor;
    this.#recursive = options.recursive ?? false;
    this.#unlock = options.unlock ?? 'throw';
    this.id = monitor.registry.addLock({ ...options, kind: 'mutex' });
    this.name = monitor.registry.lock(this.id).name;
  }

  /** The thread that has it. */
  get owner(): Thread | undefined {
    return this.#owner;
  }

  /**
   * Takes the mutex for `thread`, which waits until it can. A scheduling point.
   * @returns undefined if it was granted at once, else a promise
   */
  acquire(thread: Thread): void | Promise<void> {
    if (thread.monitor !== this.#monitor || this.#destroyed) this.#refuse(thread);
    return thread.request(this, Mode.exclusive);
  }

  /** Takes the mutex for `thread` if that is possible now. No scheduling point: whether it succeeds is up to the points before. */
  tryAcquire(thread: Thread): boolean {
    if (thread.monitor !== this.#monitor || this.#destroyed) this.#refuse(thread);
    if (!this.available(thread)) return false;
    this.take(thread, Mode.exclusive, thread.here());
    return true;
  }

  /**
   * Gives the mutex back; who waits for it may get it when it is scheduled. No scheduling point.
   * @throws LockUsageError if `thread` does not have it, and the unlock policy is `throw`
   */
  release(thread: Thread): void {
    if (thread.monitor !== this.#monitor || this.#destroyed) this.#refuse(thread);
    const owner = this.#owner;
    this.#monitor.emit(EventKind.release, thread.id, this.id, Mode.exclusive, thread.here(), thread.operation, 0, 0);
    if (owner !== thread && this.#unlock === 'throw') throw this.#notTheOwner(thread, owner);
    if (owner === thread && --this.#depth > 0) return;
    this.#free();
  }

  /** Runs `action` while `thread` has the mutex, and gives it back, whether `action` returns or throws. */
  async runExclusive<T>(thread: Thread, action: () => T | Promise<T>): Promise<T> {
    await this.acquire(thread);
    try {
      return await action();
    } finally {
      this.release(thread);
    }
  }

  /** Takes the mutex until the end of a block: `await using hold = await mutex.hold(thread)`, where the platform has that. */
  async hold(thread: Thread): Promise<Hold & AsyncDisposable> {
    await this.acquire(thread);
    let held = true;
    const release = (): void => {
      if (!held) return;
      held = false;
      this.release(thread);
    };
    const hold = { release } as Hold & AsyncDisposable;
    if (Symbol.asyncDispose !== undefined) hold[Symbol.asyncDispose] = async () => release();
    return hold;
  }

  /** The life of the lock begins again: it is free, whoever had it. */
  init(thread: Thread): void {
    this.#monitor.emit(EventKind.init, thread.id, this.id, Mode.exclusive, thread.here(), thread.operation, 0, 0);
    this.#destroyed = false;
    this.#free();
  }

  /** The life of the lock ends: it cannot be used before {@link init}. */
  destroy(thread: Thread): void {
    this.#monitor.emit(EventKind.destroy, thread.id, this.id, Mode.exclusive, thread.here(), thread.operation, 0, 0);
    this.#destroyed = true;
    this.#free();
  }

  /** @internal */
  available(thread: Thread): boolean {
    return this.#owner === undefined || (this.#recursive && this.#owner === thread);
  }

  /** @internal */
  take(thread: Thread, mode: Mode, call: CallId): void {
    if (this.#depth === 0) this.#word.setValue(TAKEN);
    this.#owner = thread;
    this.#depth++;
    this.#monitor.emit(EventKind.acquire, thread.id, this.id, mode, call, thread.operation, 0, 0);
  }

  #free(): void {
    this.#owner = undefined;
    this.#depth = 0;
    this.#word.setValue(FREE);
  }

  #refuse(thread: Thread): never {
    if (this.#destroyed) throw new LockUsageError(this.name, thread.name, 'uses it after destroy(); call init() first');
    throw new LockUsageError(this.name, thread.name, 'has another monitor: make it with the monitor of its simulation');
  }

  #notTheOwner(thread: Thread, owner: Thread | undefined): LockUsageError {
    const state = owner === undefined ? 'nobody has it' : `thread ${quoteName(owner.name)} has it`;
    return new LockUsageError(this.name, thread.name, `releases it, but ${state}; release where it was acquired, once`);
  }
}
