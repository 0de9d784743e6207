/**
 * Sync-preserving closure (Tunç, Mathur, Pavlogiannis, Viswanathan, PLDI 2023): the least set of events that contains some given ones, all that they
 * need (what their threads did before, the writes that they read, forks and joins), and of two critical sections on a lock that both begin in it the
 * end of the earlier one. As each thread is in it with its first steps, the set is a number for each thread.
 *
 * Event-driven: each thread is read once, up to where the set ends in it; of each lock, the latest acquires inside are known. A newer acquire makes
 * the holds before it end, an older one has to end itself. The set only grows, so what was read need not be read again for later events.
 * Cost: O(steps inside), whatever the number of threads and locks.
 */
import { Mode } from '../../trace/event.js';
import type { ThreadId } from '../../trace/event.js';
import { conflict } from '../order/modes.js';
import { modeOf, objectOf } from '../order/acquire-tree.js';
import type { AcquireTree } from '../order/acquire-tree.js';
import { grownBytes, grownIds, NONE } from '../state/columns.js';
import { Holds } from '../state/holds.js';
import type { HoldId } from '../state/holds.js';
import { RecordTag } from './thread-records.js';
import type { RecordCursor, ThreadRecords } from './thread-records.js';

export class Closure {
  readonly #records: ThreadRecords;
  readonly #tree: AcquireTree;
  readonly #cursors: (RecordCursor | undefined)[] = [];
  /** Threads with a cursor that was moved. */
  readonly #touched: ThreadId[] = [];
  #isTouched = new Uint8Array(0);
  /** How many pairs of a thread have to be inside. */
  #bound = new Int32Array(0);
  /** Open holds of a thread that have to end inside. */
  #debts = new Int32Array(0);
  readonly #queue: ThreadId[] = [];
  #holds = new Holds();
  #owes = new Uint8Array(0);
  /** By lock, the rows of the latest acquires inside: those that exclude all others, and the shared ones. */
  #exclusive = new Int32Array(0);
  #shared = new Int32Array(0);
  readonly #locks: number[] = [];
  /** Pairs read since the beginning, by all patterns. */
  read = 0;

  constructor(records: ThreadRecords, tree: AcquireTree) {
    this.#records = records;
    this.#tree = tree;
  }

  /** The empty set. */
  clear(): void {
    for (const thread of this.#touched) {
      this.#cursors[thread]!.rewind();
      this.#isTouched[thread] = 0;
      this.#bound[thread] = 0;
      this.#debts[thread] = 0;
    }
    this.#touched.length = 0;
    this.#queue.length = 0;
    for (const lock of this.#locks) {
      this.#exclusive[lock] = NONE;
      this.#shared[lock] = NONE;
    }
    this.#locks.length = 0;
    this.#holds = new Holds();
    this.#owes.fill(0);
  }

  /** The first pairs of a thread belong to the set. */
  include(thread: ThreadId, pairs: number): void {
    this.#touch(thread);
    if (pairs <= this.#bound[thread]!) return;
    this.#bound[thread] = pairs;
    this.#queue.push(thread);
  }

  /** Adds all that is needed. @returns false if there is no such set, for a lock that has to be given back never is */
  close(): boolean {
    for (let thread = this.#queue.pop(); thread !== undefined; thread = this.#queue.pop()) {
      const cursor = this.#cursors[thread]!;
      while (cursor.index < this.#bound[thread]! || this.#debts[thread]! > 0) {
        if (cursor.atEnd) return false;
        this.read++;
        this.#step(thread, cursor);
      }
    }
    return true;
  }

  /** How many pairs of a thread are inside. */
  inside(thread: ThreadId): number {
    return this.#cursors[thread]?.index ?? 0;
  }

  /** For each thread that is inside, the row of the first step that is not; Infinity if all are. The set has to be cleared then. */
  cut(): Map<ThreadId, number> {
    return new Map(this.#touched.map((thread) => [thread, this.#cursors[thread]!.nextRow() ?? Infinity]));
  }

  #step(thread: ThreadId, cursor: RecordCursor): void {
    const { first, second } = cursor;
    cursor.advance();
    switch (first & 3) {
      case RecordTag.acquire:
        this.#acquire(thread, first >>> 2, second);
        break;
      case RecordTag.release:
        this.#release(thread, first >>> 2);
        break;
      case RecordTag.learn:
        void cursor.first;
        cursor.advance();
        this.include(first >>> 2, second);
        break;
    }
  }

  #acquire(thread: ThreadId, node: number, row: number): void {
    const want = this.#tree.want(node);
    const lock = objectOf(want);
    const mode = modeOf(want);
    this.#growLocks(lock);
    const holds = this.#holds;
    let later = this.#exclusive[lock]! > row || (mode !== Mode.shared && this.#shared[lock]! > row);
    for (let hold = holds.firstOfLock(lock); hold !== NONE; hold = holds.nextOfLock(hold)) {
      if (holds.thread(hold) === thread || !conflict(mode, holds.mode(hold))) continue;
      if (holds.event(hold) < row) this.#mustEnd(hold);
      else later = true;
    }
    const hold = holds.add(row, thread, lock, mode, 0, 0);
    if (mode === Mode.shared) this.#shared[lock] = Math.max(this.#shared[lock]!, row);
    else this.#exclusive[lock] = Math.max(this.#exclusive[lock]!, row);
    if (later) this.#mustEnd(hold);
  }

  #release(thread: ThreadId, lock: number): void {
    const hold = this.#holds.find(lock, thread);
    if (hold === NONE) return;
    if (hold < this.#owes.length && this.#owes[hold] === 1) {
      this.#owes[hold] = 0;
      this.#debts[thread]!--;
    }
    this.#holds.remove(hold);
  }

  #mustEnd(hold: HoldId): void {
    if (hold >= this.#owes.length) this.#owes = grownBytes(this.#owes, hold);
    if (this.#owes[hold] === 1) return;
    this.#owes[hold] = 1;
    const thread = this.#holds.thread(hold);
    this.#debts[thread]!++;
    this.#queue.push(thread);
  }

  #touch(thread: ThreadId): void {
    if (thread >= this.#isTouched.length) {
      this.#isTouched = grownBytes(this.#isTouched, thread);
      this.#bound = grownIds(this.#bound, thread).map((bound) => Math.max(0, bound));
      this.#debts = grownIds(this.#debts, thread).map((debt) => Math.max(0, debt));
    }
    if (this.#isTouched[thread] === 1) return;
    this.#isTouched[thread] = 1;
    this.#touched.push(thread);
    this.#cursors[thread] ??= this.#records.cursor(thread);
  }

  #growLocks(lock: number): void {
    if (lock >= this.#exclusive.length) {
      this.#exclusive = grownIds(this.#exclusive, lock);
      this.#shared = grownIds(this.#shared, lock);
    }
    if (this.#exclusive[lock] === NONE && this.#shared[lock] === NONE) this.#locks.push(lock);
  }
}
