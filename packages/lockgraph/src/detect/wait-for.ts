/**
 * Deadlocks that exist now. A thread waits for at most one other (the holder of the mutex that it wants, or the thread that it
 * joins), so the wait-for graph is a forest but for cycles, and a search is a walk from the thread that just began to wait.
 * Only such a request can close a cycle: whoever acquires runs, and so is in none.
 * Cost: O(length of the chain) for a request that has to wait, else O(1); nothing is allocated.
 */
import { Mode } from '../trace/event.js';
import type { LockId, ThreadId } from '../trace/event.js';
import { grownIds, NONE } from './columns.js';
import type { Evidence } from './evidence.js';
import type { Findings } from './findings.js';
import type { LockState } from './lock-state.js';

export class WaitForDetector {
  readonly #state: LockState;
  readonly #findings: Findings;
  readonly #evidence: Evidence;
  /** The walk that came by a thread last; two walks never have one number. */
  #seenBy = new Int32Array(0);
  #walk = 0;
  /** By key of an orphaned lock, the threads of which its finding tells. */
  readonly #orphans = new Map<string, Set<ThreadId>>();

  constructor(state: LockState, findings: Findings, evidence: Evidence) {
    this.#state = state;
    this.#findings = findings;
    this.#evidence = evidence;
  }

  /** `thread` has just begun to wait. */
  request(thread: ThreadId): void {
    const blocker = this.#state.blockerOf(thread);
    if (blocker === NONE) return;
    if (this.#state.ended(blocker)) this.#orphan(this.#state.waits.object(thread), blocker);
    else if (this.#waitsFor(blocker, thread)) this.#cycle(thread);
  }

  /** `thread` has just ended; what it still holds, others may wait for. */
  ended(thread: ThreadId): void {
    const { holds } = this.#state;
    for (let hold = holds.firstOfThread(thread); hold !== NONE; hold = holds.nextOfThread(hold)) {
      this.#orphan(holds.lock(hold), thread);
    }
  }

  /** Whether the chain of waits that begins at `from` comes to `to`. It may also run into a cycle without `to`. */
  #waitsFor(from: ThreadId, to: ThreadId): boolean {
    const walk = ++this.#walk;
    for (let at = from; at !== NONE; at = this.#state.blockerOf(at)) {
      if (at === to) return true;
      if (at >= this.#seenBy.length) this.#seenBy = grownIds(this.#seenBy, at);
      if (this.#seenBy[at] === walk) return false;
      this.#seenBy[at] = walk;
    }
    return false;
  }

  #cycle(first: ThreadId): void {
    const threads = [first];
    for (let at = this.#state.blockerOf(first); at !== first; at = this.#state.blockerOf(at)) threads.push(at);
    const key = this.#cycleKey(threads);
    if (this.#findings.seenAgain(key)) return;
    this.#findings.add(key, this.#evidence.cycle(threads.length === 1 ? 'self-deadlock' : 'deadlock', threads));
  }

  /** Equal for the same waits on the same holds, whichever of them came last. */
  #cycleKey(threads: readonly ThreadId[]): string {
    const { holds, waits } = this.#state;
    const parts = threads.map((thread) => {
      const object = waits.object(thread);
      const wait = `${thread} ${waits.mode(thread)} ${object} ${waits.call(thread)}`;
      return waits.mode(thread) === Mode.join ? wait : `${wait} ${holds.call(holds.firstOfLock(object))}`;
    });
    return `deadlock ${parts.toSorted().join(', ')}`;
  }

  /** One finding for a lock and the end of its holder, however many wait for it. */
  #orphan(lock: LockId, holder: ThreadId): void {
    const { holds, waits } = this.#state;
    const waiting: ThreadId[] = [];
    for (let thread = 0; thread < waits.bound; thread++) {
      if (waits.waiting(thread) && waits.mode(thread) !== Mode.join && waits.object(thread) === lock) waiting.push(thread);
    }
    if (waiting.length === 0) return;
    const key = `orphaned-lock ${lock} ${holder} ${holds.event(holds.firstOfLock(lock))}`;
    const told = this.#orphans.get(key);
    if (told === undefined) {
      this.#orphans.set(key, new Set(waiting));
      this.#findings.add(key, this.#evidence.orphan(lock, waiting));
      return;
    }
    this.#findings.seenAgain(key);
    if (waiting.every((thread) => told.has(thread))) return;
    this.#orphans.set(key, new Set(waiting));
    this.#findings.replace(key, this.#evidence.orphan(lock, waiting));
  }
}
