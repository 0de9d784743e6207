/** The order graph, whose arrows leave out what others say, against one that has an arrow from each lock that is held. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { AcquireTree, objectOf, wantOf } from '../../../../packages/lockgraph/src/detect/order/acquire-tree.js';
import type { AcquireId } from '../../../../packages/lockgraph/src/detect/order/acquire-tree.js';
import { Contexts } from '../../../../packages/lockgraph/src/detect/order/contexts.js';
import { RequestGraph } from '../../../../packages/lockgraph/src/detect/order/request-graph.js';
import { NONE } from '../../../../packages/lockgraph/src/detect/state/columns.js';
import { Mode } from '../../../../packages/lockgraph/src/trace/event.js';
import { NaiveGraph } from '../../graph/naive-graph.js';

const LOCKS = 60;

/** A thread takes locks in a row, gives some back out of order, takes more; some locks are destroyed then. */
interface Round {
  readonly thread: number;
  readonly first: readonly number[];
  readonly released: readonly number[];
  readonly later: readonly number[];
  readonly destroyed: readonly number[];
}

const locks = (maxLength: number): fc.Arbitrary<number[]> => fc.uniqueArray(fc.nat(LOCKS - 1), { maxLength, size: 'max' });
const rounds = (destroyed: fc.Arbitrary<number[]>): fc.Arbitrary<Round[]> =>
  fc.array(fc.record({ thread: fc.nat(3), first: locks(45), released: locks(20), later: locks(10), destroyed }), { minLength: 1, maxLength: 8 });

class Nestings {
  readonly naive = new NaiveGraph();
  readonly tree = new AcquireTree();
  readonly graph = new RequestGraph(this.tree);
  readonly acquires: AcquireId[] = [];
  /** Locks that closed a cycle when they were wanted, which the order graph did not say. */
  readonly missed: number[] = [];
  readonly #contexts = new Contexts(this.tree, true);
  readonly #known = new Set<AcquireId>();
  #gone = new Set<number>();

  make({ thread, first, released, later, destroyed }: Round): void {
    const takes = (lock: number): boolean => !this.#gone.has(lock) && this.#take(thread, lock);
    const taken = first.filter(takes);
    const kept = taken.filter((lock) => !released.includes(lock));
    for (const lock of taken) if (!kept.includes(lock)) this.#contexts.leave(thread, wantOf(lock, Mode.exclusive));
    kept.push(...later.filter(takes));
    for (const lock of kept) this.#contexts.leave(thread, wantOf(lock, Mode.exclusive));
    for (const lock of destroyed.filter((each) => !this.#gone.has(each))) {
      this.graph.remove(lock);
      this.naive.removeNode(lock);
      this.#gone.add(lock);
    }
  }

  /** Acquires of locks that are still there. */
  get alive(): AcquireId[] {
    return this.acquires.filter((node) => !this.#gone.has(objectOf(this.tree.want(node))));
  }

  #take(thread: number, lock: number): boolean {
    const node = this.#contexts.next(thread, wantOf(lock, Mode.exclusive));
    if (node === NONE) return false;
    if (!this.#known.has(node)) {
      this.#known.add(node);
      if (!this.tree.isRoot(this.tree.parent(node))) this.acquires.push(node);
      const cyclic = this.graph.add(thread, node);
      this.naive.nodes.add(lock);
      const outcomes: string[] = [];
      for (let held = this.tree.parent(node); !this.tree.isRoot(held); held = this.tree.parent(held)) {
        outcomes.push(this.naive.addEdge(objectOf(this.tree.want(held)), lock));
      }
      if (outcomes.includes('cyclic') && !cyclic) this.missed.push(lock);
    }
    this.#contexts.enterAs(0, thread, node, 0);
    return true;
  }
}

test('the same acquires are on common cycles, however deep the nestings are', () => {
  fc.assert(
    fc.property(rounds(fc.constant([])), (all) => {
      const nestings = new Nestings();
      for (const round of all) nestings.make(round);
      expect(nestings.missed).toEqual([]);
      const reach = new Map([...nestings.naive.nodes].map((lock) => [lock, nestings.naive.reachable(lock)]));
      for (const one of nestings.acquires) {
        for (const other of nestings.acquires.slice(-20)) {
          const [from, to] = [one, other].map((node) => objectOf(nestings.tree.want(node)));
          expect(nestings.graph.onCycle(one, other)).toBe(reach.get(from!)!.has(to!) && reach.get(to!)!.has(from!));
        }
      }
    }),
    { numRuns: 10 },
  );
});

test('locks between that are destroyed leave the outermost and the innermost of a deep nesting on their cycle', () => {
  const nestings = new Nestings();
  const round = (thread: number, first: readonly number[], destroyed: readonly number[]): Round => ({ thread, first, released: [], later: [], destroyed });
  const deep = Array.from({ length: 40 }, (_, lock) => lock);
  nestings.make(round(0, deep, deep.slice(1, -1)));
  nestings.make(round(1, [39, 0], []));
  const [innermost, back] = nestings.alive;
  expect(nestings.graph.onCycle(innermost!, back!)).toBe(true);
});

test('what is on a common cycle stays on it when locks between are destroyed', () => {
  fc.assert(
    fc.property(rounds(fc.uniqueArray(fc.nat(LOCKS - 1), { maxLength: 20 })), (all) => {
      const nestings = new Nestings();
      for (const round of all) {
        nestings.make(round);
        expect(nestings.missed).toEqual([]);
        const alive = nestings.alive;
        const reach = new Map([...nestings.naive.nodes].map((lock) => [lock, nestings.naive.reachable(lock)]));
        const missed = alive.filter((one) => alive.slice(-20).some((other) => {
          const [from, to] = [one, other].map((node) => objectOf(nestings.tree.want(node)));
          return reach.get(from!)!.has(to!) && reach.get(to!)!.has(from!) && !nestings.graph.onCycle(one, other);
        }));
        expect(missed).toEqual([]);
      }
    }),
    { numRuns: 8 },
  );
});
