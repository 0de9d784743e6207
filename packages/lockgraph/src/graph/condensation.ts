/**
 * The strongly connected components of a graph, each known by one of its nodes, in a topological order, and the edges in rings by
 * component. What an edge or a removal changes is decided elsewhere; these are the parts that it is made of.
 * Memory: 24 bytes an edge and 33 a node in full columns; they double to grow.
 */
import { DisjointSets } from './disjoint-sets.js';
import { EdgeRings } from './edge-rings.js';
import { EdgeTable, FROM, NEXT_IN, NEXT_OUT, ROW, TO } from './edge-table.js';
import type { EdgeId } from './edge-table.js';
import { OrderList } from './order-list.js';

/** Mark of an id that is not a node: it was removed, or never added. */
export const ABSENT = 4;

export class Condensation {
  readonly edges = new EdgeTable();
  readonly components = new DisjointSets();
  /** The components, each before those that its edges lead to. */
  readonly order = new OrderList();
  /** By id: of a node 0, except while a search is under way; else {@link ABSENT}. */
  mark = new Uint8Array(16).fill(ABSENT);
  /**
   * By component, the edges that leave it, that enter it, and that lie within it. Of an edge that came to lie within a component, the first
   * two know only when a search meets it there: then `out` hands it to `inner`, and `into` drops it. So every edge is either in `out` or in
   * `inner`, once, and in `into` for as long as its ends are in two components.
   */
  readonly out = new EdgeRings(this.edges, NEXT_OUT);
  readonly into = new EdgeRings(this.edges, NEXT_IN);
  readonly inner = new EdgeRings(this.edges, NEXT_OUT);
  /** Removed edges whose rows are in a ring still. */
  #stale = 0;

  /** See {@link abandon}. */
  get stale(): number {
    return this.#stale;
  }

  /** An absent id becomes a node: a component of its own, the last in the order. */
  add(node: number): void {
    if (node >= this.mark.length) {
      const mark = new Uint8Array(this.mark.length * 2).fill(ABSENT);
      mark.set(this.mark);
      this.mark = mark;
    }
    this.mark[node] = 0;
    this.out.add(node);
    this.into.add(node);
    this.inner.add(node);
    this.components.add(node);
    this.order.append(node);
  }

  /** Puts an edge that is in no ring into those where it belongs. */
  list(edge: EdgeId): void {
    const { rows } = this.edges;
    const from = this.components.find(rows[edge + FROM]!);
    const to = this.components.find(rows[edge + TO]!);
    if (from === to) {
      this.inner.push(from, edge);
    } else {
      this.out.push(from, edge);
      this.into.push(to, edge);
    }
  }

  /**
   * Makes one component of two that have left the order; it has no place in it yet. O(1).
   * @returns the node that it is known by
   */
  merge(a: number, b: number): number {
    const root = this.components.union(a, b);
    const child = root === a ? b : a;
    this.out.join(root, child);
    this.into.join(root, child);
    this.inner.join(root, child);
    return root;
  }

  /** Takes the edge after `previous` out of the ring `out` or `into` of a component, in which both of its ends lie. */
  drop(ring: EdgeRings, component: number, previous: EdgeId): void {
    const { rows } = this.edges;
    const edge = ring.removeAfter(component, previous);
    if (rows[edge + FROM] === rows[edge + TO]) this.free(edge);
    else if (ring === this.out) this.inner.push(component, edge);
  }

  /**
   * Removes an edge that one ring holds still: `out` or `into` of the component of `end`. To find it there could take long, so it stays as
   * a loop, which leads a search nowhere, until one comes by, or {@link tidy}.
   */
  abandon(edge: EdgeId, end: number): void {
    this.edges.remove(edge, end);
    this.#stale++;
  }

  /** An abandoned edge has been taken out of its ring. */
  free(edge: EdgeId): void {
    this.edges.free(edge);
    this.#stale--;
  }

  /** Makes all rings anew, without abandoned edges, if these are so many that this costs O(1) for each of them. */
  tidy(): void {
    const { end } = this.edges;
    if (this.#stale < this.mark.length || this.#stale * 2 * ROW < end) return;
    this.out.clear();
    this.into.clear();
    this.inner.clear();
    this.edges.reclaim();
    this.#stale = 0;
    const { rows } = this.edges;
    for (let edge = ROW; edge < end; edge += ROW) if (rows[edge + FROM] !== rows[edge + TO]) this.list(edge);
  }
}
