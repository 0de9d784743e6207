/**
 * Who waits for what, since when. A thread waits for one thing at a time: a lock, or (mode join) the end of a thread.
 * Cost: O(1) each. Memory: 25 bytes a thread.
 */
import { Mode } from '../../trace/event.js';
import type { CallId, OperationNumber, ThreadId } from '../../trace/event.js';
import { grownBytes, grownCounts, grownEvents, grownIds, NONE } from './columns.js';

export class Waits {
  #object = new Int32Array(0);
  #mode = new Uint8Array(0);
  #event = new Float64Array(0);
  #call = new Int32Array(0);
  #operation = new Int32Array(0);
  #count = new Int32Array(0);

  /** Threads have ids below this. */
  get bound(): number {
    return this.#object.length;
  }

  waiting(thread: ThreadId): boolean {
    return thread < this.#object.length && this.#object[thread] !== NONE;
  }

  /** Whether `thread` waits for `object`; not for the end of a thread with that id. */
  waitsFor(thread: ThreadId, object: number): boolean {
    return this.waiting(thread) && this.#object[thread] === object && this.#mode[thread] !== Mode.join;
  }

  /** The lock or thread that a waiting thread wants. */
  object(thread: ThreadId): number {
    return this.#object[thread]!;
  }

  mode(thread: ThreadId): Mode {
    return this.#mode[thread]! as Mode;
  }

  /** Number of the request. */
  event(thread: ThreadId): number {
    return this.#event[thread]!;
  }

  /** Calling context of the request. */
  call(thread: ThreadId): CallId {
    return this.#call[thread]!;
  }

  operation(thread: ThreadId): OperationNumber {
    return this.#operation[thread]!;
  }

  /** How many permits, of a thread that waits in that mode; 0 stands for one. */
  count(thread: ThreadId): number {
    return this.#count[thread]!;
  }

  begin(
    event: number,
    thread: ThreadId,
    object: number,
    mode: Mode,
    call: CallId,
    operation: OperationNumber,
    count: number,
  ): void {
    if (thread >= this.#object.length) this.#grow(thread);
    this.#object[thread] = object;
    this.#mode[thread] = mode;
    this.#event[thread] = event;
    this.#call[thread] = call;
    this.#operation[thread] = operation;
    if (mode === Mode.permits) this.#count[thread] = count;
  }

  /** Whatever it waited for, it does not any more. */
  end(thread: ThreadId): void {
    if (thread < this.#object.length) this.#object[thread] = NONE;
  }

  #grow(thread: ThreadId): void {
    this.#object = grownIds(this.#object, thread);
    this.#mode = grownBytes(this.#mode, thread);
    this.#event = grownEvents(this.#event, thread);
    this.#call = grownIds(this.#call, thread);
    this.#operation = grownIds(this.#operation, thread);
    this.#count = grownCounts(this.#count, thread);
  }
}
