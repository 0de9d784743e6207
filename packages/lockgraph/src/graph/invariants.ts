/** What must be true of a condensation whenever nothing is being done to it. For tests. O(nodes + edges). */
import { adjacency } from './adjacency.js';
import { NONE } from './columns.js';
import { stronglyConnectedComponents } from './components.js';
import { ABSENT } from './condensation.js';
import type { Condensation } from './condensation.js';
import type { EdgeRings } from './edge-rings.js';
import { FROM, NO_EDGE, ROW, TO } from './edge-table.js';
import type { EdgeId } from './edge-table.js';

/** @throws Error that says what is wrong first, if anything is */
export function checkCondensation(graph: Condensation): void {
  const nodes: number[] = [];
  for (const [id, mark] of graph.mark.entries()) {
    if (mark === 0) nodes.push(id);
    else if (mark !== ABSENT) throw new Error(`node ${id} is marked ${mark} although no search is under way`);
  }
  checkEdges(graph);
  checkRings(graph, nodes);
  checkComponents(graph, nodes);
  checkOrder(graph, nodes);
}

function* edgesOf({ edges }: Condensation): Generator<EdgeId> {
  for (let edge = ROW; edge < edges.end; edge += ROW) if (edges.rows[edge + FROM] !== edges.rows[edge + TO]) yield edge;
}

function checkEdges(graph: Condensation): void {
  const { edges, mark } = graph;
  let count = 0;
  for (const edge of edgesOf(graph)) {
    const from = edges.rows[edge + FROM]!;
    const to = edges.rows[edge + TO]!;
    if (mark[from] !== 0 || mark[to] !== 0) throw new Error(`edge ${from} → ${to} has an end that is not a node`);
    if (edges.find(from, to) !== edge) throw new Error(`edge ${from} → ${to} is not where its hash says`);
    count++;
  }
  if (count !== edges.size) throw new Error(`there are ${count} edges, and their number says ${edges.size}`);
}

function checkRings(graph: Condensation, nodes: readonly number[]): void {
  const { components, edges, inner, into, out } = graph;
  const { rows } = edges;
  const leaving = edgesIn(graph, [out, inner], nodes);
  const entering = edgesIn(graph, [into], nodes);
  let stale = 0;
  for (const [edge, component] of [...leaving, ...entering]) {
    if (rows[edge + FROM] === rows[edge + TO]) stale++;
    const end = entering.get(edge) === component ? TO : FROM;
    const owner = components.find(rows[edge + end]!);
    if (owner !== component) throw new Error(`an edge of component ${owner} is in a ring of ${component}`);
  }
  if (stale !== graph.stale) throw new Error(`${stale} abandoned edges are in rings, and their number says ${graph.stale}`);
  for (const edge of edgesOf(graph)) {
    const from = rows[edge + FROM]!;
    const to = rows[edge + TO]!;
    if (!leaving.has(edge)) throw new Error(`edge ${from} → ${to} is in no ring of the component that it leaves`);
    if (components.find(from) !== components.find(to) && !entering.has(edge)) {
      throw new Error(`edge ${from} → ${to} is in no ring of the component that it enters`);
    }
  }
}

/** The edges in some rings, each with the node that it is listed under. */
function edgesIn({ edges }: Condensation, rings: readonly EdgeRings[], nodes: readonly number[]): Map<EdgeId, number> {
  const found = new Map<EdgeId, number>();
  for (const ring of rings) {
    for (const node of nodes) {
      const last = ring.last[node]!;
      for (let edge = last; edge !== NO_EDGE; ) {
        edge = edges.rows[edge + ring.link]!;
        if (found.has(edge)) throw new Error(`edge ${edge} is listed under ${found.get(edge)} and again under ${node}`);
        found.set(edge, node);
        if (edge === last) break;
      }
    }
  }
  return found;
}

function checkComponents(graph: Condensation, nodes: readonly number[]): void {
  const { components, edges, mark } = graph;
  const ends: number[] = [];
  for (const edge of edgesOf(graph)) ends.push(edges.rows[edge + FROM]!, edges.rows[edge + TO]!);
  const { of } = stronglyConnectedComponents(adjacency(mark.length, ends));
  const byNumber = new Map<number, number>();
  const sizes = new Map<number, number>();
  for (const node of nodes) {
    const component = components.find(node);
    sizes.set(component, (sizes.get(component) ?? 0) + 1);
    const other = byNumber.get(of[node]!) ?? component;
    if (other !== component) throw new Error(`node ${node} lies on a cycle with component ${other}, and belongs to ${component}`);
    byNumber.set(of[node]!, component);
  }
  if (byNumber.size !== sizes.size) throw new Error(`${sizes.size} components should be ${byNumber.size}: one is not strongly connected`);
  for (const [component, size] of sizes) {
    if (components.size(component) !== size) throw new Error(`component ${component} has ${size} nodes, and says ${components.size(component)}`);
  }
}

function checkOrder(graph: Condensation, nodes: readonly number[]): void {
  const { components, edges, order } = graph;
  const representatives = new Set(nodes.map((node) => components.find(node)));
  let before = NONE;
  let count = 0;
  for (let id = order.first; id !== NONE; id = order.next(id)) {
    if (!representatives.has(id)) throw new Error(`${id} is in the order, and is no component`);
    if (before !== NONE && order.label[before]! >= order.label[id]!) throw new Error(`${before} comes before ${id}, and its label does not`);
    before = id;
    count++;
  }
  if (count !== representatives.size) throw new Error(`${count} of ${representatives.size} components are in the order`);
  for (const edge of edgesOf(graph)) {
    const from = components.find(edges.rows[edge + FROM]!);
    const to = components.find(edges.rows[edge + TO]!);
    if (from !== to && order.label[from]! >= order.label[to]!) throw new Error(`an edge leads from component ${from} back to ${to}`);
  }
}
