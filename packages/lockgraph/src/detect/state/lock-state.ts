/**
 * The state of all locks and threads after the events so far: who holds, who waits, who has ended. Each method is what
 * one kind of event does. It believes the events: what contradicts the state corrects it, and is for the detectors to judge.
 * Cost: O(1) an event for mutexes; nothing is allocated once the columns have grown.
 */
import { Mode } from '../../trace/event.js';
import type { CallId, LockId, OperationNumber, ThreadId } from '../../trace/event.js';
import type { Registry } from '../../trace/registry.js';
import { grownBytes, NONE } from './columns.js';
import { Holds } from './holds.js';
import { Waits } from './waits.js';

export class LockState {
  readonly holds = new Holds();
  readonly waits = new Waits();
  readonly #registry: Registry;
  #ended = new Uint8Array(16);

  constructor(registry: Registry) {
    this.#registry = registry;
  }

  /** Whether a thread has ended. */
  ended(thread: ThreadId): boolean {
    return thread < this.#ended.length && this.#ended[thread] === 1;
  }

  request(
    event: number,
    thread: ThreadId,
    object: number,
    mode: Mode,
    call: CallId,
    operation: OperationNumber,
  ): void {
    this.waits.begin(event, thread, object, mode, call, operation);
  }

  acquire(
    event: number,
    thread: ThreadId,
    lock: LockId,
    mode: Mode,
    call: CallId,
    operation: OperationNumber,
  ): void {
    this.waits.end(thread);
    this.#setEnded(thread, 0);
    const hold = this.holds.firstOfLock(lock);
    if (hold !== NONE) {
      if (this.holds.thread(hold) === thread && this.#registry.lock(lock).recursive) {
        this.holds.deepen(hold);
        return;
      }
      // A mutex was granted, so whoever held it does not: the release was not seen.
      this.holds.clear(lock);
    }
    this.holds.add(event, thread, lock, mode, call, operation);
  }

  /** A rightful release. */
  release(thread: ThreadId, lock: LockId): void {
    this.waits.end(thread);
    const hold = this.holds.find(lock, thread);
    if (hold !== NONE) this.holds.release(hold);
  }

  /** A release by a thread that does not hold the lock; its policy says what becomes of the lock. */
  releaseWrongly(thread: ThreadId, lock: LockId): void {
    this.waits.end(thread);
    if (this.#registry.lock(lock).unlock === 'pthread') this.holds.clear(lock);
  }

  cancel(thread: ThreadId): void {
    this.waits.end(thread);
  }

  spawn(thread: ThreadId): void {
    this.#setEnded(thread, 0);
  }

  join(thread: ThreadId, joined: ThreadId): void {
    this.waits.end(thread);
    this.#setEnded(joined, 1);
  }

  /** What the thread holds, it holds for ever. */
  exit(thread: ThreadId): void {
    this.waits.end(thread);
    this.#setEnded(thread, 1);
  }

  /** The life of a lock begins again, or ends. */
  renew(lock: LockId): void {
    this.holds.clear(lock);
  }

  /** The thread that one which wants `object` has to wait for now, ended or not; NONE if for nobody. */
  blocker(thread: ThreadId, object: number, mode: Mode): ThreadId {
    if (mode === Mode.join) return this.ended(object) ? NONE : object;
    const hold = this.holds.firstOfLock(object);
    if (hold === NONE) return NONE;
    const holder = this.holds.thread(hold);
    return holder === thread && this.#registry.lock(object).recursive ? NONE : holder;
  }

  /** {@link blocker} of a thread that waits; NONE if it does not. */
  blockerOf(thread: ThreadId): ThreadId {
    const { waits } = this;
    return waits.waiting(thread) ? this.blocker(thread, waits.object(thread), waits.mode(thread)) : NONE;
  }

  /**
   * For tests. O(holds and threads).
   * @throws Error if the state contradicts itself
   */
  checkInvariants(): void {
    this.holds.checkInvariants();
    for (let lock = 0; lock < this.#registry.lockCount; lock++) {
      const hold = this.holds.firstOfLock(lock);
      if (hold === NONE) continue;
      const { name, recursive } = this.#registry.lock(lock);
      if (this.holds.nextOfLock(hold) !== NONE) throw new Error(`the mutex ${name} has two holders`);
      if (this.holds.depth(hold) > 1 && !recursive) throw new Error(`${name} is held twice, and is not recursive`);
    }
    for (let thread = 0; thread < this.waits.bound; thread++) {
      if (this.ended(thread) && this.waits.waiting(thread)) throw new Error(`thread ${thread} has ended, and waits`);
    }
  }

  #setEnded(thread: ThreadId, ended: 0 | 1): void {
    if (thread >= this.#ended.length) this.#ended = grownBytes(this.#ended, thread);
    this.#ended[thread] = ended;
  }
}
