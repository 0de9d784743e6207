/**
 * Where the events of a run arrive, live or from a trace: numbers them, hands them to whoever records them, then to the
 * detectors, then to the lock state. Both ways run the same code, so a trace tells what its run told.
 * Cost: an event that concerns no lock is a call for each sink and nothing else; none allocates.
 */
import { EventKind, Mode } from '../trace/event.js';
import type { CallId, EventSink, LockId, Note, OperationNumber, ThreadId } from '../trace/event.js';
import type { EventLog } from '../trace/event-log.js';
import type { EventStore } from '../trace/event-store.js';
import { Registry } from '../trace/registry.js';
import { NONE } from './state/columns.js';
import { Evidence } from './evidence.js';
import type { Analysis, Finding } from './finding.js';
import { Findings } from './findings.js';
import { History } from './history.js';
import { LockOrderDetector, waitsKey } from './lock-order.js';
import { LockState } from './state/lock-state.js';
import { MisuseDetector } from './misuse.js';
import { NoteDetector } from './notes.js';
import { Places } from './places.js';
import { Prediction } from './prediction.js';
import { RankDetector } from './ranks.js';
import { StandStillDetector } from './stand-still.js';
import { Standing } from './standing.js';
import { WaitForDetector } from './wait-for.js';

export interface MonitorOptions {
  /** The names of the run; a new one if absent. A trace reader and its monitor share one. */
  readonly registry?: Registry;
  /** Records the run, and is where the history of a finding comes from. Without it findings tell only what is held and wanted. */
  readonly log?: EventSink & EventLog;
  /** Keeps all events of a trace, for a prediction; and says the lines of those that the log no longer has. */
  readonly store?: EventStore;
  /** Threads of a cycle in the order of locks, at most; 5 if absent. */
  readonly maxCycle?: number;
}

const MAX_CYCLE = 5;


export class Monitor implements EventSink {
  readonly registry: Registry;
  /** Hears every event first. Apart from the other sinks, for nearly every run has it, and only it: a call that has one target is half the price. */
  readonly #log: EventSink | undefined;
  readonly #sinks: EventSink[] = [];
  readonly #state: LockState;
  readonly #findings = new Findings();
  readonly #standing = new Standing(this.#findings);
  readonly #waitFor: WaitForDetector;
  readonly #misuse: MisuseDetector;
  readonly #ranks: RankDetector;
  readonly #notes: NoteDetector;
  readonly #standStill: StandStillDetector;
  readonly #order: LockOrderDetector;
  readonly #store: EventStore | undefined;
  readonly #history: EventLog | undefined;
  readonly #truncated = new Set<'schedules' | 'events'>();
  #events = 0;
  #operations = 0;
  /** Whether event numbers have jumped. */
  #gap = false;
  #ended = false;
  #failure: unknown = undefined;

  constructor(options: MonitorOptions = {}) {
    const registry = options.registry ?? new Registry();
    const log = options.log;
    const state = new LockState(registry);
    const places = new Places(registry, log, options.store);
    const history = new History(places, log);
    const evidence = new Evidence(registry, state, places, history);
    this.registry = registry;
    this.#log = log;
    this.#state = state;
    this.#waitFor = new WaitForDetector(state, this.#findings, evidence, this.#standing);
    this.#misuse = new MisuseDetector(registry, state, this.#findings, places, evidence, history);
    this.#ranks = new RankDetector(registry, state, this.#findings, places, evidence, history);
    this.#notes = new NoteDetector(registry, this.#findings, places, history);
    this.#standStill = new StandStillDetector(registry, state, this.#findings, evidence);
    this.#order = new LockOrderDetector(registry, this.#findings, places, options.maxCycle ?? MAX_CYCLE);
    this.#store = options.store;
    this.#history = log;
    if (options.store !== undefined) this.#sinks.push(options.store);
  }

  /** What was found so far, in the order of detection. Grows while the run goes on; counts rise. */
  get findings(): readonly Finding[] {
    return this.#findings.list;
  }

