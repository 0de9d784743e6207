/**
 * Locks used against their rules: released by a thread that does not hold them, or held when their holder or they themselves end.
 * One finding for each kind, lock and stack, which names the first threads that did it. Cost: a string and a probe for each misuse, nothing
 * for the rest; the first {@link HISTORIES} findings of a kind look back in the log.
 */
import { EventKind, Mode } from '../trace/event.js';
import type { CallId, LockId, OperationNumber, ThreadId } from '../trace/event.js';
import type { Registry } from '../trace/registry.js';
import { NONE } from './state/columns.js';
import type { Evidence } from './evidence.js';
import { findingId } from './finding-id.js';
import type { MisuseKind } from './finding.js';
import type { Findings } from './findings.js';
import type { History } from './history.js';
import type { HoldId } from './state/holds.js';
import type { LockState } from './state/lock-state.js';
import { misuseOfRelease } from './places.js';
import type { Places } from './places.js';

/** Findings of a kind that have a history: each costs passes over the log. */
const HISTORIES = 64;
/** Threads that a finding names at first, at most. */
const THREADS = 64;

export class MisuseDetector {
  readonly #histories = new Map<MisuseKind, number>();
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

  /** `thread` releases what it does not hold so; `mode` says how it is wrong. */
  release(
    event: number,
    thread: ThreadId,
    lock: LockId,
    mode: Mode,
    call: CallId,
    operation: OperationNumber,
  ): void {
    const kind = misuseOfRelease(mode)!;
    this.#report(kind, EventKind.release, event, thread, lock, mode, call, operation);
  }

  /** `thread` ends; a finding for each lock that it holds. */
  exit(event: number, thread: ThreadId, call: CallId, operation: OperationNumber): void {
    const { holds } = this.#state;
    for (let hold = holds.firstOfThread(thread); hold !== NONE; hold = holds.nextOfThread(hold)) {
      const lock = holds.lock(hold);
      // A lock that it has in several modes is told of once.
      if (holds.oldest(lock, thread) !== hold) continue;
      this.#report('exit-holding', EventKind.exit, event, thread, lock, Mode.exclusive, call, operation);
    }
  }

  /** The life of a lock begins (again) or ends, maybe while it is held. */
  renew(
    event: number,
    kind: typeof EventKind.init | typeof EventKind.destroy,
    thread: ThreadId,
    lock: LockId,
    call: CallId,
    operation: OperationNumber,
  ): void {
    if (this.#state.holds.firstOfLock(lock) === NONE) return;
    const misuse = kind === EventKind.init ? 'init-held' : 'destroy-held';
    this.#report(misuse, kind, event, thread, lock, Mode.exclusive, call, operation);
  }

  #report(
    misuse: MisuseKind,
    kind: EventKind,
    event: number,
    thread: ThreadId,
    lock: LockId,
    mode: Mode,
    call: CallId,
    operation: OperationNumber,
  ): void {
    // Whoever ends a lock or begins it anew is told apart, for the second thread of such a finding is the holder.
    const renewal = misuse === 'destroy-held' || misuse === 'init-held';
    const key = renewal ? `${misuse} ${lock} ${call} ${thread}` : `${misuse} ${lock} ${call}`;
    const known = this.#findings.seenAgain(key);
    const threadName = this.#registry.threads.name(thread);
    if (known !== undefined) {
      if (!renewal) this.#findings.addThread(known, threadName);
      return;
    }
    const { holds } = this.#state;
    // Others that share a lock are no part of the exit of one that has it.
    const hold = misuse === 'exit-holding' ? holds.oldest(lock, thread) : holds.firstOfLock(lock);
    const lockName = this.#registry.lock(lock).name;
    const threads = new Set([threadName]);
    if (misuse !== 'exit-holding') this.#addHolders(lock, threads);
    const wrong = { ...this.#places.entry(event, kind, thread, lock, mode, call, operation), misuse };
    this.#findings.add(key, {
      id: findingId(misuse, [lockName, ...(renewal ? [threadName] : []), this.#places.stackText(call)]),
      kind: misuse,
      evidence: 'observed',
      threads: [...threads],
      locks: [lockName],
      cycle: [],
      history: this.#looksBack(misuse)
        ? this.#history.build({
            locks: new Map([[lock, this.#since(lock, hold, event)]]),
            operations: new Set([operation]),
            known: hold === NONE ? [wrong] : [this.#evidence.acquired(hold), wrong],
          })
        : [{ ...wrong, first: true }],
      count: 1,
    });
  }

  /** The names of those that hold a lock. */
  #addHolders(lock: LockId, threads: Set<string>): void {
    const { holds } = this.#state;
    let hold = holds.firstOfLock(lock);
    for (; hold !== NONE && threads.size < THREADS; hold = holds.nextOfLock(hold)) threads.add(this.#registry.threads.name(holds.thread(hold)));
  }

  #looksBack(misuse: MisuseKind): boolean {
    const before = this.#histories.get(misuse) ?? 0;
    this.#histories.set(misuse, before + 1);
    return before < HISTORIES;
  }

  /** The acquire that matters: that of the present holder, or the last one before the lock was free. */
  #since(lock: LockId, hold: HoldId, event: number): number {
    if (hold !== NONE) return this.#state.holds.event(hold);
    return this.#history.lastAcquire(lock) ?? event;
  }
}
