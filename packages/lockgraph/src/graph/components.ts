/**
 * Strongly connected components: which nodes lie on a common cycle (Tarjan 1972, with stacks of its own instead of recursion: a
 * path of a million nodes is no deeper than any other).
 * Cost: O(nodes + edges). Memory: 24 bytes a node while it runs, 4 of them the answer.
 */
import type { Adjacency } from './adjacency.js';

export interface Components {
  /** How many there are; their numbers are 0 up to, not including, this. */
  readonly count: number;
  /** By node, the number of its component. Against the topological order: no edge leads to a component with a higher number. */
  readonly of: Int32Array;
}

const OPEN = -1;

export function stronglyConnectedComponents({ first, target }: Adjacency): Components {
  const nodes = first.length - 1;
  const of = new Int32Array(nodes).fill(OPEN);
  /** When a node was found, from 1; 0: it was not yet. */
  const index = new Int32Array(nodes);
  const lowlink = new Int32Array(nodes);
  /** By node on the path, its next edge to follow. */
  const next = first.slice(0, nodes);
  /** Nodes whose component is not known yet, as found. */
  const stack = new Int32Array(nodes);
  /** The nodes from the root of the search to where it stands. */
  const path = new Int32Array(nodes);
  let count = 0;
  let found = 0;
  let stacked = 0;

  for (let root = 0; root < nodes; root++) {
    if (index[root] !== 0) continue;
    let depth = 0;
    path[0] = root;
    while (depth >= 0) {
      const node = path[depth]!;
      if (index[node] === 0) {
        index[node] = lowlink[node] = ++found;
        stack[stacked++] = node;
      }
      if (next[node]! < first[node + 1]!) {
        const successor = target[next[node]!++]!;
        if (index[successor] === 0) path[++depth] = successor;
        else if (of[successor] === OPEN && index[successor]! < lowlink[node]!) lowlink[node] = index[successor]!;
        continue;
      }
      if (lowlink[node] === index[node]) {
        let member: number;
        do {
          member = stack[--stacked]!;
          of[member] = count;
        } while (member !== node);
        count++;
      }
      depth--;
      if (depth >= 0 && lowlink[node]! < lowlink[path[depth]!]!) lowlink[path[depth]!] = lowlink[node]!;
    }
  }
  return { count, of };
}
