import fc from 'fast-check';
import { expect, test } from 'vitest';
import { EdgeOutcome, OrderGraph } from '../../../packages/lockgraph/src/graph/order-graph.js';
import { NaiveGraph, partition } from './naive-graph.js';

/** What is done to a graph. `a` and `b` choose among the nodes that there are. */
interface Step {
  readonly what: 'node' | 'edge' | 'bypass' | 'removal';
  readonly a: number;
  readonly b: number;
}

/** Does a step to a graph and to its naive twin. They say the same of it. */
function expectSameStep(graph: OrderGraph, naive: NaiveGraph, { what, a, b }: Step): void {
  const nodes = [...naive.nodes];
  const [from, to] = [nodes[a % nodes.length], nodes[b % nodes.length]];
  if (what === 'node') {
    const node = graph.addNode();
    expect(nodes).not.toContain(node);
    naive.nodes.add(node);
  } else if (from === undefined || to === undefined) {
    // There are no nodes yet.
  } else if (what === 'bypass') {
    expect(graph.bypass(from, Infinity)).toBe(true);
    naive.bypass(from);
  } else if (what === 'removal') {
    graph.removeNode(from);
    naive.removeNode(from);
  } else if (from !== to) {
    expect(graph.hasEdge(from, to)).toBe(naive.hasEdge(from, to));
    expect(graph.addEdge(from, to)).toBe(EdgeOutcome[naive.addEdge(from, to)]);
    expect(graph.hasEdge(from, to)).toBe(true);
  }
}

/** They have the same nodes on common cycles, and as many nodes and edges. */
function expectSame(graph: OrderGraph, naive: NaiveGraph): void {
  const nodes = [...naive.nodes];
  const components = naive.components();
  expect(partition(nodes, (a, b) => graph.component(a) === graph.component(b))).toBe(components);
  expect(partition(nodes, (a, b) => graph.onCommonCycle(a, b))).toBe(components);
  expect([graph.nodes, graph.edges]).toEqual([naive.nodes.size, naive.edges.size]);
}

/** First some nodes, then steps of which every tenth is another one, every tenth a bypass, and `removals` of ten a removal. */
function steps(nodes: number, removals: number): fc.Arbitrary<readonly Step[]> {
  const what = fc.oneof(
    { arbitrary: fc.constant('edge' as const), weight: 8 - removals },
    { arbitrary: fc.constant('bypass' as const), weight: 1 },
    { arbitrary: fc.constant('node' as const), weight: 1 },
    { arbitrary: fc.constant('removal' as const), weight: removals },
  );
  const step = fc.record({ what, a: fc.nat(999), b: fc.nat(999) });
  return fc
    .array(step, { maxLength: 60, size: 'max' })
    .map((list) => [...Array.from({ length: nodes }, (): Step => ({ what: 'node', a: 0, b: 0 })), ...list]);
}

test.each([
  { nodes: 4, removals: 2, rate: 'often' },
  { nodes: 10, removals: 0, rate: 'never' },
  { nodes: 10, removals: 1, rate: 'now and then' },
  { nodes: 24, removals: 1, rate: 'now and then' },
])('after any steps it agrees with a set of edges, and with itself: $nodes nodes first, removals $rate', ({ nodes, removals }) => {
  fc.assert(
    fc.property(steps(nodes, removals), (list) => {
      const graph = new OrderGraph();
      const naive = new NaiveGraph();
      for (const step of list) {
        expectSameStep(graph, naive, step);
        graph.checkInvariants();
        if (step.what !== 'node') expectSame(graph, naive);
      }
    }),
    { numRuns: 100 },
  );
});

test('edges that follow one order never close a cycle, however the nodes are numbered', () => {
  const labels = fc.shuffledSubarray([...Array(25).keys()], { minLength: 25 });
  fc.assert(
    fc.property(labels, fc.array(fc.tuple(fc.nat(24), fc.nat(24)), { maxLength: 150, size: 'max' }), (label, pairs) => {
      const graph = new OrderGraph();
      for (let id = 0; id < label.length; id++) graph.addNode();
      for (const [a, b] of pairs) {
        if (a === b) continue;
        expect(graph.addEdge(label[Math.min(a, b)]!, label[Math.max(a, b)]!)).not.toBe(EdgeOutcome.cyclic);
        graph.checkInvariants();
      }
    }),
  );
});

test('without a node that was bypassed, the others reach each other as before', () => {
  fc.assert(
    fc.property(steps(12, 0), fc.nat(11), (list, node) => {
      const graph = new OrderGraph();
      const naive = new NaiveGraph();
      for (const step of list) expectSameStep(graph, naive, step);
      const others = [...naive.nodes].filter((other) => other !== node);
      const before = partition(others, (a, b) => graph.component(a) === graph.component(b));
      const edges = graph.edges;
      if (!graph.bypass(node, 4)) {
        expect(graph.edges).toBe(edges);
        graph.bypass(node, Infinity);
      }
      graph.removeNode(node);
      expect(partition(others, (a, b) => graph.component(a) === graph.component(b))).toBe(before);
    }),
    { numRuns: 200 },
  );
});
