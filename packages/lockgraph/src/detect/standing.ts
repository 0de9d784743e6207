/**
 * Which findings tell of threads that stand still at present. One that is left by a thread which has to stay for ever was no
 * standing deadlock: a request was given up, or a lock was freed by a thread that did not hold it.
 * Cost: a probe of a map for an event, and nothing while no finding stands.
 */
import type { LockId, ThreadId } from '../trace/event.js';
import type { FindingIndex, Findings } from './findings.js';

interface Members {
  readonly threads: Set<ThreadId>;
  readonly locks: ReadonlySet<LockId>;
  /** Whether one that leaves breaks it up; else the last one does. */
  readonly cycle: boolean;
}

export class Standing {
  readonly #findings: Findings;
  readonly #members = new Map<FindingIndex, Members>();
  readonly #ofThread = new Map<ThreadId, Set<FindingIndex>>();
  readonly #ofLock = new Map<LockId, Set<FindingIndex>>();
  #bereft: ThreadId[] = [];
  #broken: FindingIndex[] = [];

  constructor(findings: Findings) {
    this.#findings = findings;
  }

  has(finding: FindingIndex): boolean {
    return this.#members.has(finding);
  }

  /** Whether a finding that stands tells of a thread. */
  isOf(finding: FindingIndex, thread: ThreadId): boolean {
    return this.#members.get(finding)?.threads.has(thread) ?? false;
  }

  /** Whether the thread is in a cycle that stands. */
  inCycle(thread: ThreadId): boolean {
    for (const finding of this.#ofThread.get(thread) ?? []) if (this.#members.get(finding)!.cycle) return true;
    return false;
  }

  /** Whether findings have broken up of which {@link takeBroken} has not told. */
  get anyBroken(): boolean {
    return this.#broken.length > 0;
  }

  /** The findings that broke up since the last call, and do not stand again. */
  takeBroken(): readonly FindingIndex[] {
    const broken = this.#broken;
    this.#broken = [];
    return broken.filter((finding) => !this.has(finding));
  }

  /** The threads that were left behind by findings which broke up since the last call. */
  takeBereft(): readonly ThreadId[] {
    const bereft = this.#bereft;
    this.#bereft = [];
    return bereft;
  }

  /** `threads` stand still, for what becomes of `locks`. Returns whether that is news of one of them. */
  add(finding: FindingIndex, threads: readonly ThreadId[], locks: readonly LockId[], cycle: boolean): boolean {
    let members = this.#members.get(finding);
    if (members === undefined) {
      members = { threads: new Set(), locks: new Set(locks), cycle };
      this.#members.set(finding, members);
      this.#findings.stands(finding);
      for (const lock of members.locks) include(this.#ofLock, lock, finding);
    }
    const before = members.threads.size;
    for (const thread of threads) {
      members.threads.add(thread);
      include(this.#ofThread, thread, finding);
    }
    return members.threads.size > before;
  }

  /** `thread` waits no longer for what it waited for, if it did. */
  left(thread: ThreadId): void {
    if (this.#members.size === 0) return;
    const findings = this.#ofThread.get(thread);
    if (findings === undefined) return;
    this.#ofThread.delete(thread);
    for (const finding of findings) {
      const members = this.#members.get(finding)!;
      members.threads.delete(thread);
      if (members.cycle || members.threads.size === 0) this.#break(finding, members);
    }
  }

  /** Whoever held `lock` does not hold it any more. */
  freed(lock: LockId): void {
    if (this.#members.size === 0) return;
    const findings = this.#ofLock.get(lock);
    if (findings === undefined) return;
    for (const finding of findings) this.#break(finding, this.#members.get(finding)!);
  }

  #break(finding: FindingIndex, members: Members): void {
    for (const thread of members.threads) {
      exclude(this.#ofThread, thread, finding);
      this.#bereft.push(thread);
    }
    for (const lock of members.locks) exclude(this.#ofLock, lock, finding);
    this.#members.delete(finding);
    this.#broken.push(finding);
  }
}

function include(findings: Map<number, Set<FindingIndex>>, of: number, finding: FindingIndex): void {
  const known = findings.get(of);
  if (known === undefined) findings.set(of, new Set([finding]));
  else known.add(finding);
}

function exclude(findings: Map<number, Set<FindingIndex>>, of: number, finding: FindingIndex): void {
  const known = findings.get(of)!;
  known.delete(finding);
  if (known.size === 0) findings.delete(of);
}
