/** An event log that keeps everything, as an array of objects: what a recorder with room for all must be equal to. */
import type { CallId, EventSink, Note, OperationNumber } from '../../../packages/lockgraph/src/trace/event.js';
import { EventKind, Mode } from '../../../packages/lockgraph/src/trace/event.js';
import type { EventLog, OperationBegin } from '../../../packages/lockgraph/src/trace/event-log.js';

interface Row {
  readonly event: number;
  readonly kind: EventKind;
  readonly thread: number;
  readonly object: number;
  readonly mode: Mode;
  readonly call: CallId;
  readonly operation: OperationNumber;
  readonly a: number;
  readonly b: number;
  readonly note?: Note;
}

export class PlainLog implements EventLog, EventSink {
  readonly rows: Row[] = [];
  readonly firstInWindow = 0;

  get size(): number {
    return this.rows.length;
  }

  get dropped(): number {
    return (this.rows.at(-1)?.event ?? 0) - this.rows.length;
  }

  event(
    event: number,
    kind: EventKind,
    thread: number,
    object: number,
    mode: Mode,
    call: CallId,
    operation: OperationNumber,
    a: number,
    b: number,
  ): void {
    this.rows.push({ event, kind, thread, object, mode, call, operation, a, b });
  }

  note(event: number, thread: number, call: CallId, operation: OperationNumber, note: Note): void {
    const { note: kind } = EventKind;
    this.rows.push({ event, kind, thread, object: 0, mode: Mode.exclusive, call, operation, a: 0, b: 0, note });
  }

  end(): void {}

  eventAt(row: number): number {
    return this.rows[row]!.event;
  }
  noteAt(row: number): Note | undefined {
    return this.rows[row]!.note;
  }
  kind(row: number): EventKind {
    return this.rows[row]!.kind;
  }
  thread(row: number): number {
    return this.rows[row]!.thread;
  }
  object(row: number): number {
    return this.rows[row]!.object;
  }
  mode(row: number): Mode {
    return this.rows[row]!.mode;
  }
  call(row: number): CallId {
    return this.rows[row]!.call;
  }
  operation(row: number): OperationNumber {
    return this.rows[row]!.operation;
  }
  a(row: number): number {
    return this.rows[row]!.a;
  }
  b(row: number): number {
    return this.rows[row]!.b;
  }
  line(row: number): number {
    return this.rows[row]!.event + 100;
  }
  rowOf(event: number): number {
    return this.rows.findIndex((row) => row.event === event);
  }
  operationBegin(operation: OperationNumber): OperationBegin | undefined {
    const row = this.rows.find((each) => each.operation === operation && each.kind === EventKind.begin);
    if (row === undefined) return undefined;
    const { event, thread, object, call, a, b } = row;
    return { operation, event, line: event + 100, thread, name: object, call, a, b };
  }
  rowsOfOperation(operation: OperationNumber): number[] {
    return this.rows.flatMap((row, i) => (row.operation === operation ? [i] : []));
  }
}
