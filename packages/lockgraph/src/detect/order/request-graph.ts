/**
 * Which lock was wanted while which was held, as a graph that knows its cycles. A thread that somebody joins counts as a lock that it holds from
 * its beginning to its end: so whoever joins it while he holds a lock waits for all that it wants. Such a thread comes into the graph only when an
 * arrow leads to it, which for most programs is never.
 *
 * Cost: about a microsecond for an arrow that is new, a probe for one that is known.
 */
import { EdgeOutcome, OrderGraph } from '../../graph/order-graph.js';
import { Mode } from '../../trace/event.js';
import type { ThreadId } from '../../trace/event.js';
import { grownIds, NONE } from '../state/columns.js';
import { modeOf, objectOf } from './acquire-tree.js';
import type { AcquireId, AcquireTree } from './acquire-tree.js';
import { ThreadAcquires } from './thread-acquires.js';
import { WantsIndex } from './wants-index.js';

export class RequestGraph {
  /** The acquires that can be in a pattern. */
  readonly index: WantsIndex;
  readonly #tree: AcquireTree;
  readonly #graph = new OrderGraph();
  readonly #ofThread: ThreadAcquires;
  #lockNodes = new Int32Array(0);
  #threadNodes = new Int32Array(0);

  constructor(tree: AcquireTree) {
    this.#tree = tree;
    this.index = new WantsIndex(tree);
    this.#ofThread = new ThreadAcquires(tree);
  }

  /** An acquire of `thread` that was not known. @returns whether an arrow of it is on a cycle */
  add(thread: ThreadId, node: AcquireId): boolean {
    const tree = this.#tree;
    this.#ofThread.add(thread, node);
    const joined = this.#threadNode(thread);
    if (joined === NONE && !this.#isNested(node)) return false;
    this.index.add(node);
    const to = this.#target(node);
    let cyclic = joined !== NONE && this.#arrow(joined, to);
    for (let held = tree.parent(node); !tree.isRoot(held); held = tree.parent(held)) {
      cyclic = this.#arrow(this.#lockNode(objectOf(tree.want(held))), to) || cyclic;
    }
    return cyclic;
  }

  /** Whether an acquire that is known has an arrow on a cycle. */
  isCyclic(thread: ThreadId, node: AcquireId): boolean {
    const tree = this.#tree;
    const to = this.#known(node);
    if (to === NONE) return false;
    const joined = this.#threadNode(thread);
    if (joined !== NONE && this.#graph.onCommonCycle(joined, to)) return true;
    for (let held = tree.parent(node); !tree.isRoot(held); held = tree.parent(held)) {
      const from = this.#lockNodes[objectOf(tree.want(held))] ?? NONE;
      if (from !== NONE && from !== to && this.#graph.onCommonCycle(from, to)) return true;
    }
    return false;
  }

  /** Whether what two acquires want is on a common cycle, or the same. */
  onCycle(one: AcquireId, other: AcquireId): boolean {
    const from = this.#known(one);
    const to = this.#known(other);
    return from !== NONE && to !== NONE && (from === to || this.#graph.onCommonCycle(from, to));
  }

  /** A lock is no more. */
  remove(object: number): void {
    this.index.forget(object);
    const node = object < this.#lockNodes.length ? this.#lockNodes[object]! : NONE;
    if (node === NONE) return;
    this.#graph.removeNode(node);
    this.#lockNodes[object] = NONE;
  }

  #arrow(from: number, to: number): boolean {
    if (from === to) return false;
    const outcome = this.#graph.addEdge(from, to);
    return outcome === EdgeOutcome.cyclic || (outcome === EdgeOutcome.known && this.#graph.onCommonCycle(from, to));
  }

  #isNested(node: AcquireId): boolean {
    return !this.#tree.isRoot(this.#tree.parent(node));
  }

  /** The graph's node for what an acquire wants, or NONE. */
  #known(node: AcquireId): number {
    const want = this.#tree.want(node);
    const object = objectOf(want);
    if (modeOf(want) === Mode.join) return this.#threadNode(object);
    return object < this.#lockNodes.length ? this.#lockNodes[object]! : NONE;
  }

  #target(node: AcquireId): number {
    const want = this.#tree.want(node);
    return modeOf(want) === Mode.join ? this.#joinedNode(objectOf(want)) : this.#lockNode(objectOf(want));
  }

  #lockNode(object: number): number {
    if (object >= this.#lockNodes.length) this.#lockNodes = grownIds(this.#lockNodes, object);
    if (this.#lockNodes[object] === NONE) this.#lockNodes[object] = this.#graph.addNode();
    return this.#lockNodes[object]!;
  }

  #threadNode(thread: ThreadId): number {
    return thread < this.#threadNodes.length ? this.#threadNodes[thread]! : NONE;
  }

  /** The node of a thread to which an arrow leads, with arrows to all that it wants; those that it joins come in, too. */
  #joinedNode(thread: ThreadId): number {
    if (this.#threadNode(thread) !== NONE) return this.#threadNode(thread);
    const found = this.#newThreadNode(thread);
    const todo = [thread];
    for (let at = todo.pop(); at !== undefined; at = todo.pop()) {
      const from = this.#threadNode(at);
      for (let node = this.#ofThread.newest(at); node !== NONE; node = this.#ofThread.next(node)) {
        if (!this.#isNested(node)) this.index.add(node);
        const want = this.#tree.want(node);
        if (modeOf(want) === Mode.join && this.#threadNode(objectOf(want)) === NONE) {
          this.#newThreadNode(objectOf(want));
          todo.push(objectOf(want));
        }
        this.#arrow(from, this.#target(node));
      }
    }
    return found;
  }

  #newThreadNode(thread: ThreadId): number {
    if (thread >= this.#threadNodes.length) this.#threadNodes = grownIds(this.#threadNodes, thread);
    return (this.#threadNodes[thread] = this.#graph.addNode());
  }
}
