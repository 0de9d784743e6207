/** In a column of nodes: there is none. */
export const NONE = -1;

/** A copy with twice the room; new entries are 0. Columns grow by doubling, so that an entry costs O(1) on average. */
export function doubled(column: Int32Array): Int32Array<ArrayBuffer> {
  const longer = new Int32Array(column.length * 2);
  longer.set(column);
  return longer;
}
