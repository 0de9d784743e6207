/**
 * The state of all locks and threads after the events so far: who holds, who waits, who has ended. Each method is what
 * one kind of event does. It believes the events: what contradicts the state corrects it, and is for the detectors to judge.
 *
 * Who waits for whom: a request has to wait for every hold of its lock that excludes it. Readers wait for a writer that has the lock, not for one that
 * waits for it, though many locks let writers come first: so no wait is claimed that is not certain. Of semaphores, barriers and conditions nobody
 * is waited for: anybody may end such a wait.
 *
 * Cost: O(1) an event for mutexes; O(holders) where a lock with many readers is wanted or taken in another mode than shared. Nothing is allocated once
 * the columns have grown.
 */
import { Mode } from '../../trace/event.js';
import type { CallId, LockId, OperationNumber, ThreadId } from '../../trace/event.js';
import { conflict } from '../../trace/lock-modes.js';
import type { Registry } from '../../trace/registry.js';
import { Barriers } from './barriers.js';
import { grownBytes, NONE } from './columns.js';
import { Holds } from './holds.js';
import type { HoldId } from './holds.js';
import { Permits } from './permits.js';
import { Waits } from './waits.js';

export class LockState {
  readonly holds = new Holds();
  readonly waits = new Waits();
  readonly permits: Permits;
  readonly barriers: Barriers;
  readonly #registry: Registry;
  #ended = new Uint8Array(16);
  #sharing = false;

  constructor(registry: Registry) {
    this.#registry = registry;
    this.permits = new Permits(registry);
    this.barriers = new Barriers(registry);
  }

  /** Whether any lock was ever held otherwise than by one thread alone, so that a request may have to wait for several. */
  get sharing(): boolean {
    return this.#sharing;
  }

  /** Whether a thread has ended. */
  ended(thread: ThreadId): boolean {
    return thread < this.#ended.length && this.#ended[thread] === 1;
  }

  /** @param count of permits, as an event has it */
  request(
    event: number,
    thread: ThreadId,
    object: number,
    mode: Mode,
    call: CallId,
    operation: OperationNumber,
    count: number,
  ): void {
    this.waits.begin(event, thread, object, mode, call, operation, count);
  }

  /** @returns whether others were held to have the lock in a way that excludes this: their releases were not seen */
  acquire(
    event: number,
    thread: ThreadId,
    lock: LockId,
    mode: Mode,
    call: CallId,
    operation: OperationNumber,
    count: number,
  ): boolean {
    this.waits.end(thread);
    this.#setEnded(thread, 0);
    if (mode === Mode.permits) {
      this.permits.take(lock, count);
      return false;
    }
    const { holds } = this;
    let corrected = false;
    if (holds.firstOfLock(lock) !== NONE) {
      corrected = this.#exclude(thread, lock, mode);
      const own = holds.findIn(lock, thread, mode);
      if (own !== NONE) {
        if (mode === Mode.shared || this.#registry.lock(lock).recursive) {
          holds.deepen(own);
          return corrected;
        }
        holds.remove(own);
      }
    } else if (this.#registry.hasBarriers && this.#registry.lock(lock).kind === 'barrier') {
      this.barriers.leave(lock);
      return false;
    }
    if (mode !== Mode.exclusive) this.#sharing = true;
    holds.add(event, thread, lock, mode, call, operation);
    return corrected;
  }

  /** A rightful release. */
  release(thread: ThreadId, lock: LockId, mode: Mode, count: number): void {
    this.waits.end(thread);
    if (mode === Mode.permits) {
      this.permits.give(lock, count);
      return;
    }
    const hold = this.holds.findIn(lock, thread, mode);
    if (hold !== NONE) this.holds.release(hold);
  }

