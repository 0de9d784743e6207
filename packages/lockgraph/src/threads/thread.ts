/** Whatever holds locks, as locks and models see it. */
import type { Monitor } from '../detect/monitor.js';
import type { FrameId } from '../trace/call-tree.js';
import type { CallId, Mode, NoteValue, OperationNumber, ThreadId } from '../trace/event.js';

/** What a thread can wait for; a lock implements it, and asks its thread to do the waiting. */
export interface Resource {
  /** The `object` of the request's event: a lock, or with mode `join` a thread. */
  readonly id: number;
  /** Its name, as errors have it. */
  readonly name: string;
  /** Whether `thread` would get it now. */
  available(thread: Thread, mode: Mode): boolean;
  /**
   * Gives it to `thread`. Called only when it is available.
   * @param call where the request was made: the grant may come on another thread's stack
   */
  take(thread: Thread, mode: Mode, call: CallId): void;
}

export interface Thread {
  readonly id: ThreadId;
  readonly name: string;
  readonly monitor: Monitor;
  /** The simulated call stack, a node of the run's call tree. */
  readonly call: CallId;
  /** The operation under way; 0 is none. */
  readonly operation: OperationNumber;

  /** Enters a simulated function. Returns the context to go back to: `const up = thread.enter(f); …; thread.leave(up)`. */
  enter(frame: FrameId): CallId;
  leave(up: CallId): void;

  /** The context of an event made now: {@link call}, with the caller's place in the source where sites are recorded. */
  here(): CallId;

  /**
   * Begins an operation of the simulation's interface. Operations are numbered from 1 in the run and do not nest.
   * @throws SimulationError if another one is under way, or the run has had 2,147,483,647; TypeError if `a` or `b` is not a finite number
   * @param name id from `registry.operation(name, argumentNames)`
   */
  begin(name: number, a?: number, b?: number): OperationNumber;
  end(): void;

  /** Says something about the run; `operations` are those to blame (none: the present one). */
  note(kind: string, data: Readonly<Record<string, NoteValue>>, operations?: readonly OperationNumber[]): void;

  /**
   * Whether a {@link request} made now would be one; false after the end of the run, where it never settles.
   * @throws SimulationError where the request would: elsewhere than in the thread's own code, or while it waits
   */
  admits(resource: Resource): boolean;

  /**
   * Waits for `resource` and takes it. A scheduling point. Makes the event of the request; the resource makes that of the grant.
   * @returns undefined if it was granted at once, else a promise of the grant (which never settles if it never comes)
   */
  request(resource: Resource, mode: Mode): void | Promise<void>;
}
