/**
 * Declared orders, broken: a thread asks for a lock of lower or equal rank than one that it holds, as jemalloc's witness has it. What a try-lock
 * takes is held, and compared with what is asked for later; itself it cannot wait, and breaks nothing.
 * One finding for each lock held, lock wanted and stack, which names the first threads that did it. Cost: nothing where no lock has a rank or a
 * key, else a walk over the thread's holds at each request; the first {@link HISTORIES} findings look back in the log.
 */
import { EventKind } from '../trace/event.js';
import type { CallId, LockId, Mode, OperationNumber, ThreadId } from '../trace/event.js';
import type { LockInfo, Registry } from '../trace/registry.js';
import { NONE } from './state/columns.js';
import type { Evidence } from './evidence.js';
import { findingId } from './finding-id.js';
import type { Finding } from './finding.js';
import type { FindingIndex, Findings } from './findings.js';
import type { History } from './history.js';
import type { HoldId } from './state/holds.js';
import type { LockState } from './state/lock-state.js';
import type { Places } from './places.js';

/** Findings that have a history: each costs passes over the log. */
const HISTORIES = 64;
/** Pairs of locks that are told of one stack. Further ones are counted with the first of its findings: locks in no order make a pair of any two. */
const PAIRS = 256;

/** What was told of a stack. */
interface Told {
  /** Key of its first finding. */
  readonly first: string;
  pairs: number;
}

export class RankDetector {
  readonly #told = new Map<CallId, Told>();
  #histories = 0;
  readonly #registry: Registry;
  readonly #state: LockState;
  readonly #findings: Findings;
  readonly #places: Places;
  readonly #evidence: Evidence;
  readonly #history: History;

  constructor(
    registry: Registry,
    state: LockState,
    findings: Findings,
    places: Places,
    evidence: Evidence,
    history: History,
  ) {
    this.#registry = registry;
    this.#state = state;
    this.#findings = findings;
    this.#places = places;
    this.#evidence = evidence;
    this.#history = history;
  }

  /** `thread` asks for `lock`, and may have to wait. Comes before the state changes. */
  request(event: number, thread: ThreadId, lock: LockId, mode: Mode, call: CallId, operation: OperationNumber): void {
    const registry = this.#registry;
    if (!registry.hasOrder) return;
    const { holds } = this.#state;
    let hold = holds.firstOfThread(thread);
    if (hold === NONE) return;
    const wanted = registry.lock(lock);
    if (wanted.rank === undefined && wanted.key === undefined) return;
    // Whoever has a recursive lock does not wait for it.
    if (wanted.recursive && holds.find(lock, thread) !== NONE) return;
    for (; hold !== NONE; hold = holds.nextOfThread(hold)) {
      // A lock that is wanted again is no matter of order: where it cannot be had, that is a self-deadlock.
      if (holds.lock(hold) === lock) continue;
      const broken = brokenOrder(wanted, registry.lock(holds.lock(hold)));
      if (broken !== undefined) this.#report(broken, hold, event, thread, lock, mode, call, operation);
    }
  }

  #report(
    broken: 'rank' | 'key',
    hold: HoldId,
    event: number,
    thread: ThreadId,
    lock: LockId,
    mode: Mode,
    call: CallId,
    operation: OperationNumber,
  ): void {
    const threadName = this.#registry.threads.name(thread);
    const key = `rank-violation ${this.#state.holds.lock(hold)} ${lock} ${call}`;
    const known = this.#findings.seenAgain(key) ?? this.#oneTooMany(key, call);
    if (known !== undefined) {
      this.#findings.addThread(known, threadName);
      return;
    }
    const wanted = this.#registry.lock(lock);
    const held = this.#registry.lock(this.#state.holds.lock(hold));
    this.#findings.add(key, {
      id: findingId('rank-violation', [held.name, wanted.name, this.#places.stackText(call)]),
      kind: 'rank-violation',
      evidence: 'observed',
      threads: [threadName],
      locks: [wanted.name, held.name],
      cycle: [],
      history: this.#historyOf(hold, event, thread, lock, mode, call, operation),
      count: 1,
      ranks: { wanted: wanted[broken]!, held: held[broken]!, of: broken },
    });
  }

  /** The finding to count with, where the stack has enough; else the pair of `key` is one more of those that are told of it. */
  #oneTooMany(key: string, call: CallId): FindingIndex | undefined {
    const told = this.#told.get(call);
    if (told === undefined) this.#told.set(call, { first: key, pairs: 1 });
    else if (told.pairs === PAIRS) return this.#findings.seenAgain(told.first);
    else told.pairs++;
    return undefined;
  }

  #historyOf(
    hold: HoldId,
    event: number,
    thread: ThreadId,
    lock: LockId,
    mode: Mode,
    call: CallId,
    operation: OperationNumber,
  ): Finding['history'] {
    const { holds } = this.#state;
    const acquired = this.#evidence.acquired(hold);
    const wrong = { ...this.#places.entry(event, EventKind.request, thread, lock, mode, call, operation), misuse: 'rank-violation' };
    if (this.#histories++ >= HISTORIES) return [acquired, { ...wrong, first: true }];
    return this.#history.build({
      locks: new Map([[holds.lock(hold), holds.event(hold)]]),
      operations: new Set([holds.operation(hold), operation]),
      known: [acquired, wrong],
    });
  }
}

/** Which order forbids to wait for `wanted` with `held`; undefined if none does. */
function brokenOrder(wanted: LockInfo, held: LockInfo): 'rank' | 'key' | undefined {
  if (wanted.rank !== undefined && held.rank !== undefined && held.rank !== wanted.rank) return held.rank > wanted.rank ? 'rank' : undefined;
  if (wanted.key !== undefined && held.key !== undefined && wanted.class === held.class) return held.key < wanted.key ? undefined : 'key';
  return wanted.rank !== undefined && wanted.rank === held.rank ? 'rank' : undefined;
}
