/**
 * What is wrong when a run is over and threads still wait. Cycles and orphaned locks were found when they came to be; here
 * the rest: threads that wait for ever although no cycle says why: for a condition, a semaphore, a barrier, or a thread that does nothing.
 * O(threads and waits).
 *
 * No false alarm: a thread that neither waits nor has ended may still run, and then free whatever others wait for. So
 * unless the run says that it has stalled (it knows that nothing can run), one such thread, or one that could be granted
 * what it wants, silences this detector.
 */
import { Mode } from '../trace/event.js';
import type { ThreadId } from '../trace/event.js';
import type { Registry } from '../trace/registry.js';
import { NONE } from './state/columns.js';
import type { Evidence } from './evidence.js';
import type { Findings } from './findings.js';
import type { LockState } from './state/lock-state.js';
import { waitingFor } from './waiting-for.js';

export class StandStillDetector {
  readonly #registry: Registry;
  readonly #state: LockState;
  readonly #findings: Findings;
  readonly #evidence: Evidence;

  constructor(registry: Registry, state: LockState, findings: Findings, evidence: Evidence) {
    this.#registry = registry;
    this.#state = state;
    this.#findings = findings;
    this.#evidence = evidence;
  }

  /**
   * The run is over.
   * @param gap that events are missing: then nobody knows how many permits there are, and how many threads have arrived at a barrier
   */
  finish(stalled: boolean, gap: boolean): void {
    const { waits } = this.#state;
    const threads = this.#registry.threads.size;
    const waiting: ThreadId[] = [];
    for (let thread = 0; thread < threads; thread++) {
      if (this.#state.ended(thread)) continue;
      if (!stalled && this.#mayRun(thread, gap)) return;
      if (waits.waiting(thread)) waiting.push(thread);
    }
    const hung = this.#unexplained(waiting);
    if (hung.length === 0) return;
    const finding = this.#evidence.hang(hung);
    this.#findings.add(finding.id, finding);
  }

  /** Whether nothing that is known keeps a thread from going on. */
  #mayRun(thread: ThreadId, gap: boolean): boolean {
    const { barriers, permits, waits } = this.#state;
    if (!waits.waiting(thread)) return true;
    if (this.#state.blockerOf(thread) !== NONE) return false;
    if (waits.mode(thread) === Mode.join) return true;
    const lock = waits.object(thread);
    switch (this.#registry.lock(lock).kind) {
      case 'mutex':
      case 'rwlock':
        return true;
      case 'semaphore':
        return gap || permits.available(lock) >= Math.max(waits.count(thread), 1);
      case 'barrier':
        return gap || barriers.open(lock, waitingFor(waits, lock).length);
      case 'condition':
        // That nobody holds it says nothing.
        return false;
    }
  }

  /** Those from which no chain of waits leads into a cycle, or to a thread that has ended: no other finding tells why they wait. */
  #unexplained(waiting: readonly ThreadId[]): ThreadId[] {
    // Peels the graph of waits from its ends: what is left are cycles, ended threads, and whoever waits for them.
    const waiters = new Map<ThreadId, ThreadId[]>();
    const left = new Map<ThreadId, number>();
    for (const thread of waiting) {
      left.set(thread, 0);
      waiters.set(thread, []);
    }
    for (const thread of waiting) {
      for (const other of this.#blockers(thread)) {
        if (!this.#state.ended(other) && !left.has(other)) continue;
        left.set(thread, left.get(thread)! + 1);
        waiters.get(other)?.push(thread);
      }
    }
    const peeled = waiting.filter((thread) => left.get(thread) === 0);
    for (const thread of peeled) {
      for (const waiter of waiters.get(thread)!) {
        left.set(waiter, left.get(waiter)! - 1);
        if (left.get(waiter) === 0) peeled.push(waiter);
      }
    }
    return peeled.toSorted((one, other) => one - other);
  }

  #blockers(thread: ThreadId): ThreadId[] {
    const { holds } = this.#state;
    const joined = this.#state.joined(thread);
    const blockers = joined === NONE ? [] : [joined];
    let hold = this.#state.firstInWay(thread);
    for (; hold !== NONE; hold = this.#state.nextInWay(thread, hold)) blockers.push(holds.thread(hold));
    return blockers;
  }
}
