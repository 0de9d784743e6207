/** Events as objects: what tests generate, tell a sink, and get back. */
import { EventKind, Mode } from '../../../packages/lockgraph/src/trace/event.js';
import type { EventSink, Note } from '../../../packages/lockgraph/src/trace/event.js';
import type { EventLog } from '../../../packages/lockgraph/src/trace/event-log.js';

export interface Row {
  readonly event: number;
  readonly kind: EventKind;
  readonly thread: number;
  readonly object: number;
  readonly mode: Mode;
  readonly call: number;
  readonly operation: number;
  readonly a: number;
  readonly b: number;
  readonly note?: Note;
}

export function tell(sink: EventSink, row: Row): void {
  if (row.note !== undefined) sink.note(row.event, row.thread, row.call, row.operation, row.note);
  else sink.event(row.event, row.kind, row.thread, row.object, row.mode, row.call, row.operation, row.a, row.b);
}

export function rowAt(log: EventLog, row: number): Row {
  const note = log.noteAt(row);
  return {
    event: log.eventAt(row),
    kind: log.kind(row),
    thread: log.thread(row),
    object: log.object(row),
    mode: log.mode(row),
    call: log.call(row),
    operation: log.operation(row),
    a: log.a(row),
    b: log.b(row),
    ...(note === undefined ? {} : { note }),
  };
}

export function rowsOf(log: EventLog): Row[] {
  return Array.from({ length: log.size }, (_, row) => rowAt(log, row));
}

/** Remembers what it was told. */
export class Witness implements EventSink {
  readonly rows: Row[] = [];
  stalled: boolean | undefined;

  event(
    event: number,
    kind: EventKind,
    thread: number,
    object: number,
    mode: Mode,
    call: number,
    operation: number,
    a: number,
    b: number,
  ): void {
    this.rows.push({ event, kind, thread, object, mode, call, operation, a, b });
  }

  note(event: number, thread: number, call: number, operation: number, note: Note): void {
    const kind = EventKind.note;
    this.rows.push({ event, kind, thread, object: 0, mode: Mode.exclusive, call, operation, a: 0, b: 0, note });
  }

  end(stalled: boolean): void {
    this.stalled = stalled;
  }
}
