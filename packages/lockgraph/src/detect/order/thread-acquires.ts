/**
 * The known acquires of each thread, the newest first. Kept from the first question on, for most runs ask none.
 * Cost: the first question is a pass over the tree; then O(1). Memory: 4 bytes an acquire from then on.
 */
import type { ThreadId } from '../../trace/event.js';
import { grownIds, NONE } from '../state/columns.js';
import { AcquireFlag } from './acquire-tree.js';
import type { AcquireId, AcquireTree } from './acquire-tree.js';

export class ThreadAcquires {
  readonly #tree: AcquireTree;
  #newest = new Int32Array(0);
  #next = new Int32Array(0);
  #kept = false;

  constructor(tree: AcquireTree) {
    this.#tree = tree;
  }

  /** An acquire of `thread` is known now. */
  add(thread: ThreadId, node: AcquireId): void {
    if (this.#kept) this.#add(thread, node);
  }

  /** The newest, or NONE. */
  newest(thread: ThreadId): AcquireId {
    if (!this.#kept) this.#keep();
    return thread < this.#newest.length ? this.#newest[thread]! : NONE;
  }

  /** The next older one, or NONE. */
  next(node: AcquireId): AcquireId {
    return this.#next[node]!;
  }

  #keep(): void {
    this.#kept = true;
    for (let node = 0; node < this.#tree.size; node++) {
      if (this.#tree.has(node, AcquireFlag.requested | AcquireFlag.tried)) this.#add(this.#tree.thread(node), node);
    }
  }

  #add(thread: ThreadId, node: AcquireId): void {
    if (thread >= this.#newest.length) this.#newest = grownIds(this.#newest, thread);
    if (node >= this.#next.length) this.#next = grownIds(this.#next, node);
    this.#next[node] = this.#newest[thread]!;
    this.#newest[thread] = node;
  }
}
