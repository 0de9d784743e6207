/**
 * A list of edges for each node, linked through a column of the edge table. Each is a ring, known by its last edge, so that two
 * become one by an exchange of links. Cost: O(1) each, unless said otherwise. Memory: 4 bytes a node.
 */
import { doubled } from './columns.js';
import { NO_EDGE } from './edge-table.js';
import type { EdgeId, EdgeTable } from './edge-table.js';

export class EdgeRings {
  /** Column of the rows that holds the links. */
  readonly link: number;
  /** By node, the last edge of its ring, which links to the first; or NO_EDGE. */
  last = new Int32Array(16);
  readonly #table: EdgeTable;

  constructor(table: EdgeTable, link: number) {
    this.#table = table;
    this.link = link;
  }

  /** Makes room for a node. */
  add(node: number): void {
    while (node >= this.last.length) this.last = doubled(this.last);
  }

  push(node: number, edge: EdgeId): void {
    const { rows } = this.#table;
    const last = this.last[node]!;
    if (last === NO_EDGE) {
      this.last[node] = edge;
      rows[edge + this.link] = edge;
    } else {
      rows[edge + this.link] = rows[last + this.link]!;
      rows[last + this.link] = edge;
    }
  }

  /** Gives all edges of `from` to `to`. */
  join(to: number, from: number): void {
    const { rows } = this.#table;
    const a = this.last[to]!;
    const b = this.last[from]!;
    if (b === NO_EDGE) return;
    this.last[from] = NO_EDGE;
    this.last[to] = b;
    if (a === NO_EDGE) return;
    const first = rows[a + this.link]!;
    rows[a + this.link] = rows[b + this.link]!;
    rows[b + this.link] = first;
  }

  /** Takes out the edge that follows `previous` in the ring of a node, and returns it. */
  removeAfter(node: number, previous: EdgeId): EdgeId {
    const { rows } = this.#table;
    const edge = rows[previous + this.link]!;
    rows[previous + this.link] = rows[edge + this.link]!;
    if (edge === this.last[node]) this.last[node] = edge === previous ? NO_EDGE : previous;
    return edge;
  }

  /** Empties the ring of a node. Returns the first of its edges, which are a chain now, ended by NO_EDGE. */
  take(node: number): EdgeId {
    const { rows } = this.#table;
    const last = this.last[node]!;
    if (last === NO_EDGE) return NO_EDGE;
    const first = rows[last + this.link]!;
    rows[last + this.link] = NO_EDGE;
    this.last[node] = NO_EDGE;
    return first;
  }

  /** Empties all rings. O(nodes). */
  clear(): void {
    this.last.fill(NO_EDGE);
  }
}
