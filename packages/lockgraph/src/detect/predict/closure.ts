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
import { conflict } from '../../trace/lock-modes.js';
import { modeOf, objectOf } from '../order/acquire-tree.js';
import type { Want } from '../order/acquire-tree.js';
import { grownBytes, grownIds, NONE } from '../state/columns.js';
import { OpenHolds } from './open-holds.js';
import type { OpenId } from './open-holds.js';
import type { Parts } from './parts.js';
import { RecordTag } from './thread-records.js';
import type { RecordCursor, ThreadRecords } from './thread-records.js';

/** Pairs that are read in a part. */
const PART = 65_536;

export class Closure {
  readonly #records: ThreadRecords;
  readonly #cursors: (RecordCursor | undefined)[] = [];
  /** Threads with a cursor that was moved. */
  readonly #touched: ThreadId[] = [];
  #isTouched = new Uint8Array(0);
  /** How many pairs of a thread have to be inside. */
  #bound = new Int32Array(0);
  /** Open holds of a thread that have to end inside. */
  #debts = new Int32Array(0);
  readonly #queue: ThreadId[] = [];
  readonly #open = new OpenHolds();
  /** By lock, the rows of the latest acquires inside, of each mode. */
  #exclusive = new Int32Array(0);
  #upgradable = new Int32Array(0);
  #shared = new Int32Array(0);
  readonly #locks: number[] = [];
  /** Pairs read since the beginning, by all patterns. */
  read = 0;
  /** The same, at which the part under way ends. */
  #partEnd = PART;

  constructor(records: ThreadRecords) {
    this.#records = records;
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
    this.#open.clear(this.#locks);
    for (const lock of this.#locks) {
      this.#exclusive[lock] = NONE;
      this.#upgradable[lock] = NONE;
      this.#shared[lock] = NONE;
    }
    this.#locks.length = 0;
  }

  /** The first pairs of a thread belong to the set. */
  include(thread: ThreadId, pairs: number): void {
    this.#touch(thread);
    if (pairs <= this.#bound[thread]!) return;
    this.#bound[thread] = pairs;
    this.#queue.push(thread);
  }

  /** Adds all that is needed. @returns false if there is no such set, for a lock that has to be given back never is */
  *close(): Parts<boolean> {
    let isClosed = this.#closePart();
    for (; isClosed === undefined; isClosed = this.#closePart()) yield;
    return isClosed;
  }

  /** Undefined: there is more to be added. */
  #closePart(): boolean | undefined {
    for (let thread = this.#queue.pop(); thread !== undefined; thread = this.#queue.pop()) {
      const cursor = this.#cursors[thread]!;
      while (cursor.index < this.#bound[thread]! || this.#debts[thread]! > 0) {
        if (cursor.atEnd) return false;
        if (this.read === this.#partEnd) {
          this.#partEnd += PART;
          this.#queue.push(thread);
          return undefined;
        }
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
        if (this.#open.end(objectOf(first >>> 2), thread, modeOf(first >>> 2))) this.#debts[thread]!--;
        break;
      case RecordTag.learn:
        void cursor.first;
        cursor.advance();
        this.include(first >>> 2, second);
        break;
    }
  }

  #acquire(thread: ThreadId, want: Want, row: number): void {
    const lock = objectOf(want);
    const mode = modeOf(want);
    this.#growLocks(lock);
    const open = this.#open;
    let later =
      this.#exclusive[lock]! > row || (mode !== Mode.shared && this.#upgradable[lock]! > row) || (mode === Mode.exclusive && this.#shared[lock]! > row);
    for (let other = open.newest(lock); other !== NONE; other = open.next(other)) {
      if (open.thread(other) === thread || !conflict(mode, open.mode(other))) continue;
      if (open.row(other) < row) this.#mustEnd(other);
      else later = true;
    }
    const section = open.begin(lock, thread, row, mode);
    const latest = mode === Mode.exclusive ? this.#exclusive : mode === Mode.shared ? this.#shared : this.#upgradable;
    if (latest[lock]! < row) latest[lock] = row;
    if (later) this.#mustEnd(section);
  }

  #mustEnd(section: OpenId): void {
    if (this.#open.owes(section)) return;
    this.#open.mustEnd(section);
    const thread = this.#open.thread(section);
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
      this.#upgradable = grownIds(this.#upgradable, lock);
      this.#shared = grownIds(this.#shared, lock);
    }
    if (this.#exclusive[lock] === NONE && this.#upgradable[lock] === NONE && this.#shared[lock] === NONE) this.#locks.push(lock);
  }
}
