/**
 * The state of a stretch that is executed in some order: how far each thread is, who holds what, what each variable holds; with a way back, and a
 * hash of it (Zobrist 1970: each part has a number of its own, and a change costs two of them).
 * Cost: O(1) for a step and for its undoing.
 */
import { NONE } from '../state/columns.js';
import { mixed } from '../state/mixed.js';
import { Deed } from './trace-window.js';
import type { EventIndex, TraceWindow } from './trace-window.js';

/** A column of the state, for the way back. */
const Column = { owner: 0, depth: 1, sharers: 2, reserver: 3, reserves: 4, value: 5 } as const;

export class WindowState {
  readonly window: TraceWindow;
  /** By thread: how many of its events are done. */
  readonly done: Int32Array;
  /** The events done, in order. */
  readonly path: EventIndex[] = [];
  readonly #isDone: Uint8Array;
  #hash = 0;
  #otherHash = 0;
  readonly #columns: readonly [Int32Array, Int32Array, Int32Array, Int32Array, Int32Array, Int32Array];
  /** Three numbers a change: column, index, what it was. */
  readonly #changes: number[] = [];
  readonly #marks: number[] = [];

  constructor(window: TraceWindow) {
    this.window = window;
    this.done = new Int32Array(window.events.length);
    this.#isDone = new Uint8Array(window.size);
    let variables = 0;
    for (let event = 0; event < window.size; event++) {
      const deed = window.deed[event];
      if (deed === Deed.read || deed === Deed.write) variables = Math.max(variables, window.object[event]! + 1);
    }
    this.#columns = [
      Int32Array.from(window.owner),
      Int32Array.from(window.depth),
      Int32Array.from(window.sharers),
      Int32Array.from(window.reserver),
      Int32Array.from(window.reserves),
      new Int32Array(variables).fill(NONE),
    ];
  }

  isDone(event: EventIndex): boolean {
    return this.#isDone[event] === 1;
  }

  /** The event that a thread does next, or NONE. */
  next(thread: number): EventIndex {
    return this.window.events[thread]![this.done[thread]!] ?? NONE;
  }

  /** The write whose value a variable holds; NONE: that of the beginning. */
  value(variable: number): EventIndex {
    return this.#columns[Column.value][variable]!;
  }

  /** Of how far each thread is and what each variable holds, from which the rest follows: 53 bits. */
  get hash(): number {
    return (this.#hash >>> 0) * 2 ** 21 + (this.#otherHash & 0x1fffff);
  }

  owner(lock: number): number {
    return this.#columns[Column.owner][lock]!;
  }

  /** Whether the thread of an event, having come to it, was started, as far as it is in the stretch that it is. */
  isStarted(event: EventIndex): boolean {
    const start = this.window.startedBy[event]!;
    return start === NONE || this.#isDone[start] === 1;
  }

  /** Whether an event can be done now, its thread having come to it. */
  isEnabled(event: EventIndex): boolean {
    const { window } = this;
    if (!this.isStarted(event)) return false;
    const needed = window.needs[event]!;
    if (needed !== NONE && this.#isDone[needed] === 0) return false;
    const lifeEnd = window.lifeEnd[event]!;
    if (lifeEnd !== NONE && this.#isDone[lifeEnd] === 1) return false;
    const object = window.object[event]!;
    switch (window.deed[event]) {
      case Deed.acquire:
        return this.#isOwn(event) || (this.#isReservable(event) && this.#columns[Column.sharers][object] === window.ownShares[event]);
      case Deed.share:
        return this.#isOwn(event) || this.owner(object) === NONE;
      case Deed.reserve:
        return this.#isOwn(event) || this.#isReservable(event);
      case Deed.renew:
        return this.owner(object) === NONE && this.#columns[Column.reserver][object] === NONE && this.#columns[Column.sharers][object] === 0;
      case Deed.read:
        return this.value(object) === window.writer[event];
      default:
        return true;
    }
  }

  /** Whether the thread of an event holds its lock exclusively. */
  #isOwn(event: EventIndex): boolean {
    return this.owner(this.window.object[event]!) === this.window.thread[event];
  }

  /** Whether nobody but the thread of an event has its lock so that nobody else may write. */
  #isReservable(event: EventIndex): boolean {
    const object = this.window.object[event]!;
    const reserver = this.#columns[Column.reserver][object]!;
    return this.owner(object) === NONE && (reserver === NONE || reserver === this.window.thread[event]);
  }

  /** Does the next event of its thread, which is enabled. */
  do(event: EventIndex): void {
    const { window } = this;
    const object = window.object[event]!;
    this.#marks.push(this.#changes.length);
    this.path.push(event);
    this.#isDone[event] = 1;
    this.done[window.thread[event]!]!++;
    this.#count(event, 1);
    switch (window.deed[event]) {
      case Deed.acquire:
        this.#set(Column.owner, object, window.thread[event]!);
        this.#set(Column.depth, object, this.#columns[Column.depth][object]! + 1);
        break;
      case Deed.release:
        this.#set(Column.depth, object, this.#columns[Column.depth][object]! - 1);
        if (this.#columns[Column.depth][object] === 0) this.#set(Column.owner, object, NONE);
        break;
      case Deed.share:
        this.#set(Column.sharers, object, this.#columns[Column.sharers][object]! + 1);
        break;
      case Deed.unshare:
        this.#set(Column.sharers, object, this.#columns[Column.sharers][object]! - 1);
        break;
      case Deed.reserve:
        this.#set(Column.reserver, object, window.thread[event]!);
        this.#set(Column.reserves, object, this.#columns[Column.reserves][object]! + 1);
        break;
      case Deed.unreserve:
        this.#set(Column.reserves, object, this.#columns[Column.reserves][object]! - 1);
        if (this.#columns[Column.reserves][object] === 0) this.#set(Column.reserver, object, NONE);
        break;
      case Deed.write:
        this.#count(this.value(object), 2);
        this.#count(event, 2);
        this.#set(Column.value, object, event);
        break;
    }
  }

  /** Undoes the newest events, until `length` of them are left. */
  backTo(length: number): void {
    while (this.path.length > length) {
      const event = this.path.pop()!;
      this.#isDone[event] = 0;
      this.#count(event, 1);
      this.done[this.window.thread[event]!]!--;
      const mark = this.#marks.pop()!;
      const changes = this.#changes;
      while (changes.length > mark) {
        const was = changes.pop()!;
        const index = changes.pop()!;
        const column = changes.pop()! as 0;
        const values = this.#columns[column]!;
        if (column === (Column.value as number)) {
          this.#count(values[index]!, 2);
          this.#count(was, 2);
        }
        values[index] = was;
      }
    }
  }

  /** An event enters the hash, or leaves it: as done (1), or as the write that a variable holds (2). */
  #count(event: EventIndex, role: 1 | 2): void {
    this.#hash ^= mixed(event * 4 + role);
    this.#otherHash ^= mixed(~(event * 4 + role));
  }

  #set(column: (typeof Column)[keyof typeof Column], index: number, value: number): void {
    const values = this.#columns[column];
    this.#changes.push(column, index, values[index]!);
    values[index] = value;
  }
}
