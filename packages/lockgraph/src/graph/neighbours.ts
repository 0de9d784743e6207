/** The nodes that edges lead from and to. Cost: O(edges of the node's component). A node may come more than once. */
import { FROM, NO_EDGE, TO } from './edge-table.js';
import type { EdgeRings } from './edge-rings.js';
import type { Condensation } from './condensation.js';
import { IdList } from './id-list.js';

export interface Neighbours {
  /** An edge leads from each of them to the node. */
  readonly before: IdList;
  /** An edge leads from the node to each of them. */
  readonly after: IdList;
}

export function neighboursOf(graph: Condensation, node: number): Neighbours {
  const before = new IdList();
  const after = new IdList();
  const component = graph.components.find(node);
  for (const rings of [graph.inner, graph.out, graph.into]) addNeighbours(graph, rings, component, node, before, after);
  return { before, after };
}

function addNeighbours(graph: Condensation, rings: EdgeRings, component: number, node: number, before: IdList, after: IdList): void {
  const { rows } = graph.edges;
  const last = rings.last[component]!;
  if (last === NO_EDGE) return;
  let edge = last;
  do {
    edge = rows[edge + rings.link]!;
    const from = rows[edge + FROM]!;
    const to = rows[edge + TO]!;
    // An abandoned edge is a loop.
    if (from === to) continue;
    if (from === node) after.push(to);
    if (to === node) before.push(from);
  } while (edge !== last);
}
