/** The latest life of each block id of a log that may be wrong, in columns. Memory: 68 bytes an id, or less; nothing a call. */
import type { CallKind } from '../../trace/call-log.js';
import { IdTable } from '../../trace/id-table.js';
import type { Request } from './classes.js';

/** The number of a row, which has the latest life of an id. */
export type BlockRow = number;

/** The call that never was. */
export const NO_CALL = 0;

export class BlockTable {
  readonly #rows = new IdTable();
  #length = 0;
  #id = new Float64Array(1024);
  #asked = new Float64Array(1024);
  #inPlaceClass = new Uint8Array(1024);
  #alignment = new Float64Array(1024);
  #born = new Float64Array(1024);
  #bornKind = new Uint8Array(1024);
  #bornThread = new Int32Array(1024);
  #freed = new Float64Array(1024);
  #freedKind = new Uint8Array(1024);
  #freedThread = new Int32Array(1024);

  /** Number of rows; they are 0 to one less. */
  get length(): number {
    return this.#length;
  }

  /** The row of `id`, or -1 if it was never heard of. */
  find(id: number): BlockRow {
    return this.#rows.get(id);
  }

  /** A new life of `id` begins, in place of one before. @param inPlaceClass as {@link inPlaceClass} tells it */
  bear(id: number, { asked, alignment }: Request, inPlaceClass: number, call: number, kind: CallKind, thread: number): BlockRow {
    let row = this.#rows.get(id);
    if (row === -1) {
      row = this.#length++;
      if (row === this.#id.length) this.#grow();
      this.#rows.set(id, row);
      this.#id[row] = id;
    }
    this.#asked[row] = asked;
    this.#inPlaceClass[row] = inPlaceClass;
    this.#alignment[row] = alignment;
    this.#born[row] = call;
    this.#bornKind[row] = kind;
    this.#bornThread[row] = thread;
    this.#freed[row] = NO_CALL;
    return row;
  }

  end(row: BlockRow, call: number, kind: CallKind, thread: number): void {
    this.#freed[row] = call;
    this.#freedKind[row] = kind;
    this.#freedThread[row] = thread;
  }

  id(row: BlockRow): number {
    return this.#id[row]!;
  }

  asked(row: BlockRow): number {
    return this.#asked[row]!;
  }

  /** What was asked for last. */
  request(row: BlockRow): Request {
    return { asked: this.#asked[row]!, alignment: this.#alignment[row]! };
  }

  /** The class that the block may have instead of that of its request; NO_CLASS if there is no doubt about it. */
  inPlaceClass(row: BlockRow): number {
    return this.#inPlaceClass[row]!;
  }

  born(row: BlockRow): number {
    return this.#born[row]!;
  }

  bornKind(row: BlockRow): CallKind {
    return this.#bornKind[row] as CallKind;
  }

  bornThread(row: BlockRow): number {
    return this.#bornThread[row]!;
  }

  /** The call that freed it; {@link NO_CALL} while it lives. */
  freed(row: BlockRow): number {
    return this.#freed[row]!;
  }

  freedKind(row: BlockRow): CallKind {
    return this.#freedKind[row] as CallKind;
  }

  freedThread(row: BlockRow): number {
    return this.#freedThread[row]!;
  }

  #grow(): void {
    this.#id = doubled(this.#id);
    this.#asked = doubled(this.#asked);
    this.#inPlaceClass = doubled(this.#inPlaceClass);
    this.#alignment = doubled(this.#alignment);
    this.#born = doubled(this.#born);
    this.#bornKind = doubled(this.#bornKind);
    this.#bornThread = doubled(this.#bornThread);
    this.#freed = doubled(this.#freed);
    this.#freedKind = doubled(this.#freedKind);
    this.#freedThread = doubled(this.#freedThread);
  }
}

function doubled<Column extends Uint8Array | Int32Array | Float64Array>(from: Column): Column {
  const to = new (from.constructor as new (length: number) => Column)(from.length * 2);
  to.set(from);
  return to;
}
