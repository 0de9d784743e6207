import { expect, test } from 'vitest';
import { EdgeOutcome, OrderGraph } from '../../../packages/lockgraph/src/graph/order-graph.js';
import { partition } from './naive-graph.js';

/** A graph with nodes from 0 up to the highest in the text, and the edges of its paths: `0 > 1 > 2, 3 > 1`. */
function graphOf(text: string): OrderGraph {
  const graph = new OrderGraph();
  const paths = text.split(', ').map((path) => path.split(' > ').map(Number));
  for (let id = 0; id <= Math.max(...paths.flat()); id++) graph.addNode();
  for (const path of paths) path.slice(1).forEach((to, i) => graph.addEdge(path[i]!, to));
  graph.checkInvariants();
  return graph;
}

/** The components of some nodes, as `0 1 | 2`. */
function componentsOf(graph: OrderGraph, nodes: readonly number[]): string {
  return partition(nodes, (a, b) => graph.component(a) === graph.component(b));
}

test('an edge is new once, and counted once', () => {
  const graph = graphOf('0 > 1');
  expect(graph.addEdge(0, 1)).toBe(EdgeOutcome.known);
  expect(graph.edges).toBe(1);
  expect([graph.hasEdge(0, 1), graph.hasEdge(1, 0), graph.hasEdge(0, 0), graph.hasEdge(7, 8)]).toEqual([true, false, false, false]);
});

test('an edge against the order that closes no cycle is put in order', () => {
  const graph = graphOf('0 > 1, 2 > 3');
  expect(graph.addEdge(3, 0)).toBe(EdgeOutcome.ordered);
  graph.checkInvariants();
  expect(componentsOf(graph, [0, 1, 2, 3])).toBe('0 | 1 | 2 | 3');
});

test('an edge back along a path makes one component of what lies between', () => {
  const graph = graphOf('0 > 1 > 2 > 3 > 4');
  expect(graph.addEdge(3, 1)).toBe(EdgeOutcome.cyclic);
  graph.checkInvariants();
  expect(componentsOf(graph, [0, 1, 2, 3, 4])).toBe('0 | 1 2 3 | 4');
});

test('what only leaves a cycle or only leads to it stays out of it', () => {
  const graph = graphOf('0 > 1 > 2 > 3, 1 > 4, 5 > 2');
  expect(graph.addEdge(3, 0)).toBe(EdgeOutcome.cyclic);
  graph.checkInvariants();
  expect(componentsOf(graph, [0, 1, 2, 3, 4, 5])).toBe('0 1 2 3 | 4 | 5');
});

test('an edge within a component is cyclic although it closes no new component', () => {
  const graph = graphOf('0 > 1 > 2 > 0');
  expect(graph.addEdge(0, 2)).toBe(EdgeOutcome.cyclic);
  expect(graph.addEdge(0, 2)).toBe(EdgeOutcome.known);
  graph.checkInvariants();
});

test('two components become one through edges in both directions', () => {
  const graph = graphOf('0 > 1 > 0, 2 > 3 > 2, 1 > 2');
  expect(componentsOf(graph, [0, 1, 2, 3])).toBe('0 1 | 2 3');
  expect(graph.addEdge(3, 0)).toBe(EdgeOutcome.cyclic);
  graph.checkInvariants();
  expect(graph.onCommonCycle(0, 3)).toBe(true);
});

test('a node is on no common cycle with itself', () => {
  expect(graphOf('0 > 1 > 0').onCommonCycle(0, 0)).toBe(false);
});

test('a component without one of its nodes falls into what still is one', () => {
  const graph = graphOf('0 > 1 > 2 > 0, 2 > 3 > 4 > 2');
  expect(componentsOf(graph, [0, 1, 2, 3, 4])).toBe('0 1 2 3 4');
  graph.addEdge(4, 3);
  graph.removeNode(2);
  graph.checkInvariants();
  expect(componentsOf(graph, [0, 1, 3, 4])).toBe('0 | 1 | 3 4');
  expect([graph.nodes, graph.edges]).toEqual([4, 3]);
});

test('a component that falls apart keeps its place between its neighbours', () => {
  const graph = graphOf('4 > 1 > 2 > 3 > 1, 3 > 0');
  graph.removeNode(2);
  graph.checkInvariants();
  expect(graph.addEdge(0, 4)).toBe(EdgeOutcome.ordered);
  expect(graph.addEdge(1, 0)).toBe(EdgeOutcome.cyclic);
  graph.checkInvariants();
  expect(componentsOf(graph, [0, 1, 3, 4])).toBe('0 1 4 | 3');
});

test('the id of a removed node is used again, without its edges', () => {
  const graph = graphOf('0 > 1 > 2');
  graph.removeNode(1);
  expect(graph.nodes).toBe(2);
  expect(graph.addNode()).toBe(1);
  expect(graph.addNode()).toBe(3);
  expect([graph.hasEdge(0, 1), graph.hasEdge(1, 2)]).toEqual([false, false]);
  expect(graph.addEdge(2, 1)).toBe(EdgeOutcome.ordered);
  expect(graph.addEdge(1, 0)).toBe(EdgeOutcome.ordered);
  graph.checkInvariants();
});

test('what is not a node, and an edge from a node to itself, are refused', () => {
  const graph = graphOf('0 > 1 > 2');
  graph.removeNode(1);
  for (const wrong of [1, 3, -1, 0.5, Number.NaN, 1e9]) {
    const notNode = new RangeError(`${wrong} is not a node; use an id that addNode gave and removeNode has not taken back`);
    expect(() => graph.addEdge(0, wrong)).toThrow(notNode);
    expect(() => graph.addEdge(wrong, 0)).toThrow(notNode);
    expect(() => graph.component(wrong)).toThrow(notNode);
    expect(() => graph.onCommonCycle(0, wrong)).toThrow(notNode);
    expect(() => graph.removeNode(wrong)).toThrow(notNode);
  }
  expect(() => graph.addEdge(2, 2)).toThrow(
    new RangeError('an edge needs two different ends, and both are 2; leave out what leads from a node to itself'),
  );
  expect([graph.nodes, graph.edges]).toEqual([2, 0]);
  graph.checkInvariants();
});
