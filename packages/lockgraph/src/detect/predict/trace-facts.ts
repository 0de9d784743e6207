/** What a trace says of each of its rows, in one walk from its beginning. Cost: some 10 ns a row. Memory: 4 bytes for each thread, variable and lock. */
import { EventKind, Mode } from '../../trace/event.js';
import type { LockId, ThreadId } from '../../trace/event.js';
import type { Registry } from '../../trace/registry.js';
import { isOrdered } from '../order/lock-order.js';
import { NONE } from '../state/columns.js';
import type { TraceFacts, TraceShape } from './schedule-replay.js';

/** @param misused locks that are not to be trusted */
export function traceShape(registry: Registry, misused: ReadonlySet<LockId>): TraceShape {
  const locks = registry.lockCount;
  const excludes = new Uint8Array(locks);
  const recursive = new Uint8Array(locks);
  for (let lock = 0; lock < locks; lock++) {
    const info = registry.lock(lock);
    excludes[lock] = isOrdered(info.kind) && !misused.has(lock) ? 1 : 0;
    recursive[lock] = info.recursive ? 1 : 0;
  }
  return { threads: registry.threads.size, locks, variables: registry.variables.size, excludes, recursive };
}

export class TraceWalk implements TraceFacts {
  ordinal = 0;
  starts = 0;
  writer = NONE;
  joined = 0;
  before = NONE;
  renewals = 0;
  readonly #shape: Pick<TraceShape, 'excludes'>;
  /** Events of each thread so far. */
  readonly #done: Int32Array;
  readonly #started: Int32Array;
  readonly #write: Int32Array;
  readonly #last: Int32Array;
  readonly #renewals: Int32Array;

  constructor(shape: TraceShape) {
    this.#shape = shape;
    this.#done = new Int32Array(shape.threads);
    this.#started = new Int32Array(shape.threads);
    this.#write = new Int32Array(shape.variables).fill(NONE);
    this.#last = new Int32Array(shape.locks).fill(NONE);
    this.#renewals = new Int32Array(shape.locks);
  }

  /** Events of a thread so far. */
  done(thread: ThreadId): number {
    return this.#done[thread]!;
  }

  /** Goes to the next row; this object then has the facts of it. */
  go(row: number, kind: EventKind, thread: ThreadId, object: number, mode: Mode): void {
    this.ordinal = this.#done[thread]!++;
    this.starts = this.#started[thread]!;
    switch (kind) {
      case EventKind.read:
        this.writer = this.#write[object]!;
        break;
      case EventKind.write:
        this.#write[object] = row;
        break;
      case EventKind.spawn:
        this.#started[object]!++;
        break;
      case EventKind.join:
        this.joined = this.#done[object]!;
        break;
      case EventKind.request:
        if (mode !== Mode.join) this.#keepOrder(row, object);
        break;
      case EventKind.take:
      case EventKind.acquire:
      case EventKind.release:
        this.#keepOrder(row, object);
        this.renewals = this.#renewals[object]!;
        break;
      case EventKind.init:
      case EventKind.destroy:
        this.#keepOrder(row, object);
        this.renewals = this.#renewals[object]!++;
        break;
    }
  }

  #keepOrder(row: number, lock: LockId): void {
    if (this.#shape.excludes[lock] === 1) return;
    this.before = this.#last[lock]!;
    this.#last[lock] = row;
  }
}
