/**
 * What happens in a run, as rows of integers. A row is never an object: whoever listens
 * implements {@link EventSink} and gets the columns as arguments, so that an event costs no allocation.
 */

/** What happened. The numbers are the codes of the columns, the names those of the trace files. */
export const EventKind = {
  /** `object` is a lock (or, with {@link Mode}.join, a thread) that `thread` wants; it may have to wait. */
  request: 0,
  /** `thread` has the lock `object`. Without a request before it, the acquire came from a try-lock. */
  acquire: 1,
  /** Its mode says how it went wrong, if it did: {@link Mode}.unheld, {@link Mode}.foreign. */
  release: 2,
  /** The request of `thread` for `object` was given up. */
  cancel: 3,
  /** `thread` started the thread `object`. */
  spawn: 4,
  /** `thread` has seen the thread `object` end. */
  join: 5,
  /** `thread` has ended; `object` is unused. */
  exit: 6,
  /** Accesses of memory, in imported traces only; `object` is a variable. */
  read: 7,
  write: 8,
  /** An operation of the simulation's own interface begins; `object` is its name, `a` and `b` its arguments. */
  begin: 9,
  /** The operation under way ends; `object` is unused. */
  end: 10,
  /** An operation that made no event of its own: its begin and its end in one. Columns as for `begin`. */
  operation: 11,
  /** A note; passed through {@link EventSink.note}. */
  note: 12,
  /** The life of a lock begins (again), or ends. */
  init: 13,
  destroy: 14,
  /** `thread` wanted the lock `object` and got it: a request and its acquire in one, with the columns of both. */
  take: 15,
} as const;
export type EventKind = (typeof EventKind)[keyof typeof EventKind];

/** How a lock is wanted or held; or, of a release, that it was not held so. */
export const Mode = {
  exclusive: 0,
  /** It is no lock that is wanted, but the end of a thread. */
  join: 1,
  /** A release of a lock that nobody held. */
  unheld: 2,
  /** A release of a lock that another thread held. */
  foreign: 3,
  /** Of a reader-writer lock: with other readers, and without a writer. */
  shared: 4,
  /** Of a reader-writer lock: with readers, but alone in the right to become the writer. */
  upgradable: 5,
  /** Of a semaphore: column `a` says how many of its permits; 0 stands for one. */
  permits: 6,
} as const;
export type Mode = (typeof Mode)[keyof typeof Mode];

/** Index of a thread, lock, call or name in the {@link Registry} of the run. Dense, from 0. */
export type ThreadId = number;
export type LockId = number;
/** A node of the calling-context tree; 0 is its root. */
export type CallId = number;
/** 1-based number of an operation in the run; 0 where an event belongs to none. */
export type OperationNumber = number;

/** A value of a note's plain data. */
export type NoteValue = string | number | boolean;

/** What a simulation says about itself. Its sentence is the template declared for its kind, filled from `data`. */
export interface Note {
  /** Stable name, as `alloc/size-mismatch`; declared in the registry. */
  readonly kind: string;
  readonly data: Readonly<Record<string, NoteValue>>;
  /** The operations that it blames, oldest first. Empty: the operation under which the note was made. */
  readonly operations: readonly OperationNumber[];
}

/** Listens to a run. Calls come in the order of events; `event` numbers rise, by 1 where nothing was dropped. */
export interface EventSink {
  /**
   * @param event 1-based number of the event in its run
   * @param object a lock, thread, variable or operation name, as {@link EventKind} says
   * @param a first argument of an operation (`begin`, `operation`); with mode {@link Mode}.permits how many, 0 for one; else 0
   * @param b second argument of an operation (`begin`, `operation`), else 0
   */
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
  ): void;
  note(event: number, thread: ThreadId, call: CallId, operation: OperationNumber, note: Note): void;

  /**
   * The run is over; the last call. A trace that is cut off has none.
   * @param stalled that nothing can run any more: threads that neither wait nor have ended will not run again
   */
  end(stalled: boolean): void;
}
