/**
 * The rows that make the state of locks and threads at the start of the window: acquires that are not released there, requests that
 * wait there, and the exits (or joins) that say that a thread which holds something has ended. It believes the events: what contradicts the state corrects it.
 * Each such row pins its operation. Cost: O(1) a row, and what {@link HeldRows} says of its lock.
 */
import { EventKind, Mode } from './event.js';
import type { LockId, ThreadId } from './event.js';
import type { EventRows } from './event-rows.js';
import { HeldRows } from './held-rows.js';
import type { KeptRows } from './kept-rows.js';
import { Fate } from './operation-rows.js';
import type { OperationRows } from './operation-rows.js';
import type { Registry } from './registry.js';
import { RowReferences } from './row-references.js';
import type { Reference } from './row-references.js';

export class StateRows {
  readonly #window: EventRows;
  readonly #kept: KeptRows;
  readonly #operations: OperationRows;
  readonly #rows: RowReferences;
  readonly #holds: HeldRows;
  /** By thread: the request with which it waits, and how many holds it has. */
  #waits = new Int32Array(16);
  #held = new Int32Array(16);
  readonly #exits = new Map<ThreadId, Reference>();
  /** By row of the block. */
  readonly #fates: Uint8Array;
  #from = 0;

  constructor(
    registry: Registry,
    window: EventRows,
    kept: KeptRows,
    operations: OperationRows,
    blockRows: number,
  ) {
    this.#window = window;
    this.#kept = kept;
    this.#operations = operations;
    this.#fates = new Uint8Array(blockRows);
    this.#rows = new RowReferences(window, kept);
    this.#holds = new HeldRows(registry, this.#rows, (acquire, by) => this.#endHold(acquire, by));
  }

  /** The block that starts with the row `from` begins to fall out. */
  enter(from: number): void {
    this.#from = from;
  }

  /** Whether no hold of the lock is older than the point that the eviction has come to. */
  free(lock: LockId): boolean {
    return this.#holds.free(lock);
  }

  /** Whether the thread waits at the point that the eviction has come to. */
  waits(thread: ThreadId): boolean {
    return thread < this.#waits.length && this.#waits[thread] !== 0;
  }

  /** Whether the thread has ended with locks held, as far as is known at that point: what it does afterwards says that it has not. */
  ended(thread: ThreadId): boolean {
    return this.#exits.size > 0 && this.#exits.has(thread);
  }

  /** A row falls out that may change the state. */
  apply(row: number, kind: EventKind): void {
    const thread = this.#window.thread(row);
    const object = this.#window.object(row);
    if (thread >= this.#waits.length) this.#grow(thread);
    switch (kind) {
      case EventKind.request:
        this.#endWait(thread, row);
        this.#waits[thread] = this.#need(row);
        return;
      case EventKind.acquire:
      case EventKind.take:
        this.#endWait(thread, row);
        this.#endExit(thread, row);
        if (this.#holds.acquire(row + 1, thread, object)) this.#hold(row, thread);
        return;
      case EventKind.release:
        this.#endWait(thread, row);
        // Kept without the acquire that it undoes, it would seem to undo an outer one.
        if (this.#holds.release(row + 1, thread, object)) this.#fates[row - this.#from] = Fate.omitted;
        return;
      case EventKind.cancel:
        this.#endWait(thread, row);
        return;
      case EventKind.join:
        this.#endWait(thread, row);
        this.#exit(row, object);
        return;
      case EventKind.spawn:
        this.#endExit(object, row);
        return;
      case EventKind.exit:
        this.#endWait(thread, row);
        this.#exit(row, thread);
        return;
      case EventKind.init:
      case EventKind.destroy:
        this.#holds.clear(object, row + 1);
        return;
    }
  }

  /** All rows of the block were seen: copies those that the state needs. Returns by row of the block its {@link Fate}. */
  settle(): Uint8Array {
    const window = this.#window;
    const fates = this.#fates;
    for (let i = fates.indexOf(Fate.state); i !== -1; i = fates.indexOf(Fate.state, i + 1)) {
      const row = this.#from + i;
      const kept = -1 - this.#kept.add(this.#window, row);
      if (window.kind(row) === EventKind.request) this.#waits[window.thread(row)] = kept;
      else if (window.kind(row) === EventKind.exit) this.#exits.set(window.thread(row), kept);
      else if (window.kind(row) === EventKind.join) this.#exits.set(window.object(row), kept);
      else this.#holds.move(window.object(row), row + 1, kept);
      if (window.operation(row) !== 0) this.#operations.pin(window.operation(row));
    }
    return fates;
  }

  /** The block is done with. */
  leave(): void {
    this.#fates.fill(Fate.none);
  }

  #hold(row: number, thread: ThreadId): void {
    this.#need(row);
    if (this.#window.mode(row) !== Mode.permits) this.#held[thread]!++;
  }

  #endHold(hold: Reference, by: Reference): void {
    const thread = this.#rows.thread(hold);
    const held = this.#rows.mode(hold) !== Mode.permits;
    this.#forgo(hold, by - 1);
    if (held && --this.#held[thread]! === 0) this.#endExit(thread, by - 1);
  }

  #endWait(thread: ThreadId, by: number): void {
    const wait = this.#waits[thread]!;
    if (wait === 0) return;
    this.#forgo(wait, by);
    this.#waits[thread] = 0;
  }

  /** `thread` has ended, or was seen to have. What it holds, it holds for ever. */
  #exit(row: number, thread: ThreadId): void {
    if (thread >= this.#held.length || this.#held[thread] === 0 || this.#exits.has(thread)) return;
    this.#exits.set(thread, this.#need(row));
  }

  #endExit(thread: ThreadId, by: number): void {
    if (this.#exits.size === 0) return;
    const exit = this.#exits.get(thread);
    if (exit === undefined) return;
    this.#forgo(exit, by);
    this.#exits.delete(thread);
  }

  #need(row: number): Reference {
    this.#fates[row - this.#from] = Fate.state;
    return row + 1;
  }

  /** The row `by` has ended the effect of a row. */
  #forgo(reference: Reference, by: number): void {
    const fresh = reference > 0;
    const operation = this.#rows.operation(reference);
    const event = this.#rows.event(reference);
    if (fresh) this.#fates[reference - 1 - this.#from] = Fate.none;
    else this.#kept.free(-1 - reference);
    if (operation === 0) return;
    this.#operations.ended(operation, event, by);
    if (!fresh) this.#operations.unpin(operation);
  }

  #grow(thread: ThreadId): void {
    let length = this.#waits.length;
    while (length <= thread) length *= 2;
    const waits = new Int32Array(length);
    waits.set(this.#waits);
    const held = new Int32Array(length);
    held.set(this.#held);
    this.#waits = waits;
    this.#held = held;
  }
}
