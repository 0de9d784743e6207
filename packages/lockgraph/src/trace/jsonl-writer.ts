/**
 * Writes a run as a JSONL trace, in chunks of about 64 KiB. What an event speaks of is defined before its first use.
 * What comes after the end is not written.
 * A failure to write is kept for {@link JsonlWriter.close}: it must not reach the locks whose events are written.
 * Cost: about 0.5 µs an event. Memory: flat in the number of events; a byte or a name for each thread, lock and call.
 */
import type { CallId, EventSink, LockId, Note, OperationNumber, ThreadId } from './event.js';
import { EventKind, Mode } from './event.js';
import type { EventLog } from './event-log.js';
import { JSONL_VERSION, KIND_NAMES, MODE_NAMES, OBJECTS } from './jsonl-format.js';
import { shown } from './jsonl-guards.js';
import { callLine, lockLine, noteFields, noteKindLine, operationLine, threadLine, variableLine } from './jsonl-lines.js';
import type { Registry } from './registry.js';

const CHUNK = 65_536;

export class JsonlWriter implements EventSink {
  readonly #registry: Registry;
  readonly #write: (chunk: string) => void;
  #pending: string;
  /** Names as JSON, by id; those that are there are defined. */
  readonly #threads: string[] = [];
  readonly #locks: string[] = [];
  readonly #variables: string[] = [];
  readonly #operations: (string | undefined)[] = [];
  readonly #noteKinds = new Map<string, string>();
  readonly #calls = new Set<CallId>([0]);
  #events = 0;
  #lines = 0;
  #ended = false;
  #failure: { readonly error: unknown } | undefined;

  /**
   * @param write is given each chunk in order; whole lines, in JSON text
   * @param generator what made the trace, for people
   * @param accesses whether the threads speak only through what is written here: locks, and accesses of memory. In a live run nobody sees the latter
   */
  constructor(registry: Registry, write: (chunk: string) => void, generator = 'lockgraph', accesses = false) {
    this.#registry = registry;
    this.#write = write;
    this.#pending = `${JSON.stringify({ lockgraph: 'trace', version: JSONL_VERSION, generator, ...(accesses ? undefined : { accesses }) })}\n`;
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
    const who = this.#thread(thread);
    const what = this.#object(kind, object, mode);
    this.#call(call);
    let rest = '';
    if (kind === EventKind.begin || kind === EventKind.operation) {
      if (b !== 0) rest = `,${number(a)},${number(b)}`;
      else if (a !== 0) rest = `,${number(a)}`;
    } else if (mode !== Mode.exclusive) {
      rest = mode === Mode.permits && a !== 0 ? `,"permits",${a}` : `,"${MODE_NAMES[mode]!}"`;
    }
    this.#line(event, `[${event},"${KIND_NAMES[kind]!}",${who},${what},${call},${operation}${rest}]\n`);
  }

