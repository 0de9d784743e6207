/** Columns by id that grow by doubling, so that a new id costs O(1) on average and a row no allocation. */

/** In a column of ids: there is none. */
export const NONE = -1;

/** A copy with room for `index`; new entries are {@link NONE}. */
export function grownIds(column: Int32Array, index: number): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(roomFor(column.length, index)).fill(NONE);
  larger.set(column);
  return larger;
}

/** A copy with room for `index`; new entries are 0. */
export function grownBytes(column: Uint8Array, index: number): Uint8Array<ArrayBuffer> {
  const larger = new Uint8Array(roomFor(column.length, index));
  larger.set(column);
  return larger;
}

/** A copy with room for `index`; new entries are 0. */
export function grownCounts(column: Int32Array, index: number): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(roomFor(column.length, index));
  larger.set(column);
  return larger;
}

/** A copy with room for `index`; new entries are 0. */
export function grownWords(column: Uint32Array, index: number): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(roomFor(column.length, index));
  larger.set(column);
  return larger;
}

/** A copy with room for `index`; new entries are 0. Event numbers may pass 2^31, hence doubles. */
export function grownEvents(column: Float64Array, index: number): Float64Array<ArrayBuffer> {
  const larger = new Float64Array(roomFor(column.length, index));
  larger.set(column);
  return larger;
}

function roomFor(length: number, index: number): number {
  let room = Math.max(length, 16);
  while (room <= index) room *= 2;
  return room;
}
