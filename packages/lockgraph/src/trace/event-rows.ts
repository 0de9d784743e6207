/**
 * Events in packed rows: what belongs to an event lies together in memory, and is written through two views of one buffer. That costs half of what
 * a typed array for each column does.
 *
 *     offset  0   kind (4 bits), mode (4 bits), thread (24 bits: a run has fewer, for names are looked up in a Map, which takes no more)
 *     offset  4   object
 *     offset  8   call
 *     offset 12   operation
 *     offset 16   a, b: doubles
 *
 * The number of an event is not among them. Rows are written round and round, and numbers rise by 1 from row to row, so that one number a lap says
 * them all. Rows for which that does not hold (a trace with gaps, rows that were picked) have a column of numbers.
 *
 * Memory: 32 bytes a row; 8 more with numbers, 8 more with lines.
 */
import type { CallId, EventKind, Mode, Note, OperationNumber, ThreadId } from './event.js';

/** Elements of a row in the view of integers, and in that of doubles. */
const INTEGERS = 8;
const DOUBLES = 4;
/** Where things are in a row of each. */
const OBJECT = 1;
const CALL = 2;
const OPERATION = 3;
const A = 2;
const B = 3;

/** No event is this, whatever row is added. Small, for the engine to go on with integers. */
const NONE = -(2 ** 30);

const NIBBLE = 0xf;
const MODE_SHIFT = 4;
const THREAD_SHIFT = 8;

export class EventRows {
  #integers: Int32Array;
  #doubles: Float64Array;
  /** Absent where the rows come from no text. */
  #lines: Float64Array | undefined;
  #length: number;
  /** What to add to a row of this lap to have its event; {@link NONE} if rows have their own numbers. */
  #first = 1;
  /** From this row on, rows are still those of the lap before. */
  #old = Infinity;
  #numbers: Float64Array | undefined = undefined;
  /** Of rows of kind `note`. */
  readonly notes = new Map<number, Note>();

  /**
   * @param picked that rows are any events in any order
   * @param withLines that they have lines
   */
  constructor(length: number, picked: boolean, withLines: boolean) {
    this.#length = length;
    this.#doubles = new Float64Array(length * DOUBLES);
    this.#integers = new Int32Array(this.#doubles.buffer);
    this.#lines = withLines ? new Float64Array(length) : undefined;
    if (picked) this.#numberRows();
  }

  get length(): number {
    return this.#length;
  }

  get withLines(): boolean {
    return this.#lines !== undefined;
  }

  /** The columns are those of an event sink. A line is set apart. Rows that are not picked are written in turn. */
  write(
    row: number,
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
    const integers = this.#integers;
    const doubles = this.#doubles;
    const i = row * INTEGERS;
    const d = row * DOUBLES;
    integers[i] = kind | (mode << MODE_SHIFT) | (thread << THREAD_SHIFT);
    integers[i + OBJECT] = object;
    integers[i + CALL] = call;
    integers[i + OPERATION] = operation;
    doubles[d + A] = a;
    doubles[d + B] = b;
    if (event !== this.#first + row) this.#number(row, event);
  }

  setLine(row: number, line: number): void {
    if (this.#lines !== undefined) this.#lines[row] = line;
  }

  event(row: number): number {
    if (this.#numbers !== undefined) return this.#numbers[row]!;
    return this.#first + (row < this.#old ? row : row - this.#length);
  }

  kind(row: number): EventKind {
    return (this.#integers[row * INTEGERS]! & NIBBLE) as EventKind;
  }

  mode(row: number): Mode {
    return ((this.#integers[row * INTEGERS]! >>> MODE_SHIFT) & NIBBLE) as Mode;
  }

  thread(row: number): ThreadId {
    return this.#integers[row * INTEGERS]! >>> THREAD_SHIFT;
  }

  object(row: number): number {
    return this.#integers[row * INTEGERS + OBJECT]!;
  }

  call(row: number): CallId {
    return this.#integers[row * INTEGERS + CALL]!;
  }

  operation(row: number): OperationNumber {
    return this.#integers[row * INTEGERS + OPERATION]!;
  }

  a(row: number): number {
    return this.#doubles[row * DOUBLES + A]!;
  }

  b(row: number): number {
    return this.#doubles[row * DOUBLES + B]!;
  }

  /** 0 where the rows come from no text. */
  line(row: number): number {
    return this.#lines === undefined ? 0 : this.#lines[row]!;
  }

  /** The first row from `row` on, before `to`, that is not of a kind; else `to`. */
  firstOther(kind: EventKind, row: number, to: number): number {
    const integers = this.#integers;
    let at = row;
    while (at < to && (integers[at * INTEGERS]! & NIBBLE) === kind) at++;
    return at;
  }

  /** The next row to be written is row 0 again; all rows are now those of the lap before. */
  nextLap(): void {
    this.#first += this.#length;
    this.#old = 0;
  }

  /** The rows before `to` are free for events of this lap. */
  free(to: number): void {
    this.#old = to;
  }

  /** Makes `row`, of picked rows, equal to a row of others. */
  copy(row: number, from: EventRows, fromRow: number): void {
    for (let i = 0; i < INTEGERS; i++) this.#integers[row * INTEGERS + i] = from.#integers[fromRow * INTEGERS + i]!;
    this.#number(row, from.event(fromRow));
    this.setLine(row, from.line(fromRow));
    const note = from.notes.get(fromRow);
    if (note === undefined) this.notes.delete(row);
    else this.notes.set(row, note);
  }

  /** Makes room for `length` rows, which are more than now. */
  grow(length: number): void {
    const doubles = new Float64Array(length * DOUBLES);
    doubles.set(this.#doubles);
    this.#length = length;
    this.#doubles = doubles;
    this.#integers = new Int32Array(doubles.buffer);
    this.#numbers = longer(this.#numbers, length);
    this.#lines = longer(this.#lines, length);
  }

  /** The number of a row is not the next one. */
  #number(row: number, event: number): void {
    if (this.#numbers === undefined) this.#numberRows();
    this.#numbers![row] = event;
  }

  #numberRows(): void {
    const numbers = new Float64Array(this.#length);
    for (let row = 0; row < this.#length; row++) numbers[row] = this.event(row);
    this.#numbers = numbers;
    this.#first = NONE;
  }
}

function longer(column: Float64Array | undefined, length: number): Float64Array | undefined {
  if (column === undefined) return undefined;
  const all = new Float64Array(length);
  all.set(column);
  return all;
}
