import { expect, test } from 'vitest';
import { Condensation } from '../../../packages/lockgraph/src/graph/condensation.js';
import { ROW } from '../../../packages/lockgraph/src/graph/edge-table.js';
import { checkCondensation } from '../../../packages/lockgraph/src/graph/invariants.js';
import { removeNode } from '../../../packages/lockgraph/src/graph/removal.js';

test('edges of nodes that come and go beside one that stays need no more rows than twice those of a moment, or the nodes', () => {
  const graph = new Condensation();
  for (let id = 0; id <= 100; id++) graph.add(id);
  for (let round = 0; round < 5000; round++) {
    const node = 1 + (round % 100);
    if (round >= 100) {
      removeNode(graph, node);
      graph.add(node);
    }
    graph.list(graph.edges.add(0, node));
    expect(graph.edges.end).toBeLessThanOrEqual((2 * 128 + 1) * ROW);
  }
  checkCondensation(graph);
});

test('an abandoned edge leaves its ring when the node at its other end is removed, too', () => {
  const graph = new Condensation();
  for (let id = 0; id < 3; id++) graph.add(id);
  graph.list(graph.edges.add(0, 1));
  graph.list(graph.edges.add(1, 2));
  removeNode(graph, 1);
  expect(graph.stale).toBe(2);
  checkCondensation(graph);
  removeNode(graph, 0);
  removeNode(graph, 2);
  expect(graph.stale).toBe(0);
  checkCondensation(graph);
});
