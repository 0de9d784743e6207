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
import { classNameOf } from './lock-class.js';
import { LockUsageError } from './lock-usage-error.js';
import { checkMutexOptions } from './mutex-options.js';
import type { MutexOptions } from './mutex-options.js';

/** The key of what `await using` calls; `never` for who compiles with a library that does not have it. */
type AsyncDispose = SymbolConstructor extends { readonly asyncDispose: infer Key extends symbol } ? Key : never;

/** A hold on a mutex; for `await using` too, where the platform has that. */
export type Hold = {
  /** Releases the mutex; a second time does nothing. */
  release(): void;
} & Readonly<Record<AsyncDispose, () => Promise<void>>>;

const FREE = 1;
const TAKEN = 0;

export class Mutex implements Resource {
  readonly id: LockId;
  /** Unique in the run: a name that was taken has a number behind it. */
  readonly name: string;
  readonly #monitor: Monitor;
  readonly #recursive: boolean;
  readonly #unlock: UnlockPolicy;
  /** The lock word: the truth of whether the mutex is free. Only ever taken when it is: who waits, waits in its thread. */
  readonly #word = new Semaphore(FREE);
  /** Who took the word, and how many times; for whose release it is, and for recursion. */
  #owner: Thread | undefined = undefined;
  #depth = 0;
  #destroyed = false;

  /** @throws TypeError if an option is not what it should be */
  constructor(monitor: Monitor, options: MutexOptions) {
    checkMutexOptions(options);
    this.#monitor = monitor;
    this.#recursive = options.recursive ?? false;
    this.#unlock = options.unlock ?? 'throw';
    const { name, rank, key } = options;
    this.id = monitor.registry.addLock({ name, class: classNameOf(options), rank, key, recursive: this.#recursive, unlock: this.#unlock });
    this.name = monitor.registry.lock(this.id).name;
  }

  /** The thread that has it. */
  get owner(): Thread | undefined {
    return this.#owner;
  }

  /** How many times the owner has it: more than once only if it is recursive. 0: nobody has it. */
  get depth(): number {
    return this.#depth;
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

  /**
   * Runs `action` while `thread` has the mutex, and gives it back, whether `action` returns or throws.
   * @throws what `action` throws, whatever becomes of the release then; else as {@link release}
   */
  async runExclusive<T>(thread: Thread, action: () => T | Promise<T>): Promise<T> {
    await this.acquire(thread);
    let result: T;
    try {
      result = await action();
    } catch (error) {
      try {
        this.release(thread);
      } catch {
        // A wrong release is a finding; what `action` threw is what its caller must know.
      }
      throw error;
    }
    this.release(thread);
    return result;
  }

  /** Takes the mutex until the end of a block: `await using hold = await mutex.hold(thread)`, where the platform has that. */
  async hold(thread: Thread): Promise<Hold> {
    await this.acquire(thread);
    let held = true;
    const release = (): void => {
      if (!held) return;
      held = false;
      this.release(thread);
    };
    const hold = { release } as { -readonly [Key in keyof Hold]: Hold[Key] };
    if (Symbol.asyncDispose !== undefined) hold[Symbol.asyncDispose] = async () => release();
    return hold;
  }

  /** The life of the lock begins again: it is free, whoever had it. */
  init(thread: Thread): void {
    if (thread.monitor !== this.#monitor) this.#refuse(thread);
    this.#monitor.emit(EventKind.init, thread.id, this.id, Mode.exclusive, thread.here(), thread.operation, 0, 0);
    this.#destroyed = false;
    this.#free();
  }

  /** The life of the lock ends: it cannot be used before {@link init}, and who waits for it then waits until that. */
  destroy(thread: Thread): void {
    if (thread.monitor !== this.#monitor) this.#refuse(thread);
    this.#monitor.emit(EventKind.destroy, thread.id, this.id, Mode.exclusive, thread.here(), thread.operation, 0, 0);
    this.#destroyed = true;
    this.#free();
    // Nobody gets what is no more.
    this.#word.setValue(TAKEN);
  }

  /** @internal */
  available(thread: Thread): boolean {
    return !this.#word.isLocked() || (this.#recursive && this.#owner === thread);
  }

  /** @internal */
  take(thread: Thread, mode: Mode, call: CallId): void {
    this.#word.setValue(TAKEN);
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
    if (thread.monitor !== this.#monitor) {
      throw new LockUsageError(this.name, thread.name, 'has another monitor: make it with the monitor of its simulation');
    }
    throw new LockUsageError(this.name, thread.name, 'uses it after destroy(); call init() first');
  }

  #notTheOwner(thread: Thread, owner: Thread | undefined): LockUsageError {
    const state = owner === undefined ? 'nobody has it' : `thread ${quoteName(owner.name)} has it`;
    return new LockUsageError(this.name, thread.name, `releases it, but ${state}; release where it was acquired, once`);
  }
}
