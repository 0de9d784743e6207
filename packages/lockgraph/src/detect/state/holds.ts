/**
 * Who holds what, how, since when. A hold is a row; the rows of a lock and those of a thread are linked lists in the order of
 * acquisition. A mutex has at most one row, a reader-writer lock one for each thread and mode in which that has it.
 * Whoever holds a lock exclusively is alone with it: all rows of the lock are that thread's.
 * Cost: O(1) each, or as each says. Memory: 45 bytes a hold that exists at once.
 */
import { Mode } from '../../trace/event.js';
import type { CallId, LockId, OperationNumber, ThreadId } from '../../trace/event.js';
import { grownBytes, grownEvents, grownIds, NONE } from './columns.js';

/** Index of a row. Reused after the release. */
export type HoldId = number;

/** No mode, but all of them. */
const ANY = -1;

export class Holds {
  #thread = new Int32Array(0);
  #lock = new Int32Array(0);
  #mode = new Uint8Array(0);
  #depth = new Int32Array(0);
  #event = new Float64Array(0);
  #call = new Int32Array(0);
  #operation = new Int32Array(0);
  #previousOfThread = new Int32Array(0);
  #nextOfThread = new Int32Array(0);
  #previousOfLock = new Int32Array(0);
  #nextOfLock = new Int32Array(0);
  /** Head of the list of free rows, linked through `nextOfLock`. */
  #free: HoldId = NONE;
  #rows = 0;
  #firstOfThread = new Int32Array(0);
  #lastOfThread = new Int32Array(0);
  #firstOfLock = new Int32Array(0);
  #lastOfLock = new Int32Array(0);

