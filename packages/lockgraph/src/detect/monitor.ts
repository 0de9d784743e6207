/**
 * Where the events of a run arrive, live or from a trace: numbers them, hands them to whoever records them, then to the
 * detectors, then to the lock state. Both ways run the same code, so a trace tells what its run told.
 * Cost: an event that concerns no lock is a call for each sink and nothing else; none allocates.
 */
import { EventKind } from '../trace/event.js';
import type { CallId, EventSink, Mode, Note, OperationNumber, ThreadId } from '../trace/event.js';
import type { EventLog } from '../trace/event-log.js';
import type { EventStore } from '../trace/event-store.js';
import { Registry } from '../trace/registry.js';
import { Detectors } from './detectors.js';
import type { Analysis, Finding, Unproved } from './finding.js';
import type { Knowledge } from './knowledge/knowledge.js';
import { observedOnly } from './observed-only.js';
import { atOnce, inTurns } from './predict/parts.js';
import type { Parts } from './predict/parts.js';

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

/** Threads of a cycle that are looked for if nothing else is said. */
export const MAX_CYCLE = 5;

export class Monitor implements EventSink {
  readonly registry: Registry;
  /** Hears every event first. Apart from the other sinks, for nearly every run has it, and only it: a call that has one target is half the price. */
  readonly #log: (EventSink & EventLog) | undefined;
  readonly #sinks: EventSink[] = [];
  readonly #detectors: Detectors;
  readonly #store: EventStore | undefined;
  /** Number of the last event. */
  #events = 0;
  /** Numbers up to that one which were left out. */
  #dropped = 0;
  #operations = 0;
  /** Whether event numbers have jumped. */
  #gap = false;
  #ended = false;
  #failure: unknown = undefined;

  constructor(options: MonitorOptions = {}) {
    const registry = options.registry ?? new Registry();
    const log = options.log;
    this.registry = registry;
    this.#log = log;
    this.#store = options.store;
    this.#detectors = new Detectors(registry, log, options.store, options.maxCycle ?? MAX_CYCLE);
    if (options.store !== undefined) this.#sinks.push(options.store);
  }

  /** What was found so far, in the order of detection. Grows while the run goes on; counts rise. */
  get findings(): readonly Finding[] {
    return this.#detectors.outcome().findings;
  }

  /**
   * What is remembered of the run: what `writeLog` writes as a trace.
   * @throws Error if the monitor was given no log
   */
  get log(): EventLog {
    if (this.#log !== undefined) return this.#log;
    throw new Error('this monitor remembers nothing: give it a log, as new Monitor({ registry, log: new Recorder(registry) }) does, and a Simulation whose capacity is not 0');
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
    if (event !== this.#events + 1) this.#jump(event);
    this.#events = event;
    if (operation > this.#operations) this.#operations = operation;
    const said = kind === EventKind.release ? this.#detectors.releaseMode(thread, object, mode) : mode;
    const log = this.#log;
    // Accesses of memory, of which there are many, are in no history.
    const isAccess = kind === EventKind.read || kind === EventKind.write;
    if (log !== undefined && !isAccess) log.event(event, kind, thread, object, said, call, operation, a, b);
    const sinks = this.#sinks;
    for (let i = 0; i < sinks.length; i++) {
      sinks[i]!.event(event, kind, thread, object, said, call, operation, a, b);
    }
    if (kind < EventKind.read || kind > EventKind.note) this.#detectors.event(event, kind, thread, object, said, call, operation, a);
  }

  note(event: number, thread: ThreadId, call: CallId, operation: OperationNumber, note: Note): void {
    if (this.#ended) return;
    if (event !== this.#events + 1) this.#jump(event);
    this.#events = event;
    this.#log?.note(event, thread, call, operation, note);
    for (const sink of this.#sinks) sink.note(event, thread, call, operation, note);
    this.#detectors.note(event, thread, call, operation, note);
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
    this.#detectors.finish(stalled);
    if (this.#failure !== undefined) throw this.#failure;
  }

  /**
   * Proves what it can of the deadlocks that another schedule of the stored trace has, or refutes them; for a trace that was read to its end.
   * @param doubt why nothing can be proved, if that is so: the trace does not have all by which its threads speak to each other
   * @throws Error if nothing was stored
   */
  predict(doubt?: Unproved): void {
    atOnce(this.#prediction(doubt));
  }

  /** As {@link predict}, which may take some seconds for a long trace; here the event loop has its turn every 50 ms. */
  async predictInTurns(doubt?: Unproved): Promise<void> {
    await inTurns(this.#prediction(doubt));
  }

  /** The outcome so far, for a report: what happens later does not change it. `name` is that of the trace or program. */
  analysis(name: string): Analysis {
    const { search, ...said } = this.#detectors.outcome();
    const kinds = observedOnly(this.registry);
    return {
      source: {
        name,
        events: this.#events - this.#dropped,
        threads: this.registry.threads.size,
        locks: this.registry.lockCount,
        operations: this.#operations,
        complete: this.#ended && !this.#gap,
      },
      ...said,
      search: { ...search, ...(kinds.length === 0 ? undefined : { observedOnly: kinds }) },
    };
  }

  /**
   * What the run has shown so far of the order of lock classes, for `mergeKnowledge`. `name` is that of the trace or program.
   * Cost: linear in the distinct acquires.
   */
  knowledge(name: string): Knowledge {
    return this.#detectors.knowledge(name, this.#ended && !this.#gap);
  }

  #prediction(doubt: Unproved | undefined): Parts<void> {
    if (this.#store === undefined) throw new Error('nothing was stored to predict from: give the Monitor a store');
    return this.#detectors.predict(this.#store, doubt);
  }

  #jump(event: number): void {
    this.#gap = true;
    this.#dropped += event - this.#events - 1;
    this.#detectors.jump();
  }
}
