/**
 * Deadlocks that exist now. A thread waits for the holders of the lock that it wants (one of a mutex; all readers, if it wants to write), or for
 * the thread that it joins. It needs all of them, so that a way from any one back to it is a deadlock. Only a request can close a cycle, for whoever
 * acquires runs, and so is in none: each search starts at the thread that just began to wait, and finds a shortest cycle.
 * Where several cycles were closed at once, only one is told; if that is broken up, the threads that it leaves are searched from again. Readers of one lock
 * who all want to write wait for themselves and for each other: that is one finding, of all of them.
 * Cost: O(threads and waits that it waits for) for a request that has to wait (the length of the chain, where there are only mutexes), else O(1);
 * nothing is allocated.
 */
import { Mode } from '../trace/event.js';
import type { LockId, ThreadId } from '../trace/event.js';
import { grownIds, NONE } from './state/columns.js';
import type { Evidence } from './evidence.js';
import type { FindingIndex, Findings } from './findings.js';
import { OrphanDetector } from './orphans.js';
import { Retelling } from './retelling.js';
import type { LockState } from './state/lock-state.js';
import type { Standing } from './standing.js';
import { waitingFor } from './waiting-for.js';

export class WaitForDetector {
  readonly #state: LockState;
  readonly #findings: Findings;
  readonly #evidence: Evidence;
  /** The search that came by a thread last; two searches never have one number. */
  #seenBy = new Int32Array(0);
  #search = 0;
  /** The thread from which the search came to one, which waits for it; and those that it came to, in turn. */
  #from = new Int32Array(0);
  #queue = new Int32Array(0);
  #queued = 0;
  readonly #standing: Standing;
  readonly #retelling: Retelling;
  readonly #orphans: OrphanDetector;
  /** By lock, what was told last of threads that want it and have it. */
  readonly #ofThemselves = new Map<LockId, FindingIndex>();

  constructor(state: LockState, findings: Findings, evidence: Evidence, standing: Standing) {
    this.#state = state;
    this.#findings = findings;
    this.#evidence = evidence;
    this.#standing = standing;
    this.#retelling = new Retelling(findings, standing);
    this.#orphans = new OrphanDetector(state, findings, evidence, standing, this.#retelling);
  }

  /** `thread` has just begun to wait. */
  request(thread: ThreadId): void {
    const state = this.#state;
    const first = state.firstInWay(thread);
    const joined = first === NONE ? state.joined(thread) : NONE;
    if (first === NONE && joined === NONE) return;
    let own = joined === thread;
    // Whoever waits for nobody that waits is in no cycle.
    let further = joined !== NONE && state.waits.waiting(joined);
    for (let hold = first; hold !== NONE; hold = state.nextInWay(thread, hold)) {
      const holder = state.holds.thread(hold);
      if (holder === thread && !state.ended(thread)) own = true;
      else if (state.ended(holder)) this.#orphans.wanted(state.waits.object(thread), holder);
      else if (state.waits.waiting(holder)) further = true;
    }
    if (own) this.#itself(thread);
    if (further) this.#searchFrom(thread);
  }