  /** A hold of `lock` by `thread` in any mode, or NONE. Cost: as {@link findIn}. */
  find(lock: LockId, thread: ThreadId): HoldId {
    const first = this.firstOfLock(lock);
    if (first === NONE || this.#thread[first] === thread) return first;
    return this.#nextOfLock[first] === NONE ? NONE : this.#findAmong(first, lock, thread, ANY);
  }

  /**
   * The hold of `lock` by `thread` in a mode, or NONE.
   * Cost: O(1) for a lock with one hold and for the thread's newest hold, at worst O(holds of the lock, or of the thread, whichever are fewer).
   */
  findIn(lock: LockId, thread: ThreadId, mode: Mode): HoldId {
    const first = this.firstOfLock(lock);
    if (first === NONE || (this.#thread[first] === thread && this.#mode[first] === mode)) return first;
    return this.#nextOfLock[first] === NONE ? NONE : this.#findAmong(first, lock, thread, mode);
  }

  /** The oldest hold of `lock` by `thread`, in any mode, or NONE. O(locks that the thread holds). */
  oldest(lock: LockId, thread: ThreadId): HoldId {
    let hold = this.firstOfThread(thread);
    while (hold !== NONE && this.#lock[hold] !== lock) hold = this.#nextOfThread[hold]!;
    return hold;
  }

  /** The exclusive hold of a lock, or NONE. O(1): it is among the rows with which the lock's list begins, those of one thread. */
  exclusive(lock: LockId): HoldId {
    const first = this.firstOfLock(lock);
    let hold = first;
    while (hold !== NONE && this.#mode[hold] !== Mode.exclusive) {
      hold = this.#nextOfLock[hold]!;
      if (hold !== NONE && this.#thread[hold] !== this.#thread[first]) return NONE;
    }
    return hold;
  }

  /** Whether a thread other than `thread` holds the lock. O(1). */
  heldByOther(lock: LockId, thread: ThreadId): boolean {
    let hold = this.firstOfLock(lock);
    while (hold !== NONE && this.#thread[hold] === thread) hold = this.#nextOfLock[hold]!;
    return hold !== NONE;
  }

  /** The oldest hold of a lock, or NONE. */
  firstOfLock(lock: LockId): HoldId {
    return lock < this.#firstOfLock.length ? this.#firstOfLock[lock]! : NONE;
  }

  nextOfLock(hold: HoldId): HoldId {
    return this.#nextOfLock[hold]!;
  }

  /** The oldest hold of a thread, or NONE. */
  firstOfThread(thread: ThreadId): HoldId {
    return thread < this.#firstOfThread.length ? this.#firstOfThread[thread]! : NONE;
  }

  nextOfThread(hold: HoldId): HoldId {
    return this.#nextOfThread[hold]!;
  }

  thread(hold: HoldId): ThreadId {
    return this.#thread[hold]!;
  }

  lock(hold: HoldId): LockId {
    return this.#lock[hold]!;
  }

  mode(hold: HoldId): Mode {
    return this.#mode[hold]! as Mode;
  }

  /** Number of the acquire; where the thread has it more than once, of the outermost. */
  event(hold: HoldId): number {
    return this.#event[hold]!;
  }

  /** Calling context of the acquire. */
  call(hold: HoldId): CallId {
    return this.#call[hold]!;
  }

  operation(hold: HoldId): OperationNumber {
    return this.#operation[hold]!;
  }

  /** How often the thread has the lock in this mode: more than once if it is recursive, or shared. */
  depth(hold: HoldId): number {
    return this.#depth[hold]!;
  }

  /** The thread has it once more. */
  deepen(hold: HoldId): void {
    this.#depth[hold]!++;
  }

  /** Gives back one level; the hold is gone after the last. */
  release(hold: HoldId): void {
    if (--this.#depth[hold]! === 0) this.remove(hold);
  }

  /** @returns the new hold */
  add(
    event: number,
    thread: ThreadId,
    lock: LockId,
    mode: Mode,
    call: CallId,
    operation: OperationNumber,
  ): HoldId {
    const hold = this.#row();
    if (thread >= this.#firstOfThread.length) {
      this.#firstOfThread = grownIds(this.#firstOfThread, thread);
      this.#lastOfThread = grownIds(this.#lastOfThread, thread);
    }
    if (lock >= this.#firstOfLock.length) {
      this.#firstOfLock = grownIds(this.#firstOfLock, lock);
      this.#lastOfLock = grownIds(this.#lastOfLock, lock);
    }
    this.#thread[hold] = thread;
    this.#lock[hold] = lock;
    this.#mode[hold] = mode;
    this.#depth[hold] = 1;
    this.#event[hold] = event;
    this.#call[hold] = call;
    this.#operation[hold] = operation;

    const lastOfThread = this.#lastOfThread[thread]!;
    this.#previousOfThread[hold] = lastOfThread;
    this.#nextOfThread[hold] = NONE;
    if (lastOfThread === NONE) this.#firstOfThread[thread] = hold;
    else this.#nextOfThread[lastOfThread] = hold;
    this.#lastOfThread[thread] = hold;

    const lastOfLock = this.#lastOfLock[lock]!;
    this.#previousOfLock[hold] = lastOfLock;
    this.#nextOfLock[hold] = NONE;
    if (lastOfLock === NONE) this.#firstOfLock[lock] = hold;
    else this.#nextOfLock[lastOfLock] = hold;
    this.#lastOfLock[lock] = hold;
    return hold;
  }

  remove(hold: HoldId): void {
    const thread = this.#thread[hold]!;
    const before = this.#previousOfThread[hold]!;
    const after = this.#nextOfThread[hold]!;
    if (before === NONE) this.#firstOfThread[thread] = after;
    else this.#nextOfThread[before] = after;
    if (after === NONE) this.#lastOfThread[thread] = before;
    else this.#previousOfThread[after] = before;

    const lock = this.#lock[hold]!;
    const earlier = this.#previousOfLock[hold]!;
    const later = this.#nextOfLock[hold]!;
    if (earlier === NONE) this.#firstOfLock[lock] = later;
    else this.#nextOfLock[earlier] = later;
    if (later === NONE) this.#lastOfLock[lock] = earlier;
    else this.#previousOfLock[later] = earlier;

    this.#depth[hold] = 0;
    this.#nextOfLock[hold] = this.#free;
    this.#free = hold;
  }

  /** Nobody holds `lock` any more. */
  clear(lock: LockId): void {
    for (let hold = this.firstOfLock(lock); hold !== NONE; hold = this.firstOfLock(lock)) this.remove(hold);
  }

  /** Calls `visit` with every hold, thread by thread, the oldest first. O(threads and holds). */
  forEach(visit: (hold: HoldId) => void): void {
    for (const first of this.#firstOfThread) for (let hold = first; hold !== NONE; hold = this.#nextOfThread[hold]!) visit(hold);
  }

  /**
   * For tests. O(rows).
   * @throws Error if a list is broken, or a row is in other lists than those of its lock and its thread
   */
  checkInvariants(): void {
    const live = new Set<HoldId>();
    for (let hold = 0; hold < this.#rows; hold++) if (this.#depth[hold]! > 0) live.add(hold);
    check(this.#firstOfThread, this.#lastOfThread, this.#previousOfThread, this.#nextOfThread, this.#thread, live);
    check(this.#firstOfLock, this.#lastOfLock, this.#previousOfLock, this.#nextOfLock, this.#lock, live);
    let rows = live.size;
    for (let hold = this.#free; hold !== NONE; hold = this.#nextOfLock[hold]!) rows++;
    if (rows !== this.#rows) throw new Error(`${this.#rows} rows, of which ${rows} are live or free`);
  }

  /** Looks through both lists at once, that of the lock forwards from `first` on, and that of the thread backwards. */
  #findAmong(first: HoldId, lock: LockId, thread: ThreadId, mode: Mode | typeof ANY): HoldId {
    let ofLock = first;
    let ofThread = thread < this.#lastOfThread.length ? this.#lastOfThread[thread]! : NONE;
    while (ofLock !== NONE && ofThread !== NONE) {
      if (this.#thread[ofLock] === thread && (mode === ANY || this.#mode[ofLock] === mode)) return ofLock;
      if (this.#lock[ofThread] === lock && (mode === ANY || this.#mode[ofThread] === mode)) return ofThread;
      ofLock = this.#nextOfLock[ofLock]!;
      ofThread = this.#previousOfThread[ofThread]!;
    }
    return NONE;
  }

  #row(): HoldId {
    const hold = this.#free;
    if (hold !== NONE) {
      this.#free = this.#nextOfLock[hold]!;
      return hold;
    }
    if (this.#rows === this.#thread.length) this.#grow();
    return this.#rows++;
  }

  #grow(): void {
    const index = this.#rows;
    this.#thread = grownIds(this.#thread, index);
    this.#lock = grownIds(this.#lock, index);
    this.#mode = grownBytes(this.#mode, index);
    this.#depth = grownIds(this.#depth, index);
    this.#event = grownEvents(this.#event, index);
    this.#call = grownIds(this.#call, index);
    this.#operation = grownIds(this.#operation, index);
    this.#previousOfThread = grownIds(this.#previousOfThread, index);
    this.#nextOfThread = grownIds(this.#nextOfThread, index);
    this.#previousOfLock = grownIds(this.#previousOfLock, index);
    this.#nextOfLock = grownIds(this.#nextOfLock, index);
  }
}

/** Walks every list of one kind; together they must hold each live row once, under its own owner. */
function check(
  first: Int32Array,
  last: Int32Array,
  previous: Int32Array,
  next: Int32Array,
  owner: Int32Array,
  live: ReadonlySet<HoldId>,
): void {
  const seen = new Set<HoldId>();
  for (let id = 0; id < first.length; id++) {
    let before = NONE;
    for (let hold = first[id]!; hold !== NONE; hold = next[hold]!) {
      if (seen.has(hold) || !live.has(hold)) throw new Error(`hold ${hold} is listed twice, or is free`);
      if (owner[hold] !== id) throw new Error(`hold ${hold} of ${owner[hold]} is listed under ${id}`);
      if (previous[hold] !== before) throw new Error(`hold ${hold} follows ${before}, and says ${previous[hold]}`);
      seen.add(hold);
      before = hold;
    }
    if (last[id] !== before) throw new Error(`the last hold of ${id} is ${before}, and says ${last[id]}`);
  }
  if (seen.size !== live.size) throw new Error(`${live.size} live holds, ${seen.size} listed`);
}
