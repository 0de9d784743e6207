/**
 * The lock state and all detectors of a run, and what each kind of event is to them.
 * Cost: O(1) for most events, as their files say; nothing is allocated.
 */
import { EventKind, Mode } from '../trace/event.js';
import type { CallId, LockId, Note, OperationNumber, ThreadId } from '../trace/event.js';
import type { EventLog } from '../trace/event-log.js';
import type { EventStore } from '../trace/event-store.js';
import { conflict } from '../trace/lock-modes.js';
import type { Registry } from '../trace/registry.js';
import { cameTrue } from './came-true.js';
import { Evidence } from './evidence.js';
import type { Analysis, Finding, SearchLimits, Unproved } from './finding.js';
import { Findings } from './findings.js';
import { History } from './history.js';
import type { Knowledge } from './knowledge/knowledge.js';
import { LockOrderDetector } from './lock-order.js';
import { MisuseDetector } from './misuse.js';
import { NoteDetector } from './notes.js';
import { Places } from './places.js';
import type { Parts } from './predict/parts.js';
import { Prediction } from './prediction.js';
import { RankDetector } from './ranks.js';
import { StandStillDetector } from './stand-still.js';
import { Standing } from './standing.js';
import { NONE } from './state/columns.js';
import { LockState } from './state/lock-state.js';
import { LostHolds } from './state/lost-holds.js';
import { Violations } from './violations.js';
import { WaitForDetector } from './wait-for.js';

export class Detectors {
  readonly #registry: Registry;
  readonly #log: EventLog | undefined;
  readonly #state: LockState;
  readonly #places: Places;
  readonly #findings = new Findings();
  readonly #standing = new Standing(this.#findings);
  readonly #waitFor: WaitForDetector;
  readonly #misuse: MisuseDetector;
  readonly #ranks: RankDetector;
  readonly #notes: NoteDetector;
  readonly #standStill: StandStillDetector;
  readonly #order: LockOrderDetector;
  readonly #truncated: SearchLimits['truncated'][number][] = [];
  #storage: SearchLimits['storage'] = undefined;
  readonly #lost = new LostHolds();
  #gap = false;