  /** Cycles have broken up. */
  again(): void {
    const bereft = this.#standing.takeBereft();
    if (!this.#state.sharing) return;
    for (const thread of bereft) {
      if (this.#state.waits.waiting(thread) && !this.#standing.inCycle(thread)) this.request(thread);
    }
  }

  /** `thread` has just ended; what it still holds, others may wait for. */
  ended(thread: ThreadId): void {
    this.#orphans.ended(thread);
  }

  /** The run is over: what stands now is told as it is now. */
  finish(): void {
    this.#retelling.finish();
  }

  /** Looks for a cycle of several threads through one that waits. */
  #searchFrom(start: ThreadId): void {
    this.#search++;
    this.#queued = 0;
    for (let at = start, next = 0; ; at = this.#queue[next++]!) {
      if (this.#state.waits.waiting(at) && this.#closes(start, at)) {
        const threads: ThreadId[] = [];
        for (let thread = at; thread !== start; thread = this.#from[thread]!) threads.push(thread);
        this.#cycle([start, ...threads.toReversed()]);
        return;
      }
      if (next === this.#queued) return;
    }
  }

  /** Whether `at` waits for `start`; if not, those that it waits for are come to. That a thread waits for itself is passed over. */
  #closes(start: ThreadId, at: ThreadId): boolean {
    const state = this.#state;
    const joined = state.joined(at);
    if (joined !== NONE) return this.#reaches(start, at, joined);
    const itself = this.#toldOfItself(at);
    for (let hold = state.firstInWay(at); hold !== NONE; hold = state.nextInWay(at, hold)) {
      const holder = state.holds.thread(hold);
      // That all who share a lock and want it for themselves wait for each other, too, is told with that.
      if (itself !== undefined && this.#standing.isOf(itself, holder)) continue;
      if (this.#reaches(start, at, holder)) return true;
    }
    return false;
  }

  #reaches(start: ThreadId, at: ThreadId, thread: ThreadId): boolean {
    if (thread === start) return at !== start;
    if (thread >= this.#seenBy.length) {
      this.#seenBy = grownIds(this.#seenBy, thread);
      this.#from = grownIds(this.#from, thread);
      this.#queue = grownIds(this.#queue, thread);
    }
    if (this.#seenBy[thread] === this.#search) return false;
    this.#seenBy[thread] = this.#search;
    this.#from[thread] = at;
    this.#queue[this.#queued++] = thread;
    return false;
  }

  /** `thread` waits for itself. Of several that share a lock and want it for themselves, there is one finding, which all but the first join. */
  #itself(thread: ThreadId): void {
    const { waits } = this.#state;
    if (waits.mode(thread) === Mode.join) {
      this.#cycle([thread]);
      return;
    }
    const lock = waits.object(thread);
    const told = this.#ofThemselves.get(lock);
    if (told === undefined || !this.#standing.has(told)) this.#ofThemselves.set(lock, this.#cycle([thread]));
    else if (this.#standing.add(told, [thread], [lock], false)) {
      this.#retelling.joined(told, () => this.#evidence.cycle('self-deadlock', this.#waitingForThemselves(lock)));
    }
  }

  /** The finding that says of a thread that it waits for itself, because of a lock that it has. */
  #toldOfItself(thread: ThreadId): FindingIndex | undefined {
    if (this.#ofThemselves.size === 0) return undefined;
    const told = this.#ofThemselves.get(this.#state.waits.object(thread));
    return told !== undefined && this.#standing.isOf(told, thread) ? told : undefined;
  }

  #waitingForThemselves(lock: LockId): ThreadId[] {
    return waitingFor(this.#state.waits, lock).filter((thread) => this.#state.inWayOf(thread, thread) !== NONE);
  }

  /** Each of `threads` waits for the next, and the last for the first. */
  #cycle(threads: readonly ThreadId[]): FindingIndex {
    const kind = threads.length === 1 ? 'self-deadlock' : 'deadlock';
    const key = this.#cycleKey(threads);
    let finding = this.#findings.seenAgain(key);
    if (finding === undefined) finding = this.#findings.add(key, this.#evidence.cycle(kind, threads));
    else this.#retelling.atEnd(finding, () => this.#evidence.cycle(kind, threads));
    const { waits } = this.#state;
    const locks = threads.filter((thread) => waits.mode(thread) !== Mode.join).map((thread) => waits.object(thread));
    this.#standing.add(finding, threads, locks, threads.length > 1);
    return finding;
  }

  /** Equal for the same waits on the same holds, whichever of them came last. */
  #cycleKey(threads: readonly ThreadId[]): string {
    const { holds, waits } = this.#state;
    const parts = threads.map((thread, i) => {
      const object = waits.object(thread);
      const wait = `${thread} ${waits.mode(thread)} ${object} ${waits.call(thread)}`;
      const hold = this.#state.inWayOf(thread, threads[(i + 1) % threads.length]!);
      return hold === NONE ? wait : `${wait} ${holds.call(hold)}`;
    });
    return `deadlock ${parts.toSorted().join(', ')}`;
  }
}
