/** The latest life of each block id of a log that may be wrong, in columns. Memory: 68 bytes an id, or less; nothing a call. */
import type { CallKind } from '../../trace/call-log.js';
import { IdTable } from '../../trace/id-table.js';

/** A row: the life of a block. */
export type Life = number;

/** What is not known: the class of no size, the call that never was. */
export const NO_CLASS = 255;
export const NO_CALL = 0;

/** What a call asks for, or a free claims. */
export interface Request {
  readonly asked: number;
  /** Index of its size class, or {@link NO_CLASS}. */
  readonly sizeClass: number;
  /** In bytes; 0: none. */
  readonly alignment: number;
}

export class BlockTable {
  readonly #rows = new IdTable();
  #length = 0;
  #id = new Float64Array(1024);
  #asked = new Float64Array(1024);
  #sizeClass = new Uint8Array(1024);
  #alignment = new Float64Array(1024);
  #born = new Float64Array(1024);
  #bornKind = new Uint8Array(1024);
  #bornThread = new Int32Array(1024);
  #freed = new Float64Array(1024);
  #freedKind = new Uint8Array(1024);
  #freedThread = new Int32Array(1024);

  /** Number of lives; they are 0 to one less. */
  get length(): number {
    return this.#length;
  }

  /** The latest life of `id`, or -1 if it was never heard of. */
  find(id: number): Life {
    return this.#rows.get(id);
  }

  /** A new life of `id` begins, in place of one before. */
  bear(id: number, { asked, sizeClass, alignment }: Request, call: number, kind: CallKind, thread: number): Life {
    let life = this.#rows.get(id);
    if (life === -1) {
      life = this.#length++;
      if (life === this.#id.length) this.#grow();
      this.#rows.set(id, life);
      this.#id[life] = id;
    }
    this.#asked[life] = asked;
    this.#sizeClass[life] = sizeClass;
    this.#alignment[life] = alignment;
    this.#born[life] = call;
    this.#bornKind[life] = kind;
    this.#bornThread[life] = thread;
    this.#freed[life] = NO_CALL;
    return life;
  }

  end(life: Life, call: number, kind: CallKind, thread: number): void {
    this.#freed[life] = call;
    this.#freedKind[life] = kind;
    this.#freedThread[life] = thread;
  }

  id(life: Life): number {
    return this.#id[life]!;
  }

  asked(life: Life): number {
    return this.#asked[life]!;
  }

  sizeClass(life: Life): number {
    return this.#sizeClass[life]!;
  }

  /** In bytes; 0: none was asked for. */
  alignment(life: Life): number {
    return this.#alignment[life]!;
  }

  born(life: Life): number {
    return this.#born[life]!;
  }

  bornKind(life: Life): CallKind {
    return this.#bornKind[life] as CallKind;
  }

  bornThread(life: Life): number {
    return this.#bornThread[life]!;
  }

  /** The call that freed it; {@link NO_CALL} while it lives. */
  freed(life: Life): number {
    return this.#freed[life]!;
  }

  freedKind(life: Life): CallKind {
    return this.#freedKind[life] as CallKind;
  }

  freedThread(life: Life): number {
    return this.#freedThread[life]!;
  }

  #grow(): void {
    this.#id = doubled(this.#id);
    this.#asked = doubled(this.#asked);
    this.#sizeClass = doubled(this.#sizeClass);
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
