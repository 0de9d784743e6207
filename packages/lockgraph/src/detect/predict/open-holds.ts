/**
 * The critical sections of a set of events that have begun in it and not ended: of each lock a short list, the newest first.
 * Cost: O(1) to begin one; O(threads that are in one on that lock) to find one. Memory: 21 bytes for each that is open at once.
 */
import type { Mode, ThreadId } from '../../trace/event.js';
import { grownBytes, grownIds, NONE } from '../state/columns.js';

/** Index of a row. Reused. */
export type OpenId = number;

export class OpenHolds {
  #thread = new Int32Array(64);
  #row = new Int32Array(64);
  #mode = new Uint8Array(64);
  #owes = new Uint8Array(64);
  #next = new Int32Array(64);
  #newest = new Int32Array(0);
  #free: OpenId = NONE;
  #rows = 0;

  /** The newest of a lock, or NONE. */
  newest(lock: number): OpenId {
    return lock < this.#newest.length ? this.#newest[lock]! : NONE;
  }

  /** The next older one of the same lock, or NONE. */
  next(open: OpenId): OpenId {
    return this.#next[open]!;
  }

  thread(open: OpenId): ThreadId {
    return this.#thread[open]!;
  }

  /** Row of the acquire. */
  row(open: OpenId): number {
    return this.#row[open]!;
  }

  mode(open: OpenId): Mode {
    return this.#mode[open]! as Mode;
  }

  /** Whether it has to end in the set. */
  owes(open: OpenId): boolean {
    return this.#owes[open] === 1;
  }

  mustEnd(open: OpenId): void {
    this.#owes[open] = 1;
  }

  begin(lock: number, thread: ThreadId, row: number, mode: Mode): OpenId {
    let open = this.#free;
    if (open === NONE) open = this.#newRow();
    else this.#free = this.#next[open]!;
    if (lock >= this.#newest.length) this.#newest = grownIds(this.#newest, lock);
    this.#thread[open] = thread;
    this.#row[open] = row;
    this.#mode[open] = mode;
    this.#owes[open] = 0;
    const before = this.#newest[lock]!;
    this.#next[open] = before;
    this.#newest[lock] = open;
    return open;
  }

  /** @returns whether the newest section of `thread` on `lock` in a mode, which ends, had to; false where there is none */
  end(lock: number, thread: ThreadId, mode: Mode): boolean {
    let newer = NONE;
    let open = this.newest(lock);
    while (open !== NONE && (this.#thread[open] !== thread || this.#mode[open] !== mode)) {
      newer = open;
      open = this.#next[open]!;
    }
    if (open === NONE) return false;
    if (newer === NONE) this.#newest[lock] = this.#next[open]!;
    else this.#next[newer] = this.#next[open]!;
    this.#next[open] = this.#free;
    this.#free = open;
    return this.#owes[open] === 1;
  }

  /** None is open any more. @param locks at least those that have one */
  clear(locks: readonly number[]): void {
    for (const lock of locks) if (lock < this.#newest.length) this.#newest[lock] = NONE;
    this.#free = NONE;
    this.#rows = 0;
  }

  #newRow(): OpenId {
    const open = this.#rows++;
    if (open === this.#thread.length) {
      this.#thread = grownIds(this.#thread, open);
      this.#row = grownIds(this.#row, open);
      this.#mode = grownBytes(this.#mode, open);
      this.#owes = grownBytes(this.#owes, open);
      this.#next = grownIds(this.#next, open);
    }
    return open;
  }
}
