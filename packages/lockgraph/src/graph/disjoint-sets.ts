/**
 * Disjoint sets of dense ids, with union by size and path halving (Tarjan & van Leeuwen 1984).
 * Cost: practically O(1) each. Memory: 4 bytes an id.
 */
export class DisjointSets {
  /** The id above; of a representative, the size of its set, negated. */
  #above = new Int32Array(16);

  /** Makes `id` a set of its own. The ids below it that were never added stay unusable. */
  add(id: number): void {
    if (id >= this.#above.length) {
      const longer = new Int32Array(Math.max(this.#above.length * 2, id + 1));
      longer.set(this.#above);
      this.#above = longer;
    }
    this.#above[id] = -1;
  }

  /** The representative of the set of `id`. */
  find(id: number): number {
    const above = this.#above;
    let at = id;
    for (;;) {
      const parent = above[at]!;
      if (parent < 0) return at;
      const grandparent = above[parent]!;
      if (grandparent < 0) return parent;
      above[at] = grandparent;
      at = grandparent;
    }
  }

  /** Number of ids in the set that `representative` stands for. */
  size(representative: number): number {
    return -this.#above[representative]!;
  }

  /**
   * Joins the sets of two different representatives.
   * @returns the representative of the union: that of the larger set
   */
  union(a: number, b: number): number {
    const above = this.#above;
    const [root, child] = above[a]! <= above[b]! ? [a, b] : [b, a];
    above[root]! += above[child]!;
    above[child] = root;
    return root;
  }
}
