/**
 * The acquires that patterns are made of, in groups of those that are the same to a pattern: equal in thread, wanted lock and held set, whatever the
 * order in which the locks that are held were taken. Cost: a pass over the tree, and a string for each acquire of a lock that some pattern wants.
 */
import { AcquireFlag, objectOf } from '../order/acquire-tree.js';
import type { AcquireId, AcquireTree } from '../order/acquire-tree.js';
import { acquireKey } from '../order/pattern-book.js';
import type { Pattern } from '../order/pattern-search.js';
import { NONE } from '../state/columns.js';

/** Index of a group. */
export type GroupId = number;

export class AcquireGroups {
  readonly #byKey = new Map<string, GroupId>();
  readonly #of: Int32Array;

  constructor(tree: AcquireTree, patterns: Iterable<Pattern>) {
    this.#of = new Int32Array(tree.size).fill(NONE);
    const wanted = new Set<number>();
    for (const pattern of patterns) {
      for (const node of pattern) {
        const key = acquireKey(tree, node);
        if (!this.#byKey.has(key)) this.#byKey.set(key, this.#byKey.size);
        wanted.add(objectOf(tree.want(node)));
      }
    }
    for (let node = 0; node < tree.size; node++) {
      if (!tree.has(node, AcquireFlag.requested) || !wanted.has(objectOf(tree.want(node)))) continue;
      this.#of[node] = this.#byKey.get(acquireKey(tree, node)) ?? NONE;
    }
  }

  get size(): number {
    return this.#byKey.size;
  }

  /** The group of an acquire, or NONE. */
  of(node: AcquireId): GroupId {
    return this.#of[node] ?? NONE;
  }
}
