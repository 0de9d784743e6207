/**
 * A bounded flight recorder: keeps the newest events, and of the older ones those that explain what is still so. Nothing is allocated for an
 * event, and the memory does not grow with their number.
 *
 * At least the newest `capacity` events are there without a gap (the window). Of those before:
 *
 * 1. The rows that make the state at the start of the window: every acquire whose release is not before it too, every request of a
 *    thread that waits there, the exit of a thread that ended with locks held. State computed from them is exactly what the full history gives, but
 *    for how many permits of a semaphore there are, and how many threads have arrived at a barrier.
 * 2. All rows of the operations to which those belong, and of operations under way at the start of the window: at most
 *    {@link OPERATION_ROWS} each, the begin row always among them. What an operation did before the acquire is what explains it.
 * 3. The first note of each kind, and the begin row of its operation.
 * 4. Of each operation among the last {@link NOTED_OPERATIONS} that made a note or were blamed by one: its begin row and its first note.
 *
 * Cost: about 8 ns to take an event, and later 1 ns to drop an operation without events, 5 ns the row of one that leaves no trace in the state, 20 ns
 * another row where locks are concerned. Memory: 32 bytes a row of the window (2.2 MiB by default, less for a shorter run), plus what is kept.
 */
import { beginRow } from './begin-row.js';
import { EventKind, Mode } from './event.js';
import type { CallId, EventSink, Note, OperationNumber, ThreadId } from './event.js';
import { EventRows } from './event-rows.js';
import type { EventLog, OperationBegin, TracePosition } from './event-log.js';
import type { Registry } from './registry.js';
import { Retention } from './retention.js';

export interface RecorderOptions {
  /** Number of newest events that are always there; 65,536 if absent. Rounded up. */
  readonly capacity?: number;
  /** Says which line each event comes from; without it no row has a line. Costs 8 bytes a row. */
  readonly position?: Readonly<TracePosition>;
}

const CAPACITY = 65_536;
const BLOCKS = 16;
/** Rows to begin with, and times how many there are when they do not suffice: a short run pays for no more, and a long one for few copies. */
const FIRST_ROWS = 4096;
const GROWTH = 8;

export class Recorder implements EventSink, EventLog {
  readonly #window: EventRows;
  readonly #retention: Retention;
  readonly #position: Readonly<TracePosition> | undefined;
  /** Rows of the window when it has grown to its full size, and how many of them fall out at a time. */
  readonly #rows: number;
  readonly #blockRows: number;
  /** The next row to write, and the first behind it that is not free. */
  #head = 0;
  #limit: number;
  /** The oldest row of the window. */
  #tail = 0;
  #wrapped = false;
  /** Where `#seek` found a row. */
  #slot = 0;

