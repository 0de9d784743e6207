/**
 * Numbers the operations of a run, and tells of one as late as it can: an operation that makes no event of its own is one row,
 * not two. Most calls of a model that is fast do not take a lock.
 */
import type { Monitor } from '../detect/monitor.js';
import { EventKind, Mode } from '../trace/event.js';
import type { CallId, OperationNumber, ThreadId } from '../trace/event.js';
import { SimulationError } from './simulation-error.js';

/** Recorders and traces have 32 bits for the number of an operation. */
const MOST = 0x7fff_ffff;

export class Operations {
  readonly #monitor: Monitor;
  #count = 0;
  /** The operation that has begun and was not told of; 0 if there is none. It is the newest one. */
  #untold: OperationNumber = 0;
  #thread: ThreadId = 0;
  #call: CallId = 0;
  #name = 0;
  #a = 0;
  #b = 0;

  constructor(monitor: Monitor) {
    this.#monitor = monitor;
  }

  begin(thread: ThreadId, call: CallId, name: number, a: number, b: number): OperationNumber {
    if (this.#count === MOST) {
      throw new SimulationError(`a run has at most ${MOST} operations; make a new Simulation for those that follow`);
    }
    this.tell();
    this.#thread = thread;
    this.#call = call;
    this.#name = name;
    this.#a = a;
    this.#b = b;
    this.#untold = ++this.#count;
    return this.#untold;
  }

  end(thread: ThreadId, call: CallId, name: number, operation: OperationNumber): void {
    if (operation === this.#untold) this.#emit(EventKind.operation);
    else {
      this.tell();
      this.#monitor.emit(EventKind.end, thread, name, Mode.exclusive, call, operation, 0, 0);
    }
  }

  /** Before any other event of the run: what has begun is told first, so that operations are told in the order of their numbers. */
  tell(): void {
    if (this.#untold !== 0) this.#emit(EventKind.begin);
  }

  #emit(kind: EventKind): void {
    const operation = this.#untold;
    this.#untold = 0;
    this.#monitor.emit(kind, this.#thread, this.#name, Mode.exclusive, this.#call, operation, this.#a, this.#b);
  }
}
