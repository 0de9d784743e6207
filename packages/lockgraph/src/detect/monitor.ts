/**
 * Where the events of a run arrive, live or from a trace: numbers them, hands them to whoever records them, and to the
 * detectors. Cost: an event that concerns no lock is a call per sink and nothing else; none allocates.
 */
import { EventKind } from '../trace/event.js';
import type { CallId, EventSink, Mode, Note, OperationNumber, ThreadId } from '../trace/event.js';
import { Registry } from '../trace/registry.js';
import type { Analysis, Finding } from './finding.js';

export interface MonitorOptions {
  /** The names of the run; a new one if absent. A trace reader and its monitor share one. */
  readonly registry?: Registry;
}

export class Monitor implements EventSink {
  readonly registry: Registry;
  readonly #sinks: EventSink[] = [];
  readonly #findings: Finding[] = [];
  #events = 0;
  #operations = 0;
  #ended = false;

  constructor(options: MonitorOptions = {}) {
    this.registry = options.registry ?? new Registry();
  }

  /** What was found so far, in the order of detection. Grows while the run goes on; counts rise. */
  get findings(): readonly Finding[] {
    return this.#findings;
  }

  /** Hears every event from now on, before the detectors do. */
  addSink(sink: EventSink): void {
    this.#sinks.push(sink);
  }

  /** An event of a live run; it gets the next number. The columns are those of {@link EventSink.event}. */
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
    this.event(this.#events + 1, kind, thread, object, mode, call, operation, a, b);
  }

  /** A note of a live run; it gets the next number. */
  emitNote(thread: ThreadId, call: CallId, operation: OperationNumber, note: Note): void {
    this.note(this.#events + 1, thread, call, operation, note);
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
    this.#events = event;
    for (let i = 0; i < this.#sinks.length; i++) {
      this.#sinks[i]!.event(event, kind, thread, object, mode, call, operation, a, b);
    }
    if (kind === EventKind.begin && operation > this.#operations) this.#operations = operation;
  }

  note(event: number, thread: ThreadId, call: CallId, operation: OperationNumber, note: Note): void {
    this.#events = event;
    for (const sink of this.#sinks) sink.note(event, thread, call, operation, note);
  }

  end(stalled: boolean): void {
    this.finish({ stalled });
  }

  /**
   * The run is over. Decides which of the threads that still wait will wait for ever.
   * @param options.stalled that nothing can run any more: a thread that neither waits nor has ended will not run again
   */
  finish(options: { readonly stalled?: boolean } = {}): void {
    if (this.#ended) return;
    this.#ended = true;
    for (const sink of this.#sinks) sink.end(options.stalled ?? false);
  }

  /** The outcome, for a report. `name` is that of the trace or program. */
  analysis(name: string): Analysis {
    return {
      source: {
        name,
        events: this.#events,
        threads: this.registry.threads.size,
        locks: this.registry.lockCount,
        operations: this.#operations,
        complete: true,
      },
      findings: [...this.#findings],
      refuted: {},
    };
  }
}
