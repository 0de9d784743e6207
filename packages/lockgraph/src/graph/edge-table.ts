/**
 * A set of directed edges between integers. An edge is a row of four numbers: its ends, and two links for lists that the owner of
 * the table keeps. The ids of edges are the offsets of their rows, so that a walk along a list does no arithmetic.
 * Cost: `find`, `add` and `remove` are a probe of an open-addressed table. Memory: 16 bytes an edge, and 8 to 16 of table.
 */
export type EdgeId = number;

/** Row 0 is never an edge, so that a fresh column of ids, which is zero, holds none. */
export const NO_EDGE: EdgeId = 0;

/** Columns of a row. */
export const FROM = 0;
export const TO = 1;
export const NEXT_OUT = 2;
export const NEXT_IN = 3;
/** Distance of one row from the next; also the first edge. */
export const ROW = 4;

export class EdgeTable {
  /**
   * The rows. Replaced by a longer column when an edge is added to a full one. A row that is no edge has equal ends: it was removed.
   */
  rows = new Int32Array(16 * ROW);
  #size = 0;
  /** Where the rows end that were ever used. */
  #end = ROW;
  /** Free rows, linked through {@link NEXT_OUT}. */
  #free = NO_EDGE;
  /** Edges, hashed by their ends; power-of-two size, twice as many slots as rows. */
  #slots = new Int32Array(32);

  get size(): number {
    return this.#size;
  }

  /** Where the rows end: edges lie from {@link ROW} up to here, among removed ones. */
  get end(): number {
    return this.#end;
  }

  /** The edge between two nodes, or NO_EDGE. */
  find(from: number, to: number): EdgeId {
    const { rows } = this;
    const slots = this.#slots;
    const mask = slots.length - 1;
    let slot = hash(from, to) & mask;
    for (;;) {
      const edge = slots[slot]!;
      if (edge === NO_EDGE || (rows[edge + FROM] === from && rows[edge + TO] === to)) return edge;
      slot = (slot + 1) & mask;
    }
  }

  /**
   * A new edge, in no list; NO_EDGE if it was there already.
   * @param to different from `from`: equal ends mark what is no edge
   */
  add(from: number, to: number): EdgeId {
    const mask = this.#slots.length - 1;
    let slot = hash(from, to) & mask;
    for (;;) {
      const edge = this.#slots[slot]!;
      if (edge === NO_EDGE) break;
      if (this.rows[edge + FROM] === from && this.rows[edge + TO] === to) return NO_EDGE;
      slot = (slot + 1) & mask;
    }
    if (this.#free === NO_EDGE && this.#end === this.rows.length) {
      this.#grow();
      slot = this.#emptySlot(from, to);
    }
    const edge = this.#row();
    this.rows[edge + FROM] = from;
    this.rows[edge + TO] = to;
    this.#slots[slot] = edge;
    this.#size++;
    return edge;
  }

  /** Removes an edge that is in no list. */
  discard(edge: EdgeId): void {
    this.remove(edge, this.rows[edge + FROM]!);
    this.free(edge);
  }

  /** Removes an edge. Its row stays as it is in the lists that hold it, with `end` for both ends, until {@link free} or {@link reclaim}. */
  remove(edge: EdgeId, end: number): void {
    const slots = this.#slots;
    const mask = slots.length - 1;
    let hole = this.#home(edge);
    while (slots[hole] !== edge) hole = (hole + 1) & mask;
    // Shift back what stands behind, unless it would come to stand before its home.
    for (let slot = (hole + 1) & mask; slots[slot] !== NO_EDGE; slot = (slot + 1) & mask) {
      const displaced = (slot - this.#home(slots[slot]!)) & mask;
      if (displaced >= ((slot - hole) & mask)) {
        slots[hole] = slots[slot]!;
        hole = slot;
      }
    }
    slots[hole] = NO_EDGE;
    this.rows[edge + FROM] = end;
    this.rows[edge + TO] = end;
    this.#size--;
  }

  /** The row of a removed edge, which no list holds any more, may be used again. */
  free(edge: EdgeId): void {
    this.rows[edge + NEXT_OUT] = this.#free;
    this.#free = edge;
  }

  /** Frees the rows of all removed edges. No list may hold one. O(rows). */
  reclaim(): void {
    this.#free = NO_EDGE;
    for (let edge = ROW; edge < this.#end; edge += ROW) if (this.rows[edge + FROM] === this.rows[edge + TO]) this.free(edge);
  }

  #row(): EdgeId {
    const edge = this.#free;
    if (edge !== NO_EDGE) {
      this.#free = this.rows[edge + NEXT_OUT]!;
      return edge;
    }
    this.#end += ROW;
    return this.#end - ROW;
  }

  #grow(): void {
    const rows = new Int32Array(this.rows.length * 2);
    rows.set(this.rows);
    this.rows = rows;
    this.#slots = new Int32Array(this.#slots.length * 2);
    for (let edge = ROW; edge < this.#end; edge += ROW) {
      const from = rows[edge + FROM]!;
      const to = rows[edge + TO]!;
      if (from !== to) this.#slots[this.#emptySlot(from, to)] = edge;
    }
  }

  #emptySlot(from: number, to: number): number {
    const mask = this.#slots.length - 1;
    let slot = hash(from, to) & mask;
    while (this.#slots[slot] !== NO_EDGE) slot = (slot + 1) & mask;
    return slot;
  }

  #home(edge: EdgeId): number {
    return hash(this.rows[edge + FROM]!, this.rows[edge + TO]!) & (this.#slots.length - 1);
  }
}

function hash(from: number, to: number): number {
  let h = Math.imul(from, 0x9e3779b1) + to;
  h = Math.imul(h ^ (h >>> 15), 0x85ebca6b);
  return h ^ (h >>> 13);
}
