import { expect, test } from 'vitest';
import { EdgeOutcome, OrderGraph } from '../../../packages/lockgraph/src/graph/order-graph.js';

function graphWith(nodes: number): OrderGraph {
  const graph = new OrderGraph();
  for (let id = 0; id < nodes; id++) graph.addNode();
  return graph;
}

/** The same numbers every time, from 0 up to, not including, `limit`. */
function numbers(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
}

test('a path of a million nodes may be closed to one component', () => {
  const length = 1_000_000;
  const graph = graphWith(length);
  for (let id = 1; id < length; id++) expectOutcome(graph, id - 1, id, EdgeOutcome.ordered);
  expectOutcome(graph, length - 1, 0, EdgeOutcome.cyclic);
  expect(graph.onCommonCycle(0, length / 2)).toBe(true);
});

test('a ring of a hundred thousand nodes may be opened again', () => {
  const length = 100_000;
  const graph = graphWith(length);
  for (let id = 0; id < length; id++) graph.addEdge(id, (id + 1) % length);
  expect(graph.onCommonCycle(1, length - 1)).toBe(true);
  graph.removeNode(0);
  expect(graph.onCommonCycle(1, length - 1)).toBe(false);
  expect([graph.nodes, graph.edges]).toEqual([length - 1, length - 2]);
  graph.checkInvariants();
});

test('a path built from its end stays in order', () => {
  const length = 20_000;
  const graph = graphWith(length);
  for (let id = 1; id < length; id++) expectOutcome(graph, id, id - 1, EdgeOutcome.ordered);
  graph.checkInvariants();
});

test('a component that grows by one node at a time absorbs each', () => {
  const length = 20_000;
  const graph = graphWith(length);
  for (let id = 1; id < length; id++) {
    expectOutcome(graph, 0, id, EdgeOutcome.ordered);
    expectOutcome(graph, id, 0, EdgeOutcome.cyclic);
  }
  expect(graph.component(0)).toBe(graph.component(length - 1));
  graph.checkInvariants();
});

test('pairs become fours, eights, and one component', () => {
  const length = 1 << 12;
  const graph = graphWith(length);
  for (let size = 1; size < length; size *= 2) {
    for (let id = 0; id + size < length; id += 2 * size) {
      graph.addEdge(id + size, id);
      expectOutcome(graph, id, id + size, EdgeOutcome.cyclic);
    }
    graph.checkInvariants();
  }
  expect(graph.component(0)).toBe(graph.component(length - 1));
});

test('a dense component loses its nodes one after another', () => {
  const size = 40;
  const graph = graphWith(size);
  for (let from = 0; from < size; from++) {
    for (let to = 0; to < size; to++) if (from !== to) graph.addEdge(from, to);
  }
  for (let id = 0; id < size; id++) {
    expect(graph.edges).toBe((size - id) * (size - id - 1));
    expect(graph.onCommonCycle(id, size - 1)).toBe(id !== size - 1);
    graph.removeNode(id);
    graph.checkInvariants();
  }
  expect([graph.nodes, graph.edges]).toEqual([0, 0]);
});

test('nodes that come and go beside one that stays take no more room than there are at once', () => {
  const graph = graphWith(1);
  const living: number[] = [];
  for (let round = 0; round < 20_000; round++) {
    const node = graph.addNode();
    expect(node).toBeLessThanOrEqual(101);
    expectOutcome(graph, 0, node, EdgeOutcome.ordered);
    living.push(node);
    if (living.length > 100) graph.removeNode(living.shift()!);
    if (round % 1000 === 0) graph.checkInvariants();
  }
  expect([graph.nodes, graph.edges]).toEqual([101, 100]);
});

test('random edges that make one great component, whose nodes are then removed at random, leave a graph in order', () => {
  const next = numbers(4711);
  const graph = graphWith(1000);
  for (let i = 0; i < 3000; i++) {
    const [from, to] = [next(1000), next(1000)];
    if (from !== to) graph.addEdge(from, to);
    if (i % 500 === 0) graph.checkInvariants();
  }
  const removed = new Set<number>();
  while (removed.size < 500) {
    const node = next(1000);
    if (removed.has(node)) continue;
    removed.add(node);
    graph.removeNode(node);
    if (removed.size % 100 === 0) graph.checkInvariants();
  }
  expect(graph.nodes).toBe(500);
});

/** Without the cost of an assertion where it holds. */
function expectOutcome(graph: OrderGraph, from: number, to: number, outcome: EdgeOutcome): void {
  const got = graph.addEdge(from, to);
  if (got !== outcome) expect({ from, to, outcome: got }).toEqual({ from, to, outcome });
}