  /**
   * @param log where histories come from
   * @param store says the lines of events that the log no longer has
   * @param maxCycle threads of a cycle in the order of locks, at most
   */
  constructor(registry: Registry, log: EventLog | undefined, store: EventStore | undefined, maxCycle: number) {
    const state = new LockState(registry);
    const places = new Places(registry, log, store);
    const history = new History(places, log);
    const evidence = new Evidence(registry, state, places, history);
    this.#registry = registry;
    this.#log = log;
    this.#state = state;
    this.#places = places;
    this.#waitFor = new WaitForDetector(state, this.#findings, evidence, this.#standing);
    const violations = new Violations(this.#findings, places, evidence, history);
    this.#misuse = new MisuseDetector(registry, state.holds, violations);
    this.#ranks = new RankDetector(registry, state.holds, violations);
    this.#notes = new NoteDetector(registry, this.#findings, places, history);
    this.#standStill = new StandStillDetector(registry, state, this.#findings, evidence);
    this.#order = new LockOrderDetector(registry, this.#findings, places, maxCycle);
  }

  /** What was found so far, as a report has it. */
  outcome(): Omit<Analysis, 'source'> {
    const { list } = this.#findings;
    const hidden = this.#order.hidden(cameTrue(list));
    const findings: Finding[] = [];
    for (const [index, finding] of list.entries()) if (!hidden.has(index)) findings.push({ ...finding });
    return {
      findings,
      refuted: this.#order.instances.book.counts(),
      refutedPatterns: this.#order.instances.refuted(),
      search: {
        maxCycle: this.#order.maxCycle,
        truncated: [...this.#order.instances.truncated(), ...this.#truncated],
        ...(this.#storage === undefined ? undefined : { storage: this.#storage }),
      },
    };
  }

  /** What the run has shown so far of the order of lock classes. @param trace name of the run */
  knowledge(trace: string, complete: boolean): Knowledge {
    return this.#order.knowledge(trace, complete);
  }

  note(event: number, thread: ThreadId, call: CallId, operation: OperationNumber, note: Note): void {
    this.#notes.note(event, thread, call, operation, note);
  }

  /** Events are missing: what was known of the order of locks may rest on releases that are not there. */
  jump(): void {
    this.#gap = true;
    this.#order.restart(this.#state.holds);
  }

  /** The run is over. @param stalled that nothing can run any more */
  finish(stalled: boolean): void {
    this.#waitFor.finish();
    this.#standStill.finish(stalled, this.#gap);
  }

  /** Proves or refutes what it can of the deadlocks that another schedule of a stored trace has. @param doubt why nothing can be proved */
  *predict(store: EventStore, doubt: Unproved | undefined): Parts<void> {
    const prediction = new Prediction(this.#registry, this.#findings, this.#order, store, this.#log);
    const unproved = store.hasGap ? 'incomplete' : (doubt ?? this.#unkept(store));
    if (unproved !== undefined) prediction.doubtAll(unproved);
    else if (yield* prediction.prove()) this.#truncated.push('schedules');
  }

  /** Why not all events are there, if that is so. */
  #unkept({ failure, isFull }: EventStore): Unproved | undefined {
    if (failure === undefined && !isFull) return undefined;
    this.#truncated.push(failure === undefined ? 'events' : 'storage');
    if (failure === undefined) return 'gave-up';
    this.#storage = { folder: failure.folder, error: failure.reason };
    return 'storage';
  }

  /** Takes an event about locks or threads into account: the detectors judge it by the state before, where that matters, and then it becomes the state. */
  event(
    event: number,
    kind: EventKind,
    thread: ThreadId,
    object: number,
    mode: Mode,
    call: CallId,
    operation: OperationNumber,
    permits: number,
  ): void {
    const state = this.#state;
    const order = this.#order;
    const standing = this.#standing;
    // As in the lock state: whoever does one of these does not wait for what it waited for.
    if (kind === EventKind.take || (kind <= EventKind.exit && kind !== EventKind.spawn)) standing.left(thread);
    switch (kind) {
      case EventKind.request:
        if (mode !== Mode.join) this.#ranks.request(event, thread, object, mode, call, operation);
        state.request(event, thread, object, mode, call, operation, permits);
        this.#waitFor.request(thread);
        order.request(event, thread, object, mode, call);
        break;
      case EventKind.acquire:
      case EventKind.take:
        this.#freed(thread, object, mode);
        if (kind === EventKind.take) {
          this.#ranks.request(event, thread, object, mode, call, operation);
          order.take(event, thread, object, mode, call, permits);
        } else order.acquire(event, thread, object, mode, call, permits, state.waits.waitsFor(thread, object));
        if (state.acquire(event, thread, object, mode, call, operation, permits) || mode === Mode.exclusive) standing.freed(object);
        break;
      case EventKind.release:
        this.#release(event, thread, object, mode, call, operation, permits);
        break;
      case EventKind.cancel:
        order.cancel(thread, object, mode);
        state.cancel(thread);
        break;
      case EventKind.spawn:
        state.spawn(object);
        order.spawned(thread, object);
        break;
      case EventKind.join: {
        const known = state.ended(object);
        standing.left(object);
        state.join(thread, object);
        if (!known) this.#waitFor.ended(object);
        order.joined(event, thread, object, call);
        break;
      }
      case EventKind.exit:
        this.#misuse.exit(event, thread, call, operation);
        state.exit(thread);
        this.#waitFor.ended(thread);
        break;
      case EventKind.init:
      case EventKind.destroy:
        this.#misuse.renew(event, kind, thread, object, call, operation);
        if (state.holds.firstOfLock(object) !== NONE) order.misused(object);
        this.#dropHolds(object);
        this.#lost.forget(object);
        order.end(object);
        state.renew(object);
        standing.freed(object);
        break;
    }
    if (standing.anyBroken) this.#broke(event, kind, thread, object, mode, call, operation);
  }

  /** This event has broken up what stood. */
  #broke(event: number, kind: EventKind, thread: ThreadId, object: number, mode: Mode, call: CallId, operation: OperationNumber): void {
    const by = this.#places.entry(event, kind, thread, object, mode, call, operation);
    for (const finding of this.#standing.takeBroken()) this.#findings.broken(finding, by);
    this.#waitFor.again();
  }

  #release(
    event: number,
    thread: ThreadId,
    lock: LockId,
    mode: Mode,
    call: CallId,
    operation: OperationNumber,
    permits: number,
  ): void {
    if (this.#gap && this.#wasHeldUnseen(thread, lock, mode)) this.#order.restart(this.#state.holds);
    if (mode === Mode.unheld || mode === Mode.foreign) {
      this.#misuse.release(event, thread, lock, mode, call, operation);
      this.#order.misused(lock);
      if (this.#registry.lock(lock).unlock === 'pthread') this.#dropHolds(lock);
      this.#state.releaseWrongly(thread, lock);
    } else {
      this.#state.release(thread, lock, mode, permits);
      this.#order.release(thread, lock, mode, permits);
    }
    if (this.#state.holds.firstOfLock(lock) === NONE) this.#standing.freed(lock);
  }

  /** Whoever has a lock that another thread gets does not have it any more, though his release was not seen. */
  #freed(thread: ThreadId, lock: LockId, mode: Mode): void {
    this.#lost.regain(thread, lock);
    const { holds } = this.#state;
    if (holds.firstOfLock(lock) === NONE) return;
    // Of a lock that is not recursive, the newer one of two holds is the only one.
    if (mode !== Mode.shared && holds.findIn(lock, thread, mode) !== NONE && !this.#registry.lock(lock).recursive) {
      this.#order.misused(lock);
      this.#order.drop(thread, lock);
    }
    for (let hold = mode === Mode.shared ? holds.exclusive(lock) : holds.firstOfLock(lock); hold !== NONE; hold = holds.nextOfLock(hold)) {
      const holder = holds.thread(hold);
      if (holder === thread || !conflict(holds.mode(hold), mode)) continue;
      this.#order.misused(lock);
      this.#order.drop(holder, lock);
      this.#lost.add(holder, lock, holds.depth(hold));
    }
  }

  #dropHolds(lock: LockId): void {
    const { holds } = this.#state;
    for (let hold = holds.firstOfLock(lock); hold !== NONE; hold = holds.nextOfLock(hold)) this.#order.drop(holds.thread(hold), lock);
  }

  /** Whether a release shows that the lock was taken in a gap. What was wanted since then was wanted with more locks held than are known. */
  #wasHeldUnseen(thread: ThreadId, lock: LockId, mode: Mode): boolean {
    if (mode === Mode.unheld || this.#hasNoHolder(lock)) return false;
    return mode === Mode.foreign ? this.#state.holds.firstOfLock(lock) === NONE : this.#state.holds.findIn(lock, thread, mode) === NONE;
  }

  /** Whether anybody may release it. */
  #hasNoHolder(lock: LockId): boolean {
    const { kind } = this.#registry.lock(lock);
    return kind === 'semaphore' || kind === 'barrier';
  }

  /**
   * How wrong a release is, from the lock state. After a gap the state is no proof, for the acquire may have been dropped with
   * the events around it; then the trace has the word: whoever wrote it knew. Nor is it of a lock that others were given meanwhile.
   */
  releaseMode(thread: ThreadId, lock: LockId, mode: Mode): Mode {
    const { holds } = this.#state;
    const wrong = mode === Mode.unheld || mode === Mode.foreign;
    if (holds.findIn(lock, thread, wrong ? Mode.exclusive : mode) !== NONE) {
      // A wrong release of a reader-writer lock does not say in which mode it was: its thread may well hold it in another one.
      return wrong && this.#registry.lock(lock).kind !== 'rwlock' ? Mode.exclusive : mode;
    }
    if (this.#gap || this.#hasNoHolder(lock)) return mode;
    if (!wrong && this.#lost.release(thread, lock)) return mode;
    return holds.heldByOther(lock, thread) ? Mode.foreign : Mode.unheld;
  }
}
