/**
 * Keeps operations whole while rows fall out of the window: those that a pin holds (a lock that is still held was acquired in it), and those that
 * are under way at the start of the window, for they may get a pin yet. Rows fall out a block at a time, so an operation that
 * begins and ends in one block without a pin costs a link a row and is never copied.
 *
 * Whoever reads only the kept rows must come to the true state of the locks. So what ends a hold that was taken in a kept operation is kept
 * with it, also when it comes from outside.
 *
 * An operation has at most `OPERATION_ROWS` rows: its first, and the nearest before the first pin; after that, those that follow while there is room,
 * and the ends of holds.
 */
import { EventKind } from './event.js';
import type { OperationNumber } from './event.js';
import type { EventRows } from './event-rows.js';
import type { KeptRow, KeptRows } from './kept-rows.js';

/** Rows that are kept of one operation, at most; ends of holds not counted. */
export const OPERATION_ROWS = 512;

/** What becomes of a row of the block. */
export const Fate = {
  /** It outlives the window only if its operation does. */
  none: 0,
  /** It outlives the window by itself. */
  state: 1,
  /** It must not, even if its operation does: kept alone, it would be misread. */
  omitted: 2,
} as const;

const NONE = -1;

interface KeptOperation {
  readonly rows: KeptRow[];
  /** Rows outside that need the operation. */
  pins: number;
  /** Whether a pinned row is among the rows, so that earlier ones must stay. */
  sealed: boolean;
  /** Its end fell out of the window, or it was left without one. */
  closed: boolean;
  /** Which row makes room next. */
  turn: number;
  /** Number of the first event that found no room. */
  skippedFrom: number;
}

export class OperationRows {
  readonly #window: EventRows;
  readonly #kept: KeptRows;
  readonly #operations = new Map<OperationNumber, KeptOperation>();
  /** By thread: the operation under way at the point that the eviction has come to (0: none), and the last row of it in this block. */
  #current = new Int32Array(16);
  /** How many threads are in one. */
  #underWay = 0;
  #last = new Int32Array(16).fill(NONE);
  /** By thread: 1 if rows of its operation were kept at the end of an earlier block. */
  #carried = new Uint8Array(16);
  /** By row of the block: the next row of the same operation. */
  readonly #next: Int32Array;
  /** First rows, in this block, of all operations that have rows in it. */
  readonly #starts: Int32Array;
  #startCount = 0;
  readonly #abandoned: OperationNumber[] = [];
  /** Ends of effects in this block: the operation and the event of what is ended, and the row that ends it. */
  #endOperation = new Int32Array(64);
  #endEvent = new Float64Array(64);
  #endRow = new Int32Array(64);
  #endCount = 0;
  #pinned = false;
  #from = 0;

  constructor(window: EventRows, kept: KeptRows, blockRows: number) {
    this.#window = window;
    this.#kept = kept;
    this.#next = new Int32Array(blockRows);
    this.#starts = new Int32Array(blockRows);
  }

  /** The block that starts with the row `from` begins to fall out. */
  enter(from: number): void {
    this.#from = from;
    this.#startCount = 0;
    this.#endCount = 0;
    this.#pinned = false;
  }

  /** Whether no thread is in an operation at the point that the eviction has come to. */
  get quiet(): boolean {
    return this.#underWay === 0;
  }

  /** Whether the thread is in no operation at the point that the eviction has come to. */
  idle(thread: number): boolean {
    return thread >= this.#current.length || this.#current[thread] === 0;
  }

