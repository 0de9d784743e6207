/**
 * Which lock was wanted while which was held, as a graph that knows its cycles. A thread that somebody joins counts as a lock that it holds from
 * its beginning to its end: so whoever joins it while he holds a lock waits for all that it wants. Such a thread comes into the graph only when an
 * arrow leads to it, which for most programs is never.
 *
 * Arrows lead to what is wanted from the {@link NEAR} newest locks that are held, and from older ones by way of those: each of them was held when the next
 * one was wanted. So the arrows of a nesting are not the square of its depth, and the same locks are on common cycles as if there were one for each pair.
 * So in nestings that are deeper, a lock that goes leaves arrows past itself, or, where these would be many, its node.
 *
 * Cost: about a microsecond for an arrow that is new, a probe for one that is known.
 */
import { EdgeOutcome, OrderGraph } from '../../graph/order-graph.js';
import { Mode } from '../../trace/event.js';
import type { ThreadId } from '../../trace/event.js';
import { grownIds, NONE } from '../state/columns.js';
import { AcquireFlag, modeOf, objectOf } from './acquire-tree.js';
import type { AcquireId, AcquireTree } from './acquire-tree.js';
import { ThreadAcquires } from './thread-acquires.js';
import { WantsIndex } from './wants-index.js';

/** So many that destroyed locks leave arrows past themselves in very deep nestings alone. */
const NEAR = 16;

/** Arrows that a lock leaves past itself, at most. */
const BYPASSES = 64;

/** In place of the node of a lock that was destroyed: what wanted it stays known, and must not bring it back. */
const GONE = -2;

export class RequestGraph {
  /** The acquires that can be in a pattern. */
  readonly index: WantsIndex;
  readonly #tree: AcquireTree;
  readonly #graph = new OrderGraph();
  readonly #ofThread: ThreadAcquires;
  /** Locks by way of which arrows lead that are not there. */
  readonly #onChains = new Set<number>();
  #lockNodes = new Int32Array(0);
  #threadNodes = new Int32Array(0);

  constructor(tree: AcquireTree) {
    this.#tree = tree;
    this.index = new WantsIndex(tree);
    this.#ofThread = new ThreadAcquires(tree);
  }

  /** An acquire of `thread` that was not known. @returns whether what is wanted and a lock that is held are on a cycle */
  add(thread: ThreadId, node: AcquireId): boolean {
    const tree = this.#tree;
    if (this.#isGone(node)) return false;
    this.#ofThread.add(thread, node);
    const joined = this.#threadNode(thread);
    if (joined === NONE && !this.#isNested(node)) return false;
    this.index.add(node);
    const to = this.#target(node);
    if (this.#isDeep(node)) this.#chain(tree.parent(node));
    let cyclic = (joined !== NONE && this.#arrow(joined, to)) || this.#isUpgrade(node);
    let held = tree.parent(node);
    for (let i = 0; i < NEAR && !tree.isRoot(held); i++, held = tree.parent(held)) {
      cyclic = this.#arrow(this.#lockNode(objectOf(tree.want(held))), to) || cyclic;
    }
    return cyclic;
  }

  /** The same of an acquire that is known. */
  isCyclic(thread: ThreadId, node: AcquireId): boolean {
    const tree = this.#tree;
    const to = this.#known(node);
    if (to === NONE) return false;
    const joined = this.#threadNode(thread);
    if ((joined !== NONE && this.#graph.onCommonCycle(joined, to)) || this.#isUpgrade(node)) return true;
    for (let held = tree.parent(node); !tree.isRoot(held); held = tree.parent(held)) {
      const from = this.#known(held);
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

  /** A lock is no more. Once for each. */
  remove(object: number): void {
    this.index.forget(object);
    if (object >= this.#lockNodes.length) this.#lockNodes = grownIds(this.#lockNodes, object);
    const node = this.#lockNodes[object]!;
    this.#lockNodes[object] = GONE;
    if (node === NONE) return;
    // Where bypasses would be very many, the node stays: nothing wants it, but what leads through it still does.
    if (this.#onChains.delete(object) && !this.#graph.bypass(node, BYPASSES)) return;
    this.#graph.removeNode(node);
  }

  /** Whether more locks are held at an acquire than it gets arrows from. */
  #isDeep(node: AcquireId): boolean {
    let held = this.#tree.parent(node);
    for (let i = 0; i < NEAR && !this.#tree.isRoot(held); i++) held = this.#tree.parent(held);
    return !this.#tree.isRoot(held);
  }

  /** The arrows from lock to lock of what is held: some may be missing, of locks that were taken when others, in between, were held still. */
  #chain(newest: AcquireId): void {
    const tree = this.#tree;
    for (let at = newest; this.#isNested(at) && !tree.has(at, AcquireFlag.chained); at = tree.parent(at)) {
      tree.set(at, AcquireFlag.chained);
      this.#onChains.add(objectOf(tree.want(at)));
      this.#arrow(this.#lockNode(objectOf(tree.want(tree.parent(at)))), this.#lockNode(objectOf(tree.want(at))));
    }
  }

  /** Whether it wants a lock that is held, in another mode. */
  #isUpgrade(node: AcquireId): boolean {
    const want = this.#tree.want(node);
    return modeOf(want) !== Mode.join && this.#tree.findHeld(node, objectOf(want)) !== NONE;
  }

  #arrow(from: number, to: number): boolean {
    if (from === to || from === GONE || to === GONE) return false;
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
    return this.#isGone(node) ? NONE : (this.#lockNodes[object] ?? NONE);
  }

  /** Whether it is a lock that an acquire wants, and that is no more. */
  #isGone(node: AcquireId): boolean {
    const want = this.#tree.want(node);
    return modeOf(want) !== Mode.join && this.#lockNodes[objectOf(want)] === GONE;
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
        if (this.#isGone(node)) continue;
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
