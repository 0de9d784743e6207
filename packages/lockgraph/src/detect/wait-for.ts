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
import type { Finding } from './finding.js';
import type { FindingIndex, Findings } from './findings.js';
import type { LockState } from './state/lock-state.js';
import type { Standing } from './standing.js';

/** How often a finding is told anew at once when another thread comes to wait as the others do; later ones wait for the end of the run. */
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
  /** The search that came by a thread last; two searches never have one number. */
  #seenBy = new Int32Array(0);
  #search = 0;
  /** The thread from which the search came to one, which waits for it; and those that it came to, in turn. */
  #from = new Int32Array(0);
  #queue = new Int32Array(0);
  #queued = 0;
  readonly #standing: Standing;
  readonly #orphans = new Map<string, Orphan>();
  /** By lock, what was told last of threads that want it and have it. */
  readonly #ofThemselves = new Map<LockId, { readonly finding: FindingIndex; retold: number }>();
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
      else if (state.ended(holder)) this.#orphan(state.waits.object(thread), holder);
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
    const standing = this.#standing;
    const told = this.#ofThemselves.get(lock);
    if (told === undefined || !standing.has(told.finding)) {
      this.#ofThemselves.set(lock, { finding: this.#cycle([thread]), retold: 0 });
      return;
    }
    if (!standing.add(told.finding, [thread], [lock], false)) return;
    const tell = (): Finding => this.#evidence.cycle('self-deadlock', this.#waitingForThemselves(lock));
    if (told.retold++ < RETOLD_AT_ONCE) this.#findings.replace(told.finding, tell());
    // Some may give up until then.
    this.#stale.set(told.finding, tell);
  }

  /** The finding that says of a thread that it waits for itself, because of a lock that it has. */
  #toldOfItself(thread: ThreadId): FindingIndex | undefined {
    if (this.#ofThemselves.size === 0) return undefined;
    const told = this.#ofThemselves.get(this.#state.waits.object(thread));
    return told !== undefined && this.#standing.isOf(told.finding, thread) ? told.finding : undefined;
  }

  #waitingForThemselves(lock: LockId): ThreadId[] {
    return this.#threadsWaitingFor(lock).filter((thread) => this.#state.inWayOf(thread, thread) !== NONE);
  }

  /** Each of `threads` waits for the next, and the last for the first. */
  #cycle(threads: readonly ThreadId[]): FindingIndex {
    const kind = threads.length === 1 ? 'self-deadlock' : 'deadlock';
    const key = this.#cycleKey(threads);
    let finding = this.#findings.seenAgain(key);
    if (finding === undefined) finding = this.#findings.add(key, this.#evidence.cycle(kind, threads));
    else this.#stale.set(finding, () => this.#evidence.cycle(kind, threads));
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

  /** One finding for a lock and where its holder took it, however many wait for it. Counts how often it was taken so, and not given back. */
  #orphan(lock: LockId, holder: ThreadId): void {
    const waiting = this.#waitingFor(lock, holder);
    if (waiting.length === 0) return;
    const { holds } = this.#state;
    const hold = holds.oldest(lock, holder);
    const since = holds.event(hold);
    const key = `orphaned-lock ${lock} ${holder} ${holds.call(hold)}`;
    const told = this.#orphans.get(key);
    if (told === undefined) {
      const finding = this.#findings.add(key, this.#evidence.orphan(lock, holder, waiting));
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
    if (told.retold++ < RETOLD_AT_ONCE) this.#findings.replace(finding, this.#evidence.orphan(lock, holder, waiting));
    else this.#stale.set(finding, () => this.#evidence.orphan(lock, holder, this.#waitingFor(lock, holder)));
  }

  /** The threads that wait for what `holder` holds of a lock. */
  #waitingFor(lock: LockId, holder: ThreadId): ThreadId[] {
    return this.#threadsWaitingFor(lock).filter((thread) => this.#state.inWayOf(thread, holder) !== NONE);
  }

  #threadsWaitingFor(lock: LockId): ThreadId[] {
    const { waits } = this.#state;
    const waiting: ThreadId[] = [];
    for (let thread = 0; thread < waits.bound; thread++) {
      if (waits.waiting(thread) && waits.mode(thread) !== Mode.join && waits.object(thread) === lock) waiting.push(thread);
    }
    return waiting;
  }
}
