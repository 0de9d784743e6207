/**
 * Which findings tell of threads that stand still at present. One that is left by a thread which has to stay for ever was no
 * standing deadlock: a request was given up, or a lock was freed by a thread that did not hold it.
 * Cost: O(1) for an event, and nothing while no finding stands. A thread or lock is in one such finding at most.
 */
import type { LockId, ThreadId } from '../trace/event.js';
import { grownIds, NONE } from './state/columns.js';
import type { FindingIndex, Findings } from './findings.js';

interface Members {
  readonly threads: Set<ThreadId>;
  readonly locks: readonly LockId[];
  /** Whether one that leaves breaks it up; else the last one does. */
  readonly cycle: boolean;
}

export class Standing {
  readonly #findings: Findings;
  readonly #members = new Map<FindingIndex, Members>();
  #ofThread = new Int32Array(0);
  #ofLock = new Int32Array(0);

  constructor(findings: Findings) {
    this.#findings = findings;
  }

  has(finding: FindingIndex): boolean {
    return this.#members.has(finding);
  }

  /** `threads` stand still, for what becomes of `locks`. Returns whether that is news of one of them. */
  add(finding: FindingIndex, threads: readonly ThreadId[], locks: readonly LockId[], cycle: boolean): boolean {
    let members = this.#members.get(finding);
    if (members === undefined) {
      members = { threads: new Set(), locks, cycle };
      this.#members.set(finding, members);
      this.#findings.stands(finding, true);
      for (const lock of locks) {
        if (lock >= this.#ofLock.length) this.#ofLock = grownIds(this.#ofLock, lock);
        this.#ofLock[lock] = finding;
      }
    }
    let news = false;
    for (const thread of threads) {
      if (thread >= this.#ofThread.length) this.#ofThread = grownIds(this.#ofThread, thread);
      if (this.#ofThread[thread] === finding) continue;
      this.#ofThread[thread] = finding;
      members.threads.add(thread);
      news = true;
    }
    return news;
  }

  /** `thread` waits no longer for what it waited for, if it did. */
  left(thread: ThreadId): void {
    if (this.#members.size === 0 || thread >= this.#ofThread.length) return;
    const finding = this.#ofThread[thread]!;
    if (finding === NONE) return;
    this.#ofThread[thread] = NONE;
    const members = this.#members.get(finding);
    if (members === undefined) return;
    members.threads.delete(thread);
    if (members.cycle || members.threads.size === 0) this.#break(finding, members);
  }

  /** Whoever held `lock` does not hold it any more. */
  freed(lock: LockId): void {
    if (this.#members.size === 0 || lock >= this.#ofLock.length) return;
    const finding = this.#ofLock[lock]!;
    const members = this.#members.get(finding);
    if (members !== undefined) this.#break(finding, members);
  }

  #break(finding: FindingIndex, members: Members): void {
    for (const thread of members.threads) this.#ofThread[thread] = NONE;
    for (const lock of members.locks) this.#ofLock[lock] = NONE;
    this.#members.delete(finding);
    this.#findings.stands(finding, false);
  }
}
