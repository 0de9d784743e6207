/** The removal of a node, with all its edges. A component that it was part of falls into those that are left of it. */
import { adjacency } from './adjacency.js';
import { NONE } from './columns.js';
import { stronglyConnectedComponents } from './components.js';
import { ABSENT } from './condensation.js';
import type { Condensation } from './condensation.js';
import type { EdgeRings } from './edge-rings.js';
import { FROM, NO_EDGE, TO } from './edge-table.js';
import type { EdgeId } from './edge-table.js';
import { IdList } from './id-list.js';

/**
 * Cost, on average over all removals: of a node that is a component, its edges; of another one, the nodes and edges of its component.
 * It allocates lists of these.
 */
export function removeNode(graph: Condensation, node: number): void {
  const { components, edges, mark, order } = graph;
  const component = components.find(node);
  if (components.size(component) > 1) {
    removeMember(graph, component, node);
  } else {
    for (const edge of takeEdges(graph, graph.out, node)) graph.abandon(edge, edges.rows[edge + TO]!);
    for (const edge of takeEdges(graph, graph.into, node)) graph.abandon(edge, edges.rows[edge + FROM]!);
    order.remove(node);
  }
  mark[node] = ABSENT;
  graph.tidy();
}

/** Takes a node out of a component of several. What is left takes the place of the whole in the order. */
function removeMember(graph: Condensation, component: number, node: number): void {
  const { components, edges, order } = graph;
  const { rows } = edges;
  const inner = takeEdges(graph, graph.inner, component);
  const outer: EdgeId[] = [];
  for (const edge of takeEdges(graph, graph.out, component)) {
    (components.find(rows[edge + TO]!) === component ? inner : outer).push(edge);
  }
  const incoming = takeEdges(graph, graph.into, component).filter((edge) => components.find(rows[edge + FROM]!) !== component);

  const parts = split(graph, inner, node);
  const after = order.next(component);
  order.remove(component);
  order.insert(parts, after);

  for (const edge of inner) {
    if (rows[edge + FROM] === node || rows[edge + TO] === node) edges.discard(edge);
    else graph.list(edge);
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

/**
 * Makes components of the nodes of one, without `node`.
 * @param inner the edges within it: from each of its nodes, one leads to another of them
 * @returns them in a topological order
 */
function split(graph: Condensation, inner: readonly EdgeId[], node: number): IdList {
  const { components, edges } = graph;
  const { rows } = edges;
  const members = new IdList();
  const index = new Map<number, number>();
  for (const edge of inner) {
    const from = rows[edge + FROM]!;
    if (from === node || index.has(from)) continue;
    index.set(from, members.length);
    members.push(from);
    components.add(from);
  }
  const ends = new IdList();
  for (const edge of inner) {
    if (rows[edge + FROM] === node || rows[edge + TO] === node) continue;
    ends.push(index.get(rows[edge + FROM]!)!);
    ends.push(index.get(rows[edge + TO]!)!);
  }
  const { count, of } = stronglyConnectedComponents(adjacency(members.length, ends.ids.subarray(0, ends.length)));

  const parts = new Int32Array(count).fill(NONE);
  for (const [i, number] of of.entries()) {
    const part = parts[number]!;
    parts[number] = part === NONE ? members.ids[i]! : components.union(part, members.ids[i]!);
  }
  const ordered = new IdList();
  for (let number = count - 1; number >= 0; number--) ordered.push(parts[number]!);
  return ordered;
}

/** Empties the ring of a component. Returns its edges; those that were abandoned, it frees. */
function takeEdges(graph: Condensation, rings: EdgeRings, component: number): EdgeId[] {
  const { rows } = graph.edges;
  const taken: EdgeId[] = [];
  let edge = rings.take(component);
  while (edge !== NO_EDGE) {
    const next = rows[edge + rings.link]!;
    if (rows[edge + FROM] === rows[edge + TO]) graph.free(edge);
    else taken.push(edge);
    edge = next;
  }
  return taken;
}
