/**
 * How to look back: the events of a run that are still known, oldest first, read by index and column so that no row is an object.
 *
 * Row `0` is the oldest row that is retained, row `size - 1` the newest event. From row `firstInWindow` on no event is missing; before it stand
 * the rows that outlived their neighbours (what is held, who waits, first notes, …: see the log's own description).
 *
 * Indices are good until the next event. Cost: a column is an array read; the first read after older rows fell out sorts what outlived them.
 */
import type { CallId, EventKind, Mode, Note, OperationNumber, ThreadId } from './event.js';

/** The begin row of an operation: what it is called and was given. */
export interface OperationBegin {
  readonly operation: OperationNumber;
  readonly event: number;
  /** As {@link EventLog.line}. */
  readonly line: number;
  readonly thread: ThreadId;
  /** Id of its name: `registry.operationInfo(name)`. */
  readonly name: number;
  readonly call: CallId;
  readonly a: number;
  readonly b: number;
}

/** Where in a text trace the event comes from that is told next. A reader moves it, whoever wants lines reads it. */
export interface TracePosition {
  /** 1-based; 0 before the first line, or where there are no lines. */
  line: number;
}

export interface EventLog {
  /** Number of rows retained. */
  readonly size: number;
  /** Number of events up to the newest that are not retained; 0: nothing is missing. */
  readonly dropped: number;
  /** From this row on no event is missing; `size` for an empty log. */
  readonly firstInWindow: number;

  /** 1-based number of the event; rises with the row. */
  eventAt(row: number): number;
  kind(row: number): EventKind;
  thread(row: number): ThreadId;
  object(row: number): number;
  mode(row: number): Mode;
  call(row: number): CallId;
  operation(row: number): OperationNumber;
  a(row: number): number;
  b(row: number): number;
  /** 1-based line of the text trace that the event was read from; 0: it was not, or nobody kept count. */
  line(row: number): number;
  /** The note of a row of kind `note`, else undefined. */
  noteAt(row: number): Note | undefined;

  /** The row of an event, or -1 if it is not retained. Cost: binary search. */
  rowOf(event: number): number;
  /** The begin of an operation, or undefined if it is not known any more. Cost: binary search. */
  operationBegin(operation: OperationNumber): OperationBegin | undefined;
  /** All retained rows of an operation, oldest first. Cost: linear in `size`. */
  rowsOfOperation(operation: OperationNumber): number[];
}
