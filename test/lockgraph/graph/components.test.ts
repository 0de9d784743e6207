import fc from 'fast-check';
import { expect, test } from 'vitest';
import { adjacency } from '../../../packages/lockgraph/src/graph/adjacency.js';
import { stronglyConnectedComponents } from '../../../packages/lockgraph/src/graph/components.js';
import { NaiveGraph, partition } from './naive-graph.js';

test('the successors of a node are packed in the order of its edges', () => {
  const { first, target } = adjacency(4, [2, 3, 0, 1, 2, 0, 2, 3]);
  expect([...first]).toEqual([0, 1, 1, 4, 4]);
  expect([...target]).toEqual([1, 3, 0, 3]);
});

test('a graph without nodes has no components', () => {
  expect(stronglyConnectedComponents(adjacency(0, [])).count).toBe(0);
});

test('components are numbered against the order of their edges', () => {
  // 0 → {1, 2} → 3
  const { count, of } = stronglyConnectedComponents(adjacency(4, [0, 1, 1, 2, 2, 1, 2, 3]));
  expect(count).toBe(3);
  expect([...of]).toEqual([2, 1, 1, 0]);
});

test('of any graph, the components are the nodes that reach each other', () => {
  const graphs = fc
    .integer({ min: 1, max: 12 })
    .chain((nodes) =>
      fc.tuple(fc.constant(nodes), fc.array(fc.tuple(fc.nat(nodes - 1), fc.nat(nodes - 1)), { maxLength: 40, size: 'max' })),
    );
  fc.assert(
    fc.property(graphs, ([nodes, edges]) => {
      const naive = new NaiveGraph();
      for (let node = 0; node < nodes; node++) naive.nodes.add(node);
      for (const [from, to] of edges) naive.addEdge(from, to);
      const { count, of } = stronglyConnectedComponents(adjacency(nodes, edges.flat()));
      expect(partition([...naive.nodes], (a, b) => of[a] === of[b])).toBe(naive.components());
      expect([...new Set(of)].toSorted((a, b) => a - b)).toEqual([...Array(count).keys()]);
      for (const [from, to] of edges) expect(of[from]).toBeGreaterThanOrEqual(of[to]!);
    }),
    { numRuns: 500 },
  );
});

test('a path of a million nodes has a million components, and one when it is closed', () => {
  const nodes = 1_000_000;
  const ends = new Int32Array(2 * nodes);
  for (let node = 0; node < nodes; node++) {
    ends[2 * node] = node;
    ends[2 * node + 1] = (node + 1) % nodes;
  }
  expect(stronglyConnectedComponents(adjacency(nodes, ends.subarray(0, 2 * nodes - 2))).count).toBe(nodes);
  expect(stronglyConnectedComponents(adjacency(nodes, ends)).count).toBe(1);
});
