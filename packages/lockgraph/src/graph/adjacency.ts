/** The successors of every node, packed: those of `node` are `target[first[node]]` up to, not including, `target[first[node + 1]]`. */
export interface Adjacency {
  /** One entry a node, and the number of edges as the last. */
  readonly first: Int32Array;
  readonly target: Int32Array;
}

/**
 * Packs edges. O(nodes + edges), by counting; the successors of a node come in the order of the edges.
 * @param nodes how many: their ids are 0 up to, not including, `nodes`
 * @param ends of each edge the node that it leaves, then the node that it enters
 */
export function adjacency(nodes: number, ends: ArrayLike<number>): Adjacency {
  const first = new Int32Array(nodes + 1);
  const target = new Int32Array(ends.length / 2);
  for (let i = 0; i < ends.length; i += 2) first[ends[i]! + 1]!++;
  for (let node = 0; node < nodes; node++) first[node + 1]! += first[node]!;
  const next = first.slice();
  for (let i = 0; i < ends.length; i += 2) target[next[ends[i]!]!++] = ends[i + 1]!;
  return { first, target };
}
