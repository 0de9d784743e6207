/**
 * Locks whose holder has ended, and for which others wait. One finding for a lock and where its holder took it, however many wait for it. Counts how often
 * it was taken so, and not given back. Cost: O(threads) for a wait that is found to have no end, else nothing.
 */
import type { LockId, ThreadId } from '../trace/event.js';
import type { Evidence } from './evidence.js';
import type { FindingIndex, Findings } from './findings.js';
import type { Retelling } from './retelling.js';
import type { Standing } from './standing.js';
import { NONE } from './state/columns.js';
import type { LockState } from './state/lock-state.js';
import { waitingForHolder } from './waiting-for.js';

/** What was told of an orphaned lock. */
interface Orphan {
  readonly finding: FindingIndex;
  /** Number of the acquire that was never undone. */
  since: number;
}

export class OrphanDetector {
  readonly #state: LockState;
  readonly #findings: Findings;
  readonly #evidence: Evidence;
  readonly #standing: Standing;
  readonly #retelling: Retelling;
  readonly #told = new Map<string, Orphan>();

  constructor(state: LockState, findings: Findings, evidence: Evidence, standing: Standing, retelling: Retelling) {
    this.#state = state;
    this.#findings = findings;
    this.#evidence = evidence;
    this.#standing = standing;
    this.#retelling = retelling;
  }

  /** `thread` has ended; what it still holds, others may wait for. */
  ended(thread: ThreadId): void {
    const { holds } = this.#state;
    for (let hold = holds.firstOfThread(thread); hold !== NONE; hold = holds.nextOfThread(hold)) this.wanted(holds.lock(hold), thread);
  }

  /** Others may wait for what `holder`, who has ended, has of a lock. */
  wanted(lock: LockId, holder: ThreadId): void {
    const waiting = waitingForHolder(this.#state, lock, holder);
    if (waiting.length === 0) return;
    const { holds } = this.#state;
    const hold = holds.oldest(lock, holder);
    const since = holds.event(hold);
    const key = `orphaned-lock ${lock} ${holder} ${holds.call(hold)}`;
    const told = this.#told.get(key);
    if (told === undefined) {
      const finding = this.#findings.add(key, this.#evidence.orphan(lock, holder, waiting));
      this.#told.set(key, { finding, since });
      this.#standing.add(finding, waiting, [lock], false);
      return;
    }
    if (!this.#standing.add(told.finding, waiting, [lock], false)) return;
    if (told.since !== since) {
      told.since = since;
      this.#findings.seenAgain(key);
    }
    this.#retelling.joined(told.finding, () => this.#evidence.orphan(lock, holder, waitingForHolder(this.#state, lock, holder)));
  }
}
