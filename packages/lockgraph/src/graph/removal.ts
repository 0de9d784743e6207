/** The removal of a node, with all its edges. A component that it was part of falls into those that are left of it. */
import { adjacency } from './adjacency.js';
import { NONE } from './columns.js';
import { stronglyConnectedComponents } from './components.js';
import { ABSENT } from './condensation.js';
import type { Condensation } from './condensation.js';
import type { EdgeRings } from './edge-rings.js';
import { FROM, TO } from './edge-table.js';
import type { EdgeId } from './edge-table.js';
import { IdList } from './id-list.js';

/**
 * Cost, on average over all removals: of a node that is a component, its edges; of another one, the nodes and edges of its component, for which it
 * allocates.
 */
export function removeNode(graph: Condensation, node: number): void {
  const component = graph.components.find(node);
  if (graph.components.size(component) > 1) {
    removeMember(graph, component, node);
  } else {
    for (const edge of edgesOf(graph, graph.out, node)) graph.abandon(edge, graph.edges.rows[edge + TO]!);
    for (const edge of edgesOf(graph, graph.into, node)) graph.abandon(edge, graph.edges.rows[edge + FROM]!);
    graph.order.remove(node);
  }
  graph.mark[node] = ABSENT;
  graph.tidy();
}

/** Takes a node out of a component of several. What is left takes the place of the whole in the order. */
function removeMember(graph: Condensation, component: number, node: number): void {
  const { components, edges, order } = graph;
  const { rows } = edges;
  const outgoing = [...edgesOf(graph, graph.out, component), ...edgesOf(graph, graph.inner, component)];
  const incoming = edgesOf(graph, graph.into, component).filter((edge) => components.find(rows[edge + FROM]!) !== component);
  const inner = outgoing.filter((edge) => components.find(rows[edge + TO]!) === component);
  const outer = outgoing.filter((edge) => components.find(rows[edge + TO]!) !== component);

  // From each node of the component, some edge leads to another one of it.
  const members = [...new Set(inner.map((edge) => rows[edge + FROM]!))].filter((member) => member !== node);
  const inside = inner.filter((edge) => rows[edge + FROM] !== node && rows[edge + TO] !== node);
  const parts = partsOf(graph, members, inside);

  const after = order.next(component);
  order.remove(component);
  order.insert(parts, after);

  for (const edge of inner) {
    if (rows[edge + FROM] !== node && rows[edge + TO] !== node) {
      graph.list(edge);
    } else {
      edges.remove(edge, node);
      edges.free(edge);
    }
  }
  for (const edge of outer) {
    if (rows[edge + FROM] === node) graph.abandon(edge, rows[edge + TO]!);
    else graph.out.push(components.find(rows[edge + FROM]!), edge);
  }
  for (const edge of incoming) {
    if (rows[edge + TO] === node) graph.abandon(edge, rows[edge + FROM]!);
    else graph.into.push(components.find(rows[edge + TO]!), edge);
  }
}

/** Makes components of nodes, by the edges among them. Returns them in a topological order. */
function partsOf(graph: Condensation, members: readonly number[], edges: readonly EdgeId[]): IdList {
  const { rows } = graph.edges;
  const index = new Map(members.map((member, i) => [member, i]));
  const ends = edges.flatMap((edge) => [index.get(rows[edge + FROM]!)!, index.get(rows[edge + TO]!)!]);
  const { count, of } = stronglyConnectedComponents(adjacency(members.length, ends));
  const roots = new Int32Array(count).fill(NONE);
  for (const member of members) graph.components.add(member);
  for (const [i, member] of members.entries()) {
    const root = roots[of[i]!]!;
    roots[of[i]!] = root === NONE ? member : graph.components.union(root, member);
  }
  const parts = new IdList();
  for (const root of roots.reverse()) parts.push(root);
  return parts;
}

/** Empties the ring of a component. Returns its edges; those that were abandoned, it frees. */
function edgesOf(graph: Condensation, rings: EdgeRings, component: number): EdgeId[] {
  const { rows } = graph.edges;
  const edges: EdgeId[] = [];
  for (const edge of rings.edges(component)) {
    if (rows[edge + FROM] === rows[edge + TO]) graph.free(edge);
    else edges.push(edge);
  }
  rings.empty(component);
  return edges;
}
