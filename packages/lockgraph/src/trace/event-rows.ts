/** Events as columns: a row is an index. Memory: 42 bytes a row, and 8 more with lines. */
import type { Note } from './event.js';

export class EventColumns {
  event: Float64Array;
  kind: Uint8Array;
  mode: Uint8Array;
  thread: Int32Array;
  object: Int32Array;
  call: Int32Array;
  operation: Int32Array;
  a: Float64Array;
  b: Float64Array;
  /** Absent where the rows come from no text. */
  line: Float64Array | undefined;
  /** Of rows of kind `note`. */
  readonly note = new Map<number, Note>();

  constructor(rows: number, withLines: boolean) {
    this.event = new Float64Array(rows);
    this.kind = new Uint8Array(rows);
    this.mode = new Uint8Array(rows);
    this.thread = new Int32Array(rows);
    this.object = new Int32Array(rows);
    this.call = new Int32Array(rows);
    this.operation = new Int32Array(rows);
    this.a = new Float64Array(rows);
    this.b = new Float64Array(rows);
    this.line = withLines ? new Float64Array(rows) : undefined;
  }

  get rows(): number {
    return this.event.length;
  }

  /** Makes `row` equal to a row of other columns. */
  copy(row: number, from: EventColumns, fromRow: number): void {
    this.event[row] = from.event[fromRow]!;
    this.kind[row] = from.kind[fromRow]!;
    this.mode[row] = from.mode[fromRow]!;
    this.thread[row] = from.thread[fromRow]!;
    this.object[row] = from.object[fromRow]!;
    this.call[row] = from.call[fromRow]!;
    this.operation[row] = from.operation[fromRow]!;
    this.a[row] = from.a[fromRow]!;
    this.b[row] = from.b[fromRow]!;
    if (this.line !== undefined) this.line[row] = from.line?.[fromRow] ?? 0;
    const note = from.note.get(fromRow);
    if (note === undefined) this.note.delete(row);
    else this.note.set(row, note);
  }

  /** Doubles the number of rows, up to `most`. */
  grow(most = Infinity): void {
    const rows = Math.min(this.rows * 2, most);
    const doubles = (column: Float64Array): Float64Array => {
      const larger = new Float64Array(rows);
      larger.set(column);
      return larger;
    };
    const integers = (column: Int32Array): Int32Array => {
      const larger = new Int32Array(rows);
      larger.set(column);
      return larger;
    };
    const bytes = (column: Uint8Array): Uint8Array => {
      const larger = new Uint8Array(rows);
      larger.set(column);
      return larger;
    };
    this.event = doubles(this.event);
    this.kind = bytes(this.kind);
    this.mode = bytes(this.mode);
    this.thread = integers(this.thread);
    this.object = integers(this.object);
    this.call = integers(this.call);
    this.operation = integers(this.operation);
    this.a = doubles(this.a);
    this.b = doubles(this.b);
    if (this.line !== undefined) this.line = doubles(this.line);
  }
}