  /**
   * @param registry says which locks are recursive, and what a release by another thread does to them
   * @throws RangeError if the capacity is no number of rows
   */
  constructor(registry: Registry, options: RecorderOptions = {}) {
    const capacity = options.capacity ?? CAPACITY;
    if (!Number.isInteger(capacity) || capacity < 1 || capacity > 2 ** 26) {
      throw new RangeError(`capacity must be an integer from 1 to ${2 ** 26}, got ${String(capacity)}`);
    }
    this.#blockRows = Math.ceil(capacity / BLOCKS);
    this.#position = options.position;
    this.#rows = (Math.ceil(capacity / this.#blockRows) + 1) * this.#blockRows;
    this.#limit = Math.min(FIRST_ROWS, this.#rows);
    this.#window = new EventRows(this.#limit, false, options.position !== undefined);
    this.#retention = new Retention(registry, this.#window, this.#blockRows, (operation) =>
      beginRow(this.#window, this.#tail, this.#inWindow, operation),
    );
  }

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
  ): void {
    if (this.#head === this.#limit) this.#turn();
    const row = this.#head++;
    this.#window.write(row, event, kind, thread, object, mode, call, operation, a, b);
    if (this.#position !== undefined) this.#window.setLine(row, this.#position.line);
  }

  note(event: number, thread: ThreadId, call: CallId, operation: OperationNumber, note: Note): void {
    this.event(event, EventKind.note, thread, 0, Mode.exclusive, call, operation, 0, 0);
    const row = this.#head - 1;
    this.#window.notes.set(row, note);
    this.#retention.note(row, operation, note);
  }

  /** The run is over: nothing that a log remembers. */
  end(): void {}

  /** How many notes of a kind there were, kept or not. */
  noteCount(kind: string): number {
    return this.#retention.noteCount(kind);
  }

  get size(): number {
    return this.firstInWindow + this.#inWindow;
  }

  get dropped(): number {
    return this.#head === 0 ? 0 : this.#window.event(this.#head - 1) - this.size;
  }

  get firstInWindow(): number {
    return this.#before().length;
  }

  eventAt(row: number): number {
    return this.#seek(row).event(this.#slot);
  }

  kind(row: number): EventKind {
    return this.#seek(row).kind(this.#slot);
  }

  thread(row: number): ThreadId {
    return this.#seek(row).thread(this.#slot);
  }

  object(row: number): number {
    return this.#seek(row).object(this.#slot);
  }

  mode(row: number): Mode {
    return this.#seek(row).mode(this.#slot);
  }

  call(row: number): CallId {
    return this.#seek(row).call(this.#slot);
  }

  operation(row: number): OperationNumber {
    return this.#seek(row).operation(this.#slot);
  }

  a(row: number): number {
    return this.#seek(row).a(this.#slot);
  }

  b(row: number): number {
    return this.#seek(row).b(this.#slot);
  }

  line(row: number): number {
    return this.#seek(row).line(this.#slot);
  }

  noteAt(row: number): Note | undefined {
    return this.#seek(row).notes.get(this.#slot);
  }

  rowOf(event: number): number {
    let low = 0;
    let high = this.size;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.eventAt(middle) < event) low = middle + 1;
      else high = middle;
    }
    return low < this.size && this.eventAt(low) === event ? low : -1;
  }

  operationBegin(operation: OperationNumber): OperationBegin | undefined {
    const begin = this.#retention.begin(operation);
    if (begin === undefined) return undefined;
    const { rows, row } = begin;
    return {
      operation,
      event: rows.event(row),
      line: rows.line(row),
      thread: rows.thread(row),
      name: rows.object(row),
      call: rows.call(row),
      a: rows.a(row),
      b: rows.b(row),
    };
  }

  rowsOfOperation(operation: OperationNumber): number[] {
    const rows: number[] = [];
    const size = this.size;
    for (let row = 0; row < size; row++) if (this.operation(row) === operation) rows.push(row);
    return rows;
  }

  /** The rows that a row is among; sets `#slot` to its place there. */
  #seek(row: number): EventRows {
    const before = this.#before();
    if (row < before.length) {
      this.#slot = before[row]!;
      return this.#retention.kept.rows;
    }
    const slot = this.#tail + row - before.length;
    this.#slot = slot < this.#window.length ? slot : slot - this.#window.length;
    return this.#window;
  }

  /** The kept rows that the window does not have. */
  #before(): Int32Array {
    return this.#retention.kept.before(this.#inWindow === 0 ? Infinity : this.#window.event(this.#tail));
  }

  get #inWindow(): number {
    const size = this.#head - this.#tail;
    return size > 0 || !this.#wrapped ? size : size + this.#window.length;
  }

  /** No row is free: the window grows to its full size; then the block that follows is the next, and the oldest rows have to leave it. */
  #turn(): void {
    if (this.#head < this.#rows && !this.#wrapped) {
      this.#window.grow(Math.min(GROWTH * this.#window.length, this.#rows));
      this.#limit = this.#window.length;
      return;
    }
    if (this.#head === this.#rows) {
      this.#head = 0;
      this.#wrapped = true;
      this.#window.nextLap();
    }
    this.#retention.evict(this.#head);
    this.#tail = (this.#head + this.#blockRows) % this.#rows;
    this.#limit = this.#head + this.#blockRows;
    this.#window.free(this.#limit);
  }
}
