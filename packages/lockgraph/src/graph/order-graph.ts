/**
 * A directed graph that knows at every moment which of its nodes lie on a common cycle.
 *
 * It keeps a topological order of its strongly connected components. An edge x → y against the order has an affected region, from
 * ord(y) to ord(x), in which places change: deltaB, which reaches x, has to come before deltaF, which y reaches; the names are
 * those of Pearce & Kelly, "A dynamic topological sort algorithm for directed acyclic graphs", 2006. What is in both lies on a cycle through the
 * new edge, and becomes one component. Where their dfs-f and dfs-b each go through all of the region, here the two
 * searches go in step, towards each other, and end where they meet, at a place t; only deltaF before t and deltaB behind it move, next to t
 * (Haeupler, Kavitha, Mathew, Sen & Tarjan, "Incremental cycle detection, topological ordering, and strong component maintenance", 2012). So
 * a large component is not searched again for each node that it absorbs.
 *
 * It finds no cycles, only says that there is one, and knows nothing of what its nodes and edges stand for.
 *
 * Cost: a known edge is a probe of a hash. A new one that agrees with the order, or lies within a component, is O(1) more. One
 * against the order costs the search: O(√edges · log nodes) on average over any sequence of additions, a few edges in sparse graphs whose
 * edges come mostly in order. Nothing recurses, and additions allocate nothing but longer columns. Memory: see {@link Condensation}.
 */
import { NONE } from './columns.js';
import { Condensation } from './condensation.js';
import { NO_EDGE } from './edge-table.js';
import { BACKWARD, BOTH, FORWARD, Frontier } from './frontier.js';
import { IdList } from './id-list.js';
import { checkCondensation } from './invariants.js';
import { neighboursOf } from './neighbours.js';
import { removeNode } from './removal.js';

/** What became of an edge. */
export const EdgeOutcome = {
  /** It was there already. */
  known: 0,
  /** It is new, and closes no cycle. */
  ordered: 1,
  /** It is new, and its two ends lie on a common cycle now. */
  cyclic: 2,
} as const;
export type EdgeOutcome = (typeof EdgeOutcome)[keyof typeof EdgeOutcome];

export class OrderGraph {
  readonly #graph = new Condensation();
  /** They find deltaF and deltaB. */
  readonly #forward = new Frontier(this.#graph, FORWARD);
  readonly #backward = new Frontier(this.#graph, BACKWARD);
  /** The components that move, in their new order. */
  readonly #affected = new IdList();
  /** Ids ever used, and which of them are free. */
  #ids = 0;
  readonly #free: number[] = [];

  /** Number of nodes. */
  get nodes(): number {
    return this.#ids - this.#free.length;
  }

  /** Number of edges. */
  get edges(): number {
    return this.#graph.edges.size;
  }

  /** Adds a node without edges. Its id is that of a removed node, or else the next: ids are dense, from 0. O(1) on average. */
  addNode(): number {
    const node = this.#free.pop() ?? this.#ids++;
    this.#graph.add(node);
    return node;
  }

  /**
   * Adds an edge, if it is new. The cost is that of the class.
   * @throws RangeError if the ends are equal, or one of them is not a node
   */
  addEdge(from: number, to: number): EdgeOutcome {
    const { components, edges, order } = this.#graph;
    this.#demandNode(from);
    this.#demandNode(to);
    if (from === to) throw new RangeError(`an edge needs two different ends, and both are ${from}; leave out what leads from a node to itself`);
    const edge = edges.add(from, to);
    if (edge === NO_EDGE) return EdgeOutcome.known;
    this.#graph.list(edge);
    const x = components.find(from);
    const y = components.find(to);
    if (x === y) return EdgeOutcome.cyclic;
    if (order.label[x]! < order.label[y]!) return EdgeOutcome.ordered;
    return this.#search(x, y) ? EdgeOutcome.cyclic : EdgeOutcome.ordered;
  }

  /** A probe of a hash. Ids that are not nodes have no edges. */
  hasEdge(from: number, to: number): boolean {
    return from !== to && this.#graph.edges.find(from, to) !== NO_EDGE;
  }

  /**
   * Whether two different nodes lie on a common cycle: each can be reached from the other. O(1) on average.
   * @throws RangeError if one of them is not a node
   */
  onCommonCycle(a: number, b: number): boolean {
    return this.component(a) === this.component(b) && a !== b;
  }

  /**
   * The node that stands for all those on a common cycle with this one, itself included: equal for any two of them, until edges or nodes
   * change. O(1) on average.
   * @throws RangeError if it is not a node
   */
  component(node: number): number {
    this.#demandNode(node);
    return this.#graph.components.find(node);
  }