  /** A row that belongs to an operation falls out. */
  see(row: number, thread: number, operation: OperationNumber): void {
    if (thread >= this.#current.length) this.#grow(thread);
    const last = this.#last[thread]!;
    if (this.#current[thread] !== operation) {
      this.leave(thread);
      this.#current[thread] = operation;
      this.#underWay++;
      this.#starts[this.#startCount++] = row;
    } else if (last === NONE) {
      this.#starts[this.#startCount++] = row;
    } else {
      this.#next[last - this.#from] = row;
    }
    this.#next[row - this.#from] = NONE;
    this.#last[thread] = row;
  }

  /** The operation of a thread is over, if it has one. */
  leave(thread: number): void {
    if (thread >= this.#current.length) return;
    const operation = this.#current[thread]!;
    if (operation === 0) return;
    this.#current[thread] = 0;
    this.#underWay--;
    this.#last[thread] = NONE;
    if (this.#carried[thread] === 0) return;
    this.#carried[thread] = 0;
    this.#abandoned.push(operation);
  }

  /** A row of the operation outlives the window: so must the operation. Between {@link enter} and {@link settle}. */
  pin(operation: OperationNumber): void {
    this.#pinned = true;
    this.#get(operation).pins++;
  }

  unpin(operation: OperationNumber): void {
    const kept = this.#operations.get(operation);
    if (kept === undefined) return;
    kept.pins--;
    if (kept.pins > 0) return;
    kept.sealed = false;
    if (kept.closed) this.#drop(operation, kept);
  }

  /** The row `by` ends the effect of an event of the operation. */
  ended(operation: OperationNumber, event: number, by: number): void {
    const at = this.#endCount++;
    if (at === this.#endRow.length) this.#growEnds();
    this.#endOperation[at] = operation;
    this.#endEvent[at] = event;
    this.#endRow[at] = by;
  }

  /**
   * All rows of the block were seen: copies what has to stay, for the block will be written over.
   * @param fates by row of the block: a {@link Fate}
   */
  settle(fates: Uint8Array): void {
    const window = this.#window;
    for (let i = 0; i < this.#startCount; i++) {
      const start = this.#starts[i]!;
      const number = window.operation(start);
      const underWay = this.#current[window.thread(start)] === number;
      if (underWay) {
        this.#last[window.thread(start)] = NONE;
        this.#carried[window.thread(start)] = 1;
      }
      // Only an operation that began in an earlier block, or has a pin in this one, can be known already.
      const known = (this.#pinned || window.kind(start) !== EventKind.begin) && this.#operations.has(number);
      if (underWay || known) this.#append(this.#get(number), start, fates);
    }
    this.#keepEnds();
    for (const number of this.#abandoned) this.#close(number);
    this.#abandoned.length = 0;
    if (!this.#pinned) return;
    for (let i = 0; i < this.#startCount; i++) {
      const start = this.#starts[i]!;
      const number = window.operation(start);
      if (this.#current[window.thread(start)] !== number) this.#close(number);
    }
  }

  /** The kept begin row of an operation, or -1. */
  begin(operation: OperationNumber): KeptRow {
    const first = this.#operations.get(operation)?.rows[0];
    return first !== undefined && this.#kept.rows.kind(first) === EventKind.begin ? first : NONE;
  }

  #append(kept: KeptOperation, start: number, fates: Uint8Array): void {
    for (let row = start; row !== NONE; row = this.#next[row - this.#from]!) {
      const fate = fates[row - this.#from]!;
      if (fate === Fate.omitted) continue;
      if (kept.rows.length >= OPERATION_ROWS && kept.sealed) {
        kept.skippedFrom = Math.min(kept.skippedFrom, this.#window.event(row));
        continue;
      }
      this.#keep(kept, row);
      kept.skippedFrom = Infinity;
      if (fate === Fate.state) kept.sealed = true;
    }
  }

  /** Keeps the rows by which effects of kept rows ended, where they are not among the rows anyway. */
  #keepEnds(): void {
    if (this.#operations.size === 0) return;
    const window = this.#window;
    let number = 0;
    let kept: KeptOperation | undefined;
    for (let i = 0; i < this.#endCount; i++) {
      if (this.#endOperation[i] !== number) {
        number = this.#endOperation[i]!;
        kept = this.#operations.get(number);
      }
      if (kept === undefined) continue;
      const row = this.#endRow[i]!;
      const among = window.operation(row) === number && window.event(row) < kept.skippedFrom;
      if (!among && this.#endEvent[i]! < kept.skippedFrom) this.#keep(kept, row);
    }
  }

  #keep(kept: KeptOperation, row: number): void {
    if (kept.rows.length < OPERATION_ROWS || kept.sealed) {
      kept.rows.push(this.#kept.add(this.#window, row));
      return;
    }
    const turn = kept.turn;
    kept.turn = (turn + 1) % (OPERATION_ROWS - 1);
    this.#kept.replace(kept.rows[1 + turn]!, this.#window, row);
  }

  #close(number: OperationNumber): void {
    const kept = this.#operations.get(number);
    if (kept === undefined) return;
    kept.closed = true;
    if (kept.pins === 0) this.#drop(number, kept);
  }

  #get(operation: OperationNumber): KeptOperation {
    let kept = this.#operations.get(operation);
    if (kept === undefined) {
      kept = { rows: [], pins: 0, sealed: false, closed: false, turn: 0, skippedFrom: Infinity };
      this.#operations.set(operation, kept);
    }
    return kept;
  }

  #drop(number: OperationNumber, kept: KeptOperation): void {
    for (const row of kept.rows) this.#kept.free(row);
    this.#operations.delete(number);
  }

  #growEnds(): void {
    const length = this.#endRow.length * 2;
    const operation = new Int32Array(length);
    operation.set(this.#endOperation);
    const event = new Float64Array(length);
    event.set(this.#endEvent);
    const row = new Int32Array(length);
    row.set(this.#endRow);
    this.#endOperation = operation;
    this.#endEvent = event;
    this.#endRow = row;
  }

  #grow(thread: number): void {
    let length = this.#current.length;
    while (length <= thread) length *= 2;
    const current = new Int32Array(length);
    current.set(this.#current);
    const last = new Int32Array(length).fill(NONE);
    last.set(this.#last);
    const carried = new Uint8Array(length);
    carried.set(this.#carried);
    this.#current = current;
    this.#last = last;
    this.#carried = carried;
  }
}
