/**
 * By lock: the acquires that made what is held, by the rules of the lock state of the detectors. Of a semaphore, which anybody may release, they are the
 * last acquires for which no release is known: they say who took what is missing, not how many permits there are.
 * Cost: O(1) a row for mutexes, O(holders of the lock) for a lock with many.
 */
import { Mode } from './event.js';
import type { LockId, ThreadId } from './event.js';
import { conflict } from './lock-modes.js';
import type { Registry } from './registry.js';
import type { Reference, RowReferences } from './row-references.js';

/** Acquires that are known of a semaphore, at most. */
const PERMITS = 64;

/** Acquires of one lock that are known, at most, if one thread takes it again and again: of more there is only a count. */
const AGAIN = 4096;

/** Locks that keep their list while nobody has them, the first ones: most programs have no more, and theirs are taken again and again. */
const KEPT = 65_536;

export class HeldRows {
  readonly #registry: Registry;
  readonly #rows: RowReferences;
  readonly #ended: (acquire: Reference, by: Reference) => void;
  /** Oldest first, one for each time that a thread has the lock; undefined or empty: nobody has it. */
  readonly #acquires: (Reference[] | undefined)[] = [];
  /** Empty lists, for the next locks that are taken: of these there are no more lists than were held at once. */
  readonly #spare: Reference[][] = [];
  /** By lock, how often its holder has taken it again beyond {@link AGAIN}; empty for most runs. */
  readonly #uncounted = new Map<LockId, number>();

  /** @param ended is told each acquire that is over, and the row that ended it */
  constructor(registry: Registry, rows: RowReferences, ended: (acquire: Reference, by: Reference) => void) {
    this.#registry = registry;
    this.#rows = rows;
    this.#ended = ended;
  }

