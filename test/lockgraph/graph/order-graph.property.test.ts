import fc from 'fast-check';
import { expect, test } from 'vitest';
import { EdgeOutcome, OrderGraph } from '../../../packages/lockgraph/src/graph/order-graph.js';
import { NaiveGraph, partition } from './naive-graph.js';

/** Does the same to a graph and to its naive twin; after every step they agree, and the graph with itself. */
class Twins {
  readonly graph = new OrderGraph();
  readonly naive = new NaiveGraph();

  addNode(): void {
    const node = this.graph.addNode();
    expect(this.naive.nodes).not.toContain(node);
    this.naive.nodes.add(node);
    this.#compare();
  }

  /** The nodes are chosen from those that there are. */
  addEdge(a: number, b: number): void {
    const [from, to] = [this.#node(a), this.#node(b)];
    if (from === undefined || to === undefined || from === to) return;
    expect(this.graph.hasEdge(from, to)).toBe(this.naive.edges.has(`${from}>${to}`));
    expect(this.graph.addEdge(from, to)).toBe(EdgeOutcome[this.naive.addEdge(from, to)]);
    expect(this.graph.hasEdge(from, to)).toBe(true);
    this.#compare();
  }

  removeNode(a: number): void {
    const node = this.#node(a);
    if (node === undefined) return;
    this.graph.removeNode(node);
    this.naive.removeNode(node);
    this.#compare();
  }

  #node(choice: number): number | undefined {
    return [...this.naive.nodes][choice % this.naive.nodes.size];
  }

  #compare(): void {
    const { graph, naive } = this;
    graph.checkInvariants();
    expect([graph.nodes, graph.edges]).toEqual([naive.nodes.size, naive.edges.size]);
    const nodes = [...naive.nodes];
    const expected = naive.components();
    expect(partition(nodes, (a, b) => graph.component(a) === graph.component(b))).toBe(expected);
    expect(partition(nodes, (a, b) => graph.onCommonCycle(a, b))).toBe(expected);
  }
}

const choice = fc.nat(999);

/** Steps on a graph, of which the first make nodes; `removals` of 10 others remove one. */
function steps(nodes: number, removals: number): fc.Arbitrary<readonly [string, number, number][]> {
  const step = fc.tuple(
    fc.oneof(
      { arbitrary: fc.constant('edge'), weight: 9 - removals },
      { arbitrary: fc.constant('node'), weight: 1 },
      { arbitrary: fc.constant('removal'), weight: removals },
    ),
    choice,
    choice,
  );
  return fc
    .array(step, { maxLength: 60, size: 'max' })
    .map((rest) => [...Array.from({ length: nodes }, (): [string, number, number] => ['node', 0, 0]), ...rest]);
}

test.each([
  { nodes: 4, removals: 2 },
  { nodes: 12, removals: 0 },
  { nodes: 12, removals: 1 },
  { nodes: 30, removals: 1 },
])('after any steps it agrees with a set of edges: $nodes nodes, $removals of 10 steps a removal', ({ nodes, removals }) => {
  fc.assert(
    fc.property(steps(nodes, removals), (list) => {
      const twins = new Twins();
      for (const [what, a, b] of list) {
        if (what === 'edge') twins.addEdge(a, b);
        else if (what === 'node') twins.addNode();
        else twins.removeNode(a);
      }
    }),
    { numRuns: 150 },
  );
});

test('edges of a random order never close a cycle, however its nodes are numbered', () => {
  fc.assert(
    fc.property(
      fc.shuffledSubarray([...Array(25).keys()], { minLength: 25 }),
      fc.array(fc.tuple(fc.nat(24), fc.nat(24)), { maxLength: 150, size: 'max' }),
      (label, pairs) => {
        const graph = new OrderGraph();
        for (let id = 0; id < label.length; id++) graph.addNode();
        for (const [a, b] of pairs) {
          if (a === b) continue;
          const outcome = graph.addEdge(label[Math.min(a, b)]!, label[Math.max(a, b)]!);
          expect(outcome).not.toBe(EdgeOutcome.cyclic);
          graph.checkInvariants();
        }
      },
    ),
  );
});
