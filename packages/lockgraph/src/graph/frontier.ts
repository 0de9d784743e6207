/**
 * One half of a two-way search through the components of a graph: it follows edges in one direction, always those of the node that is
 * next in the order, and leaves a node when all of its edges were followed.
 * Cost: a step is an edge, and O(log n) where it finds a node or leaves one. It allocates nothing, but longer columns.
 */
import { NONE } from './columns.js';
import type { Condensation } from './condensation.js';
import type { EdgeRings } from './edge-rings.js';
import { FROM, NO_EDGE, TO } from './edge-table.js';
import { IdHeap } from './id-heap.js';
import { IdList } from './id-list.js';

/** Marks of nodes that the search forwards has found, the one backwards, or both. The latter lie on a cycle through the new edge. */
export const FORWARD = 1;
export const BACKWARD = 2;
export const BOTH = 3;

export class Frontier {
  /** The node whose edges are being followed: the next in the order of those found and not left. NONE when all were left. */
  node = NONE;
  /** The nodes left, in the order in which this search goes. */
  readonly left = new IdList();
  /** Whether it has found a node that the other search had found. */
  met = false;
  readonly #graph: Condensation;
  readonly #direction: typeof FORWARD | typeof BACKWARD;
  /** The edges to follow, and the column of the end that they lead to. */
  readonly #rings: EdgeRings;
  readonly #end: number;
  /** 1, or -1 where the search goes from high labels to low ones. */
  readonly #sign: number;
  /** Signed label of the last node that it may go to. */
  #limit = 0;
  /** All nodes found, and those of them that are neither left nor being followed. */
  readonly #found = new IdList();
  readonly #waiting = new IdHeap();
  /** In the ring of `node`, the edge before the next one; NO_EDGE if there is none to follow. */
  #previous = NO_EDGE;

  constructor(graph: Condensation, direction: typeof FORWARD | typeof BACKWARD) {
    this.#graph = graph;
    this.#direction = direction;
    this.#rings = direction === FORWARD ? graph.out : graph.into;
    this.#end = direction === FORWARD ? TO : FROM;
    this.#sign = direction === FORWARD ? 1 : -1;
  }

  /** Begins a search at `node`, which goes no farther than `limit`. */
  start(node: number, limit: number): void {
    this.left.length = 0;
    this.met = false;
    this.#limit = this.#sign * this.#graph.order.label[limit]!;
    this.#found.length = 0;
    this.#waiting.clear();
    this.#graph.mark[node] = this.#direction;
    this.#found.push(node);
    this.#enter(node);
  }

  /** Follows an edge of `node`, or leaves it for the next one. */
  step(): void {
    const { components, edges, mark, order } = this.#graph;
    const { rows } = edges;
    const rings = this.#rings;
    const { node } = this;
    const previous = this.#previous;
    if (previous === NO_EDGE) {
      this.left.push(node);
      if (this.#waiting.size === 0) this.node = NONE;
      else this.#enter(this.#waiting.pop());
      return;
    }
    const edge = rows[previous + rings.link]!;
    const isLast = edge === rings.last[node];
    const found = components.find(rows[edge + this.#end]!);
    if (found === node) {
      this.#graph.drop(rings, node, previous);
      if (isLast) this.#previous = NO_EDGE;
      return;
    }
    this.#previous = isLast ? NO_EDGE : edge;
    const known = mark[found]!;
    if ((known & this.#direction) !== 0) return;
    const key = this.#sign * order.label[found]!;
    if (key > this.#limit) return;
    if (known !== 0) this.met = true;
    mark[found] = known | this.#direction;
    this.#found.push(found);
    this.#waiting.push(found, key);
  }

  /** Marks with BOTH those of the nodes left from which edges lead on to one so marked. As much work as the search was. */
  markCycle(): void {
    const { components, edges, mark } = this.#graph;
    const { rows } = edges;
    const { last, link } = this.#rings;
    const { left } = this;
    // Backwards, for then all that a node leads to is marked before it.
    for (let i = left.length - 1; i >= 0; i--) {
      const node = left.ids[i]!;
      let edge = last[node]!;
      if (edge === NO_EDGE) continue;
      do {
        edge = rows[edge + link]!;
        if (mark[components.find(rows[edge + this.#end]!)] === BOTH) mark[node] = BOTH;
      } while (mark[node] !== BOTH && edge !== last[node]);
    }
  }

  /** Takes the marks off all that was found. */
  unmark(): void {
    const { mark } = this.#graph;
    for (let i = 0; i < this.#found.length; i++) mark[this.#found.ids[i]!] = 0;
  }

  #enter(node: number): void {
    this.node = node;
    this.#previous = this.#rings.last[node]!;
  }
}
