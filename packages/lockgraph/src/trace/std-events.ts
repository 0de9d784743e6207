/**
 * What a line of STD makes: one event, or none where it binds nothing. Events are numbered as they are told.
 *
 *     acq    a request and its acquire in one; or the acquire, if the thread's last step with locks was the `req` of this very lock
 *     req    a request
 *     rel    a release
 *     r, w   a read, a write
 *     fork   a spawn
 *     join   a join: the thread has seen the other one end
 *     begin, end, branch, dummy   nothing
 */
import { EventKind, Mode } from './event.js';
import type { EventSink, ThreadId } from './event.js';
import { StdOp } from './std-op.js';
import type { StdSymbols } from './std-symbols.js';

export class StdEvents {
  readonly #sink: EventSink;
  readonly #symbols: StdSymbols;
  /** By thread: the lock of its request, and 1; 0 if it has none, or has taken another step with locks since. */
  #requested = new Int32Array(64);
  #count = 0;

  constructor(sink: EventSink, symbols: StdSymbols) {
    this.#sink = sink;
    this.#symbols = symbols;
  }

  /** Number of events that were told. */
  get count(): number {
    return this.#count;
  }

  /** @param object as the op says: a lock, a variable or a thread */
  tell(op: StdOp, thread: ThreadId, object: number, location: number): void {
    let kind: EventKind;
    let call = 0;
    switch (op) {
      case StdOp.acquire:
        kind = this.#step(thread, 0) === object + 1 ? EventKind.acquire : EventKind.take;
        call = this.#symbols.call(location);
        break;
      case StdOp.release:
        kind = EventKind.release;
        this.#step(thread, 0);
        call = this.#symbols.call(location);
        break;
      case StdOp.request:
        kind = EventKind.request;
        this.#step(thread, object + 1);
        call = this.#symbols.call(location);
        break;
      case StdOp.join:
        kind = EventKind.join;
        this.#step(thread, 0);
        call = this.#symbols.call(location);
        break;
      case StdOp.read:
        kind = EventKind.read;
        break;
      case StdOp.write:
        kind = EventKind.write;
        break;
      case StdOp.fork:
        kind = EventKind.spawn;
        break;
      default:
        return;
    }
    this.#sink.event(++this.#count, kind, thread, object, Mode.exclusive, call, 0, 0, 0);
  }

  /** A thread takes a step with locks. @returns what it had requested before it */
  #step(thread: ThreadId, requested: number): number {
    if (thread >= this.#requested.length) {
      const larger = new Int32Array(Math.max(this.#requested.length * 2, thread + 1));
      larger.set(this.#requested);
      this.#requested = larger;
    }
    const before = this.#requested[thread]!;
    this.#requested[thread] = requested;
    return before;
  }
}