  /** Whether nothing of the lock is held. */
  free(lock: LockId): boolean {
    return (this.#acquires[lock]?.length ?? 0) === 0;
  }

  /** @returns whether something is held by it now: a barrier is not */
  acquire(row: Reference, thread: ThreadId, lock: LockId): boolean {
    const mode = this.#rows.mode(row);
    if (mode !== Mode.permits && this.#registry.hasBarriers && this.#registry.lock(lock).kind === 'barrier') return false;
    const acquires = (this.#acquires[lock] ??= this.#spare.pop() ?? []);
    if (mode === Mode.permits) {
      if (acquires.length === PERMITS) this.#ended(acquires.shift()!, row);
    } else if (acquires.length >= AGAIN && this.#isOfNewest(acquires, thread, mode)) {
      this.#uncounted.set(lock, (this.#uncounted.get(lock) ?? 0) + 1);
      return false;
    } else if (acquires.length > 0) {
      this.#exclude(acquires, row, thread, lock, mode);
    }
    acquires.push(row);
    return true;
  }

  /** @returns whether it undoes one of several acquires in one mode by one thread, which was made in another operation */
  release(row: Reference, thread: ThreadId, lock: LockId): boolean {
    const acquires = this.#acquires[lock];
    if (acquires === undefined) return false;
    const mode = this.#rows.mode(row);
    if (mode === Mode.permits) {
      this.#giveBack(acquires, row, thread);
      this.#freed(lock, acquires);
      return false;
    }
    if (this.#uncounted.size > 0 && this.#isUncounted(lock, acquires, thread, mode)) return true;
    const wrong = mode === Mode.unheld || mode === Mode.foreign;
    const i = wrong ? this.#undoneWrongly(acquires, thread, lock) : this.#last(acquires, thread, mode);
    if (i === -1) {
      // A rightful release whose acquire is not known undid that one, and no other.
      if (wrong && this.#registry.lock(lock).unlock === 'pthread') this.clear(lock, row);
      return false;
    }
    const acquire = acquires[i]!;
    if (i === acquires.length - 1) acquires.pop();
    else acquires.splice(i, 1);
    const operation = this.#rows.operation(row);
    const among =
      operation !== 0 && operation !== this.#rows.operation(acquire) && this.#last(acquires, thread, this.#rows.mode(acquire)) !== -1;
    this.#ended(acquire, row);
    this.#freed(lock, acquires);
    return among;
  }

  /** Nobody holds the lock any more. */
  clear(lock: LockId, by: Reference): void {
    const acquires = this.#acquires[lock];
    this.#uncounted.delete(lock);
    if (acquires === undefined) return;
    for (const acquire of acquires) this.#ended(acquire, by);
    acquires.length = 0;
    this.#freed(lock, acquires);
  }

  /** Whether a release undoes an acquire of which there is only a count; then it does. */
  #isUncounted(lock: LockId, acquires: readonly Reference[], thread: ThreadId, mode: Mode): boolean {
    const uncounted = this.#uncounted.get(lock);
    if (uncounted === undefined || acquires.length === 0 || !this.#isOfNewest(acquires, thread, mode)) return false;
    if (uncounted === 1) this.#uncounted.delete(lock);
    else this.#uncounted.set(lock, uncounted - 1);
    return true;
  }

  #isOfNewest(acquires: readonly Reference[], thread: ThreadId, mode: Mode): boolean {
    const newest = acquires[acquires.length - 1]!;
    return this.#rows.thread(newest) === thread && this.#rows.mode(newest) === mode;
  }

  /** Something of the lock is not held any more; maybe nothing is. */
  #freed(lock: LockId, acquires: Reference[]): void {
    if (acquires.length > 0 || lock < KEPT) return;
    this.#acquires[lock] = undefined;
    this.#spare.push(acquires);
  }

  /** An acquire of the lock is elsewhere now. */
  move(lock: LockId, from: Reference, to: Reference): void {
    const acquires = this.#acquires[lock]!;
    acquires[acquires.lastIndexOf(from)] = to;
  }

  /** A lock that is held was granted: whoever that excludes does not have it any more, and the release was not seen. */
  #exclude(acquires: Reference[], row: Reference, thread: ThreadId, lock: LockId, mode: Mode): void {
    const rows = this.#rows;
    const again = mode === Mode.shared || this.#registry.lock(lock).recursive;
    const newest = acquires[acquires.length - 1]!;
    if (again && rows.thread(newest) === thread && rows.mode(newest) === mode) return;
    // Who has it exclusively is alone with it.
    if (mode === Mode.shared && rows.thread(newest) !== rows.thread(acquires[0]!)) return;
    for (let i = acquires.length - 1; i >= 0; i--) {
      const acquire = acquires[i]!;
      const held = rows.mode(acquire);
      if (rows.thread(acquire) === thread ? again || held !== mode : !conflict(held, mode)) continue;
      acquires.splice(i, 1);
      this.#ended(acquire, row);
    }
  }

  /** Which acquire is undone by a release that says that there was none: -1, but of a lock that can be held in one way only the state says more. */
  #undoneWrongly(acquires: readonly Reference[], thread: ThreadId, lock: LockId): number {
    return this.#registry.lock(lock).kind === 'rwlock' ? -1 : this.#last(acquires, thread, Mode.exclusive);
  }

  /** Permits are taken to be those that the thread itself took last, else the oldest ones. */
  #giveBack(acquires: Reference[], row: Reference, thread: ThreadId): void {
    for (let left = this.#rows.permits(row); left > 0 && acquires.length > 0; ) {
      const [acquire] = acquires.splice(Math.max(this.#last(acquires, thread, Mode.permits), 0), 1);
      left -= this.#rows.permits(acquire!);
      this.#ended(acquire!, row);
    }
  }

  #last(acquires: readonly Reference[], thread: ThreadId, mode: Mode): number {
    const rows = this.#rows;
    let i = acquires.length - 1;
    while (i >= 0 && (rows.thread(acquires[i]!) !== thread || rows.mode(acquires[i]!) !== mode)) i--;
    return i;
  }
}