  note(event: number, thread: ThreadId, call: CallId, operation: OperationNumber, note: Note): void {
    if (this.#ended) return;
    const who = this.#thread(thread);
    const kind = this.#noteKind(note.kind);
    this.#call(call);
    this.#line(event, `[${event},"note",${who},${kind},${call},${operation},${noteFields(note)}]\n`);
  }

  /** The run is over. */
  end(stalled: boolean): void {
    this.#footer({ events: this.#events, dropped: this.#events - this.#lines, stalled });
  }

  /**
   * Nothing follows. A trace whose run has not ended says so.
   * @throws what `write` threw, if it did
   */
  close(): void {
    this.#footer({ events: this.#events, dropped: this.#events - this.#lines });
    if (this.#failure !== undefined) throw this.#failure.error;
  }

  /** Nothing follows, and nobody knows how the run went on: the trace has no end, as one that a crash cut off. */
  cutOff(): void {
    if (this.#ended) return;
    this.#ended = true;
    // Threads and locks that did nothing are part of the run, too.
    const { threads, lockCount } = this.#registry;
    if (threads.size > 0) this.#thread(threads.size - 1);
    if (lockCount > 0) this.#lock(lockCount - 1);
    this.#flush();
  }

  #footer(end: { readonly events: number; readonly dropped: number; readonly stalled?: boolean }): void {
    if (this.#ended) return;
    this.cutOff();
    this.#pending += `${JSON.stringify({ end })}\n`;
    this.#flush();
  }

  #line(event: number, line: string): void {
    this.#events = event;
    this.#lines++;
    this.#pending += line;
    if (this.#pending.length >= CHUNK) this.#flush();
  }

  #flush(): void {
    const chunk = this.#pending;
    this.#pending = '';
    if (this.#failure !== undefined) return;
    try {
      this.#write(chunk);
    } catch (error) {
      this.#failure = { error };
    }
  }

  /** Defines all threads up to `thread`, so that a reader gives them the same ids. */
  #thread(thread: ThreadId): string {
    const known = this.#threads[thread];
    if (known !== undefined) return known;
    for (let id = this.#threads.length; id <= thread; id++) {
      this.#threads.push(JSON.stringify(this.#registry.threads.name(id)));
      this.#pending += threadLine(this.#registry.threads.name(id));
    }
    return this.#threads[thread]!;
  }

  #lock(lock: LockId): string {
    const known = this.#locks[lock];
    if (known !== undefined) return known;
    for (let id = this.#locks.length; id <= lock; id++) {
      const info = this.#registry.lock(id);
      this.#locks.push(JSON.stringify(info.name));
      this.#pending += lockLine(info);
    }
    return this.#locks[lock]!;
  }

  #variable(variable: number): string {
    for (let id = this.#variables.length; id <= variable; id++) {
      this.#variables.push(JSON.stringify(this.#registry.variables.name(id)));
      this.#pending += variableLine(this.#registry.variables.name(id));
    }
    return this.#variables[variable]!;
  }

  #operation(operation: number): string {
    const known = this.#operations[operation];
    if (known !== undefined) return known;
    for (let id = this.#operations.length; id <= operation; id++) {
      const info = this.#registry.operationInfo(id);
      this.#operations.push(JSON.stringify(info.name));
      this.#pending += operationLine(info);
    }
    return this.#operations[operation]!;
  }

  #noteKind(kind: string): string {
    const known = this.#noteKinds.get(kind);
    if (known !== undefined) return known;
    const text = JSON.stringify(kind);
    this.#pending += noteKindLine(kind, this.#registry.noteTemplate(kind));
    this.#noteKinds.set(kind, text);
    return text;
  }

  #object(kind: EventKind, object: number, mode: Mode): string {
    switch (OBJECTS[kind]) {
      case 'lock':
        return mode === Mode.join ? this.#thread(object) : this.#lock(object);
      case 'thread':
        return this.#thread(object);
      case 'variable':
        return this.#variable(object);
      case 'operation':
        return this.#operation(object);
      case 'none':
        return 'null';
    }
  }

  /** Defines a call and those above it that are not defined, the outermost first. */
  #call(call: CallId): void {
    if (this.#calls.has(call)) return;
    const { calls } = this.#registry;
    const path: CallId[] = [];
    for (let at = call; !this.#calls.has(at); at = calls.parent(at)) path.push(at);
    for (const at of path.toReversed()) {
      this.#pending += callLine(at, calls.parent(at), calls, at);
      this.#calls.add(at);
    }
  }
}

/**
 * Tells a sink the retained rows of a log, oldest first: how a flight recorder is written to a trace. That the run is over is not in the log: say it to the sink.
 * @throws TypeError if there is no log
 */
export function writeLog(log: EventLog, sink: Pick<EventSink, 'event' | 'note'>): void {
  if (typeof log?.size !== 'number') throw new TypeError(`log must be what remembers a run, as a Recorder or the log of a Monitor; got ${shown(log)}`);
  const { size } = log;
  for (let row = 0; row < size; row++) {
    const note = log.noteAt(row);
    const event = log.eventAt(row);
    if (note !== undefined) sink.note(event, log.thread(row), log.call(row), log.operation(row), note);
    else {
      sink.event(
        event,
        log.kind(row),
        log.thread(row),
        log.object(row),
        log.mode(row),
        log.call(row),
        log.operation(row),
        log.a(row),
        log.b(row),
      );
    }
  }
}

/** JSON has no infinities and no NaN; they are written as their names. */
function number(value: number): string {
  return Number.isFinite(value) ? String(value) : `"${value}"`;
}