  /** A release by a thread that does not hold the lock so; its policy says what becomes of the lock. */
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
    this.permits.renew(lock);
    this.barriers.renew(lock);
  }

  /**
   * A hold that is in the way of what a waiting thread wants, by whomever; NONE if there is none, or it is no lock that is wanted.
   * The others are found with {@link nextInWay}. Cost: O(1) where one thread holds the lock alone, or shared is wanted; else O(holders).
   */
  firstInWay(thread: ThreadId): HoldId {
    const { holds, waits } = this;
    const mode = waits.mode(thread);
    if (mode === Mode.join || mode === Mode.permits) return NONE;
    const lock = waits.object(thread);
    const first = mode === Mode.shared ? holds.exclusive(lock) : holds.firstOfLock(lock);
    return first === NONE ? NONE : this.#inWayFrom(first, thread, lock, mode);
  }

  nextInWay(thread: ThreadId, hold: HoldId): HoldId {
    const { holds, waits } = this;
    const next = holds.nextOfLock(hold);
    return next === NONE ? NONE : this.#inWayFrom(next, thread, waits.object(thread), waits.mode(thread));
  }

  /** A hold of `holder` that is in the way of what a waiting thread wants, or NONE. */
  inWayOf(thread: ThreadId, holder: ThreadId): HoldId {
    let hold = this.firstInWay(thread);
    while (hold !== NONE && this.holds.thread(hold) !== holder) hold = this.nextInWay(thread, hold);
    return hold;
  }

  /** The thread whose end a waiting thread waits for; NONE if for no thread, or one that has ended. */
  joined(thread: ThreadId): ThreadId {
    const { waits } = this;
    if (waits.mode(thread) !== Mode.join) return NONE;
    const other = waits.object(thread);
    return this.ended(other) ? NONE : other;
  }

  /** A thread that `thread` has to wait for now, ended or not; NONE if for nobody. Where there are several, one of them. */
  blockerOf(thread: ThreadId): ThreadId {
    if (!this.waits.waiting(thread)) return NONE;
    const hold = this.firstInWay(thread);
    return hold === NONE ? this.joined(thread) : this.holds.thread(hold);
  }

  /**
   * For tests. O(holds and threads).
   * @throws Error if the state contradicts itself
   */
  checkInvariants(): void {
    const { holds } = this;
    holds.checkInvariants();
    for (let lock = 0; lock < this.#registry.lockCount; lock++) {
      const { name, recursive } = this.#registry.lock(lock);
      for (let one = holds.firstOfLock(lock); one !== NONE; one = holds.nextOfLock(one)) {
        for (let other = holds.nextOfLock(one); other !== NONE; other = holds.nextOfLock(other)) {
          const same = holds.thread(one) === holds.thread(other);
          if (same && holds.mode(one) === holds.mode(other)) throw new Error(`${name} has two rows for one hold`);
          if (!same && conflict(holds.mode(one), holds.mode(other))) throw new Error(`${name} has two holders that exclude each other`);
        }
        const again = holds.depth(one) > 1;
        if (again && !recursive && holds.mode(one) !== Mode.shared) throw new Error(`${name} is held twice, and is not recursive`);
      }
    }
    for (let thread = 0; thread < this.waits.bound; thread++) {
      if (this.ended(thread) && this.waits.waiting(thread)) throw new Error(`thread ${thread} has ended, and waits`);
    }
  }

  /** A lock that is held was granted in a mode: whoever it excludes does not hold it any more. */
  #exclude(thread: ThreadId, lock: LockId, mode: Mode): boolean {
    const { holds } = this;
    let excluded = false;
    let hold = mode === Mode.shared ? holds.exclusive(lock) : holds.firstOfLock(lock);
    while (hold !== NONE) {
      const next = holds.nextOfLock(hold);
      if (holds.thread(hold) !== thread && conflict(holds.mode(hold), mode)) {
        holds.remove(hold);
        excluded = true;
      }
      hold = mode === Mode.shared ? NONE : next;
    }
    return excluded;
  }

  /** The first of the rows from `hold` on that is in the way of `thread`. */
  #inWayFrom(hold: HoldId, thread: ThreadId, lock: LockId, mode: Mode): HoldId {
    const { holds } = this;
    let at = hold;
    while (at !== NONE) {
      const held = holds.mode(at);
      if (conflict(held, mode) && (holds.thread(at) !== thread || this.#inOwnWay(thread, lock, held, mode))) return at;
      at = holds.nextOfLock(at);
    }
    return NONE;
  }

  /** Whether a thread waits for a hold of its own, which excludes what it wants in the hands of another. */
  #inOwnWay(thread: ThreadId, lock: LockId, held: Mode, wanted: Mode): boolean {
    // The right to become the writer is there to be used.
    if (held === Mode.upgradable && wanted === Mode.exclusive) return false;
    if (!this.#registry.lock(lock).recursive) return true;
    // Whoever is the writer of a recursive lock may have it in any other way, too, and again; a reader of it cannot become the writer.
    return held === Mode.shared && this.holds.findIn(lock, thread, Mode.exclusive) === NONE;
  }

  #setEnded(thread: ThreadId, ended: 0 | 1): void {
    if (thread >= this.#ended.length) this.#ended = grownBytes(this.#ended, thread);
    this.#ended[thread] = ended;
  }
}
