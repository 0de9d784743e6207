/** The removal of a node, with all its edges. A component that it was part of falls into those that are left of it. */
import { adjacency } from './adjacency.js';
import { NONE } from './columns.js';
import { stronglyConnectedComponents } from './components.js';
import { ABSENT } from './condensation.js';
import type { Condensation } from './condensation.js';
import type { EdgeRings } from './edge-rings.js';
import { FROM, NO_EDGE, TO } from './edge-table.js';
import { IdList } from './id-list.js';

/**
 * Cost, on average over all removals: of a node that is a component, its edges; of another one, the nodes and edges of its component,
 * of which it allocates lists.
 */
export function removeNode(graph: Condensation, node: number): void {
  const component = graph.components.find(node);
  if (graph.components.size(component) > 1) {
    removeMember(graph, component, node);
  } else {
    abandonEdges(graph, graph.out, node, TO);
    abandonEdges(graph, graph.into, node, FROM);
    graph.order.remove(node);
  }
  graph.mark[node] = ABSENT;
  graph.tidy();
}

/** Removes the edges in a ring of a node that is a component. `end` is the column of their other ends. */
function abandonEdges(graph: Condensation, rings: EdgeRings, node: number, end: number): void {
  const { rows } = graph.edges;
  let edge = rings.take(node);
  while (edge !== NO_EDGE) {
    const next = rows[edge + rings.link]!;
    if (rows[edge + FROM] === rows[edge + TO]) graph.free(edge);
    else graph.abandon(edge, rows[edge + end]!);
    edge = next;
  }
}

/** Takes a node out of a component of several. What is left takes the place of the whole in the order. */
function removeMember(graph: Condensation, component: number, node: number): void {
  const { components, edges, order } = graph;
  const { rows } = edges;
  const inner = new IdList();
  const outer = new IdList();
  const incoming = new IdList();
  takeEdges(graph, graph.inner, component, inner, inner);
  takeEdges(graph, graph.out, component, inner, outer);
  // `out` and `inner` have the inner edges that `into` has.
  takeEdges(graph, graph.into, component, new IdList(), incoming);

  const parts = split(graph, inner, node);
  const after = order.next(component);
  order.remove(component);
  order.insert(parts, after);

  for (let i = 0; i < inner.length; i++) {
    const edge = inner.ids[i]!;
    if (rows[edge + FROM] === node || rows[edge + TO] === node) edges.discard(edge);
    else graph.list(edge);
  }
  for (let i = 0; i < outer.length; i++) {
    const edge = outer.ids[i]!;
    if (rows[edge + FROM] === node) graph.abandon(edge, rows[edge + TO]!);
    else graph.out.push(components.find(rows[edge + FROM]!), edge);
  }
  for (let i = 0; i < incoming.length; i++) {
    const edge = incoming.ids[i]!;
    if (rows[edge + TO] === node) graph.abandon(edge, rows[edge + FROM]!);
    else graph.into.push(components.find(rows[edge + TO]!), edge);
  }
}

/**
 * Makes components of the nodes of one, without `node`.
 * @param inner the edges within it: from each of its nodes, one leads to another of them
 * @returns them in a topological order
 */
function split(graph: Condensation, inner: IdList, node: number): IdList {
  const { components, edges } = graph;
  const { rows } = edges;
  const members = new IdList();
  const index = new Map<number, number>();
  for (let i = 0; i < inner.length; i++) {
    const edge = inner.ids[i]!;
    const from = rows[edge + FROM]!;
    if (from === node || index.has(from)) continue;
    index.set(from, members.length);
    members.push(from);
    components.add(from);
  }
  const ends = new IdList();
  for (let i = 0; i < inner.length; i++) {
    const edge = inner.ids[i]!;
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

/** Empties a ring of a component into lists of the edges within it and of the others. Frees those that were abandoned. */
function takeEdges(graph: Condensation, rings: EdgeRings, component: number, inner: IdList, others: IdList): void {
  const { components, edges } = graph;
  const { rows } = edges;
  let edge = rings.take(component);
  while (edge !== NO_EDGE) {
    const next = rows[edge + rings.link]!;
    const from = rows[edge + FROM]!;
    const to = rows[edge + TO]!;
    if (from === to) graph.free(edge);
    else if (components.find(from) === components.find(to)) inner.push(edge);
    else others.push(edge);
    edge = next;
  }
}