  /** Hears every event from now on, before the detectors do. */
  addSink(sink: EventSink): void {
    this.#sinks.push(sink);
  }

  /**
   * An event of a live run; it gets the next number. The columns are those of {@link EventSink.event}.
   * Never throws: what fails in here must not change what locks do. {@link finish} tells it.
   */
  emit(
    kind: EventKind,
    thread: ThreadId,
    object: number,
    mode: Mode,
    call: CallId,
    operation: OperationNumber,
    a: number,
    b: number,
  ): void {
    try {
      this.event(this.#events + 1, kind, thread, object, mode, call, operation, a, b);
    } catch (error) {
      this.#failure ??= error;
    }
  }

  /** A note of a live run; it gets the next number. Never throws, as {@link emit}. */
  emitNote(thread: ThreadId, call: CallId, operation: OperationNumber, note: Note): void {
    try {
      this.note(this.#events + 1, thread, call, operation, note);
    } catch (error) {
      this.#failure ??= error;
    }
  }

  event(
    event: number,
    kind: EventKind,
    thread: ThreadId,
    object: number,
    mode: Mode,
    call: CallId,
    operation: OperationNumber,
    a: number,
    b: number,
  ): void {
    if (this.#ended) return;
    if (event !== this.#events + 1) this.#jump();
    this.#events = event;
    if (operation > this.#operations) this.#operations = operation;
    const said = kind === EventKind.release ? this.#releaseMode(thread, object, mode) : mode;
    const log = this.#log;
    if (log !== undefined) log.event(event, kind, thread, object, said, call, operation, a, b);
    const sinks = this.#sinks;
    for (let i = 0; i < sinks.length; i++) {
      sinks[i]!.event(event, kind, thread, object, said, call, operation, a, b);
    }
    if (kind < EventKind.read || kind > EventKind.note) this.#detect(event, kind, thread, object, said, call, operation, a);
  }

  note(event: number, thread: ThreadId, call: CallId, operation: OperationNumber, note: Note): void {
    if (this.#ended) return;
    if (event !== this.#events + 1) this.#jump();
    this.#events = event;
    this.#log?.note(event, thread, call, operation, note);
    for (const sink of this.#sinks) sink.note(event, thread, call, operation, note);
    this.#notes.note(event, thread, call, operation, note);
  }

  end(stalled: boolean): void {
    this.finish({ stalled });
  }

  /**
   * The run is over. Decides which of the threads that still wait will wait for ever. Later calls do nothing, and later events
   * are not heard.
   * @param options.stalled that nothing can run any more: a thread that neither waits nor has ended will not run again
   * @throws what went wrong in lockgraph itself since the run began, if anything did
   */
  finish(options: { readonly stalled?: boolean } = {}): void {
    if (this.#ended) return;
    this.#ended = true;
    const stalled = options.stalled ?? false;
    this.#log?.end(stalled);
    for (const sink of this.#sinks) sink.end(stalled);
    this.#waitFor.finish();
    this.#standStill.finish(stalled, this.#gap);
    if (this.#failure !== undefined) throw this.#failure;
  }

  /**
   * Proves what it can of the deadlocks that another schedule of the stored trace has, or refutes them; for a trace that was read to its end.
   * @param accessesRecorded whether the trace has all by which its threads speak to each other
   * @throws Error if nothing was stored
   */
  predict(accessesRecorded: boolean): void {
    const store = this.#store;
    if (store === undefined) throw new Error('nothing was stored to predict from: give the Monitor a store');
    const prediction = new Prediction(this.registry, this.#findings, this.#order, store, this.#history);
    if (!accessesRecorded) prediction.doubtAll('accesses');
    else if (store.isPartial) prediction.doubtAll('gave-up');
    else if (prediction.prove()) this.#truncated.add('schedules');
    if (store.isFull) this.#truncated.add('events');
  }

  /** The outcome so far, for a report: what happens later does not change it. `name` is that of the trace or program. */
  analysis(name: string): Analysis {
    return {
      source: {
        name,
        events: this.#events,
        threads: this.registry.threads.size,
        locks: this.registry.lockCount,
        operations: this.#operations,
        complete: this.#ended && !this.#gap,
      },
      findings: this.#told().map((finding) => ({ ...finding })),
      refuted: this.#order.counts(),
      refutedPatterns: this.#order.refuted(),
      search: { maxCycle: this.#order.maxCycle, truncated: [...this.#order.truncated(), ...this.#truncated] },
    };
  }

  #detect(
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
        if (kind === EventKind.take) {
          this.#ranks.request(event, thread, object, mode, call, operation);
          order.request(event, thread, object, mode, call);
        }
        this.#freed(thread, object);
        order.acquire(event, thread, object, mode, call, permits, kind === EventKind.take || state.waits.waitsFor(thread, object));
        if (state.acquire(event, thread, object, mode, call, operation, permits) || mode === Mode.exclusive) standing.freed(object);
        break;
      case EventKind.release:
        this.#release(event, thread, object, mode, call, operation, permits);
        break;
      case EventKind.cancel:
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
        this.#dropHolds(object);
        order.end(object);
        state.renew(object);
        standing.freed(object);
        break;
    }
    if (standing.broken) this.#waitFor.again();
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
    if (mode === Mode.unheld || mode === Mode.foreign) {
      this.#misuse.release(event, thread, lock, mode, call, operation);
      this.#order.misused(lock);
      if (this.registry.lock(lock).unlock === 'pthread') this.#dropHolds(lock);
      this.#state.releaseWrongly(thread, lock);
    } else {
      this.#state.release(thread, lock, mode, permits);
      this.#order.release(thread, lock, permits);
    }
    if (this.#state.holds.firstOfLock(lock) === NONE) this.#standing.freed(lock);
  }

  /** Whoever has a mutex that another thread gets does not have it any more, though his release was not seen. */
  #freed(thread: ThreadId, lock: LockId): void {
    const hold = this.#state.holds.firstOfLock(lock);
    if (hold === NONE || this.#state.holds.thread(hold) === thread || this.registry.lock(lock).kind !== 'mutex') return;
    this.#order.misused(lock);
    this.#dropHolds(lock);
  }

  #dropHolds(lock: LockId): void {
    const { holds } = this.#state;
    for (let hold = holds.firstOfLock(lock); hold !== NONE; hold = holds.nextOfLock(hold)) this.#order.drop(holds.thread(hold), lock);
  }

  /** Events are missing: what was known of the order of locks may rest on releases that are not there. */
  #jump(): void {
    this.#gap = true;
    this.#order.restart(this.#state.holds);
  }

  #told(): Finding[] {
    const { list } = this.#findings;
    const observed = new Set(list.filter(({ kind, evidence }) => kind === 'deadlock' && evidence === 'observed').map(waitsKey));
    const hidden = this.#order.hidden(observed);
    return list.filter((_, index) => !hidden.has(index));
  }

  /**
   * How wrong a release is, from the lock state. After a gap the state is no proof, for the acquire may have been dropped with
   * the events around it; then the trace has the word: whoever wrote it knew.
   */
  #releaseMode(thread: ThreadId, lock: LockId, mode: Mode): Mode {
    const { holds } = this.#state;
    const wrong = mode === Mode.unheld || mode === Mode.foreign;
    if (holds.findIn(lock, thread, wrong ? Mode.exclusive : mode) !== NONE) {
      // A wrong release of a reader-writer lock does not say in which mode it was: its thread may well hold it in another one.
      return wrong && this.registry.lock(lock).kind !== 'rwlock' ? Mode.exclusive : mode;
    }
    if (this.#gap || this.#hasNoHolder(lock)) return mode;
    return holds.heldByOther(lock, thread) ? Mode.foreign : Mode.unheld;
  }

  /** Whether anybody may release it. */
  #hasNoHolder(lock: LockId): boolean {
    const { kind } = this.registry.lock(lock);
    return kind === 'semaphore' || kind === 'barrier';
  }
}
