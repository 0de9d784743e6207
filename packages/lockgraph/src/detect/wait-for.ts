/**
 * Deadlocks that exist now. A thread waits for at most one other (the holder of the mutex that it wants, or the thread that it
 * joins), so the wait-for graph is a forest but for cycles, and a search is a walk from the thread that just began to wait.
 * Only such a request can close a cycle: whoever acquires runs, and so is in none.
 * Cost: O(length of the chain) for a request that has to wait, else O(1); nothing is allocated.
 */
import { Mode } from '../trace/event.js';
import type { LockId, ThreadId } from '../trace/event.js';
import { grownIds, NONE } from './state/columns.js';
import type { Evidence } from './evidence.js';
import type { Finding } from './finding.js';
import type { FindingIndex, Findings } from './findings.js';
import type { LockState } from './state/lock-state.js';
import type { Standing } from './standing.js';

/** How often an orphaned lock is told anew at once when another thread comes to wait; later ones wait for the end of the run. */
const RETOLD_AT_ONCE = 16;
/** Findings that are told anew at the end, at most: each costs a pass over the log. */
const RETOLD_AT_END = 200;

/** What was told of an orphaned lock. */
interface Orphan {
  readonly finding: FindingIndex;
  /** Number of the acquire that was never undone. */
  since: number;
  retold: number;
}

export class WaitForDetector {
  readonly #state: LockState;
  readonly #findings: Findings;
  readonly #evidence: Evidence;
  /** The walk that came by a thread last; two walks never have one number. */
  #seenBy = new Int32Array(0);
  #walk = 0;
  readonly #standing: Standing;
  readonly #orphans = new Map<string, Orphan>();
  /** Findings that were told of an earlier time, or of fewer threads, and how they are told now. */
  readonly #stale = new Map<FindingIndex, () => Finding>();

  constructor(state: LockState, findings: Findings, evidence: Evidence, standing: Standing) {
    this.#state = state;
    this.#findings = findings;
    this.#evidence = evidence;
    this.#standing = standing;
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

  /** The run is over: what stands now is told as it is now. */
  finish(): void {
    let retold = 0;
    for (const [finding, tell] of this.#stale) {
      if (!this.#standing.has(finding)) continue;
      if (++retold > RETOLD_AT_END) break;
      this.#findings.replace(finding, tell());
    }
    this.#stale.clear();
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
    const kind = threads.length === 1 ? 'self-deadlock' : 'deadlock';
    const key = this.#cycleKey(threads);
    let finding = this.#findings.seenAgain(key);
    if (finding === undefined) finding = this.#findings.add(key, this.#evidence.cycle(kind, threads));
    else this.#stale.set(finding, () => this.#evidence.cycle(kind, threads));
    const { waits } = this.#state;
    const locks = threads.filter((thread) => waits.mode(thread) !== Mode.join).map((thread) => waits.object(thread));
    this.#standing.add(finding, threads, locks, true);
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

  /** One finding for a lock and where its holder took it, however many wait for it. Counts how often it was taken so, and not given back. */
  #orphan(lock: LockId, holder: ThreadId): void {
    const waiting = this.#waitingFor(lock);
    if (waiting.length === 0) return;
    const { holds } = this.#state;
    const hold = holds.firstOfLock(lock);
    const since = holds.event(hold);
    const key = `orphaned-lock ${lock} ${holder} ${holds.call(hold)}`;
    const told = this.#orphans.get(key);
    if (told === undefined) {
      const finding = this.#findings.add(key, this.#evidence.orphan(lock, waiting));
      this.#orphans.set(key, { finding, since, retold: 0 });
      this.#standing.add(finding, waiting, [lock], false);
      return;
    }
    const { finding } = told;
    if (!this.#standing.add(finding, waiting, [lock], false)) return;
    if (told.since !== since) {
      told.since = since;
      this.#findings.seenAgain(key);
    }
    if (told.retold++ < RETOLD_AT_ONCE) this.#findings.replace(finding, this.#evidence.orphan(lock, waiting));
    else this.#stale.set(finding, () => this.#evidence.orphan(lock, this.#waitingFor(lock)));
  }

  #waitingFor(lock: LockId): ThreadId[] {
    const { waits } = this.#state;
    const waiting: ThreadId[] = [];
    for (let thread = 0; thread < waits.bound; thread++) {
      if (waits.waiting(thread) && waits.mode(thread) !== Mode.join && waits.object(thread) === lock) waiting.push(thread);
    }
    return waiting;
  }
}