  /**
   * Removes a node and all its edges; its id may be given to another one. On average O(its edges), or, of a node on a cycle, O(nodes and
   * edges of its component), which may fall into several.
   * @throws RangeError if it is not a node
   */
  removeNode(node: number): void {
    this.#demandNode(node);
    removeNode(this.#graph, node);
    this.#free.push(node);
  }

  /**
   * Adds an edge from each node that has one to this node, to each node that has one from it: what leads through it can do without it.
   * Cost: O(edges of its component), and that of an edge for each such pair.
   * @param most pairs: if there are more, nothing is added
   * @returns whether there are no more
   * @throws RangeError if it is not a node
   */
  bypass(node: number, most: number): boolean {
    this.#demandNode(node);
    const { before, after } = neighboursOf(this.#graph, node);
    if (before.length * after.length > most) return false;
    for (let i = 0; i < before.length; i++) {
      for (let j = 0; j < after.length; j++) if (before.ids[i] !== after.ids[j]) this.addEdge(before.ids[i]!, after.ids[j]!);
    }
    return true;
  }

  /**
   * For tests. O(nodes + edges).
   * @throws Error if the columns contradict each other, the order is not topological, or the components are not the strongly connected ones
   */
  checkInvariants(): void {
    checkCondensation(this.#graph);
  }

  /**
   * Mends the order after an edge from `x` to `y`, which is against it.
   * @returns whether the edge closed a cycle
   */
  #search(x: number, y: number): boolean {
    const forward = this.#forward;
    const backward = this.#backward;
    const { label } = this.#graph.order;
    forward.start(y, x);
    backward.start(x, y);
    while (forward.node !== NONE && backward.node !== NONE && label[forward.node]! < label[backward.node]!) {
      forward.step();
      backward.step();
    }
    // Every path from y to x has a node or an edge at t. All that comes before t on it, the search forwards has left behind, and all that comes
    // after, the search backwards: so one of the two has found what the other had.
    const cyclic = forward.met || backward.met;
    if (cyclic) {
      forward.markCycle();
      backward.markCycle();
    }
    this.#reorder(forward.node === NONE ? x : forward.node);
    forward.unmark();
    backward.unmark();
    return cyclic;
  }

  /**
   * Moves deltaB, the cycle, and deltaF next to `t`, in this order. What lies between `t` and the old place of one of deltaF leads nowhere in
   * deltaF's way, or it would be part of it; likewise deltaB.
   */
  #reorder(t: number): void {
    const { mark, order } = this.#graph;
    const deltaF = this.#forward.left;
    const deltaB = this.#backward.left;
    // The last step forwards may have gone past some of deltaB.
    while (deltaB.length > 0 && order.label[deltaB.ids[deltaB.length - 1]!]! <= order.label[t]!) deltaB.length--;
    for (let i = 0; i < deltaF.length; i++) order.remove(deltaF.ids[i]!);
    for (let i = 0; i < deltaB.length; i++) order.remove(deltaB.ids[i]!);

    const affected = this.#affected;
    affected.length = 0;
    // The search backwards ended at the end of the order that it began from.
    for (let i = deltaB.length - 1; i >= 0; i--) if (mark[deltaB.ids[i]!] !== BOTH) affected.push(deltaB.ids[i]!);
    let before = t;
    let cycle = NONE;
    if (mark[t] !== FORWARD) {
      // It is x, or on the cycle: deltaF comes after it.
      before = order.next(t);
      order.remove(t);
      cycle = t;
    }
    cycle = this.#merge(deltaB, this.#merge(deltaF, cycle));
    if (cycle !== NONE) affected.push(cycle);
    for (let i = 0; i < deltaF.length; i++) if (mark[deltaF.ids[i]!] !== BOTH) affected.push(deltaF.ids[i]!);
    order.insert(affected, before);
  }

  /** Joins those of a list that lie on the cycle with `first`, which may be NONE. Returns the component, or NONE. */
  #merge(list: IdList, first: number): number {
    const { mark } = this.#graph;
    let cycle = first;
    for (let i = 0; i < list.length; i++) {
      const node = list.ids[i]!;
      if (mark[node] === BOTH) cycle = cycle === NONE ? node : this.#graph.merge(cycle, node);
    }
    return cycle;
  }

  #demandNode(id: number): void {
    if (this.#graph.mark[id] !== 0) throw new RangeError(`${id} is not a node; use an id that addNode gave and removeNode has not taken back`);
  }
}
