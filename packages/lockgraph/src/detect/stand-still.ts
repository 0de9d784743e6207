/**
 * What is wrong when a run is over and threads still wait. Cycles and orphaned locks were found when they came to be; here
 * the rest: threads that wait for ever although no cycle says why. O(threads and waits).
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

  /** The run is over. */
  finish(stalled: boolean): void {
    const threads = this.#registry.threads.size;
    const hung: ThreadId[] = [];
    for (let thread = 0; thread < threads; thread++) {
      if (this.#state.ended(thread)) continue;
      if (!stalled && this.#mayRun(thread)) return;
      if (this.#state.waits.waiting(thread) && !this.#explained(thread)) hung.push(thread);
    }
    if (hung.length === 0) return;
    const finding = this.#evidence.hang(hung);
    this.#findings.add(finding.id, finding);
  }

  /** Whether nothing that is known keeps a thread from going on. */
  #mayRun(thread: ThreadId): boolean {
    const { waits } = this.#state;
    if (!waits.waiting(thread)) return true;
    if (this.#state.blockerOf(thread) !== NONE) return false;
    if (waits.mode(thread) === Mode.join) return true;
    // A mutex that nobody holds can be had. Of a condition, that nobody holds it says nothing.
    return this.#registry.lock(waits.object(thread)).kind === 'mutex';
  }

  /** Whether the chain of waits from `thread` ends in a cycle, or at a thread that has ended. */
  #explained(thread: ThreadId): boolean {
    const seen = new Set<ThreadId>();
    for (let at = thread; at !== NONE; at = this.#state.blockerOf(at)) {
      if (seen.has(at) || this.#state.ended(at)) return true;
      seen.add(at);
    }
    return false;
  }
}
