/** Points of a run by name: where an event was, on which stack, in which operation. Runs only when something is found. */
import { EventKind, Mode } from '../trace/event.js';
import type { CallId, Note, OperationNumber, ThreadId } from '../trace/event.js';
import type { EventLog, OperationBegin } from '../trace/event-log.js';
import type { EventStore } from '../trace/event-store.js';
import type { Registry } from '../trace/registry.js';
import type { HistoryEntry, HistoryNote, MisuseKind, Place } from './finding.js';
import { sharedMode } from './wait-mode.js';

/** What happened, by code, in the words of a history. That a request and its acquire came in one says nothing to people. */
const words = Object.keys(EventKind).map((name) => (name === 'take' ? 'acquire' : name));

/** The misuse that a release of this mode is. */
export function misuseOfRelease(mode: Mode): MisuseKind | undefined {
  if (mode === Mode.unheld) return 'unlock-not-held';
  return mode === Mode.foreign ? 'unlock-foreign' : undefined;
}

export class Places {
  readonly #registry: Registry;
  readonly #log: EventLog | undefined;
  readonly #store: Pick<EventStore, 'lineOf'> | undefined;

  constructor(registry: Registry, log: EventLog | undefined, store?: Pick<EventStore, 'lineOf'>) {
    this.#registry = registry;
    this.#log = log;
    this.#store = store;
  }

  /** What can be said of an event: always its stack and the number of its operation; the rest if the log still has it. */
  place(event: number, call: CallId, operation: OperationNumber): Place {
    const row = this.#log?.rowOf(event) ?? -1;
    return this.#place(event, row < 0 ? (this.#store?.lineOf(event) ?? 0) : this.#log!.line(row), call, operation);
  }

  /** An event as an entry of a history. The columns are those of the event. */
  entry(
    event: number,
    kind: EventKind,
    thread: ThreadId,
    object: number,
    mode: Mode,
    call: CallId,
    operation: OperationNumber,
  ): HistoryEntry {
    const misuse = kind === EventKind.release ? misuseOfRelease(mode) : undefined;
    const how = sharedMode(mode);
    return {
      ...this.place(event, call, operation),
      thread: this.#thread(thread),
      what: this.#isWake(kind, object) ? 'wake' : (words[kind] ?? String(kind)),
      ...this.#object(kind, object, mode),
      ...(how === undefined ? undefined : { mode: how }),
      ...(misuse === undefined ? undefined : { misuse }),
    };
  }

  /** Whether an event says nothing that another does not: whoever is woken by a condition gives it back at once. */
  isSilent(kind: EventKind, object: number): boolean {
    return kind === EventKind.release && this.#registry.lock(object).kind === 'condition';
  }

  note(event: number, thread: ThreadId, call: CallId, operation: OperationNumber, note: Note): HistoryEntry {
    return {
      ...this.entry(event, EventKind.note, thread, 0, Mode.exclusive, call, operation),
      note: this.historyNote(note),
    };
  }

  /** An operation that a note blames, with the note that was made in it. */
  operation(begin: OperationBegin, note: Note | undefined): HistoryEntry {
    return {
      ...this.#place(begin.event, begin.line, begin.call, begin.operation),
      thread: this.#thread(begin.thread),
      what: 'operation',
      ...(note === undefined ? undefined : { note: this.historyNote(note) }),
    };
  }

  historyNote(note: Note): HistoryNote {
    const template = this.#registry.noteTemplate(note.kind);
    return {
      kind: note.kind,
      data: note.data,
      operations: note.operations,
      ...(template === undefined ? undefined : { template }),
    };
  }

  /** The calls of a context in one string, sites included: for ids. */
  stackText(call: CallId): string {
    const { calls } = this.#registry;
    return [...calls.stack(call), calls.site(call) ?? ''].join('\n');
  }

  #place(event: number, line: number, call: CallId, operation: OperationNumber): Place {
    const { calls } = this.#registry;
    const stack = calls.stack(call);
    const site = calls.site(call);
    return {
      event,
      ...(line === 0 ? undefined : { line }),
      ...(site === undefined ? undefined : { site }),
      ...(stack.length === 0 ? undefined : { stack }),
      ...this.#operation(operation),
    };
  }

  #operation(operation: OperationNumber): Partial<Place> {
    if (operation === 0) return {};
    const begin = this.#log?.operationBegin(operation);
    if (begin === undefined) return { operationNumber: operation };
    const info = this.#registry.operationInfo(begin.name);
    const values = [begin.a, begin.b];
    return {
      operation: `${info.name} #${operation}`,
      operationNumber: operation,
      ...(info.arguments.length === 0
        ? undefined
        : { arguments: Object.fromEntries(info.arguments.map((name, i) => [name, values[i]!])) }),
    };
  }

  #object(kind: EventKind, object: number, mode: Mode): Pick<HistoryEntry, 'lock' | 'other'> {
    switch (kind) {
      case EventKind.acquire:
      case EventKind.take:
      case EventKind.release:
      case EventKind.init:
      case EventKind.destroy:
        return { lock: this.#registry.lock(object).name };
      case EventKind.request:
      case EventKind.cancel:
        return mode === Mode.join
          ? { other: this.#thread(object) }
          : { lock: this.#registry.lock(object).name };
      case EventKind.spawn:
      case EventKind.join:
        return { other: this.#thread(object) };
      default:
        return {};
    }
  }

  /** A condition is nobody's, nor a barrier: who gets it is woken. */
  #isWake(kind: EventKind, object: number): boolean {
    if (kind !== EventKind.acquire && kind !== EventKind.take) return false;
    const lock = this.#registry.lock(object);
    return lock.kind === 'condition' || lock.kind === 'barrier';
  }

  #thread(thread: ThreadId): string {
    return this.#registry.threads.name(thread);
  }
}
