/**
 * Acquires by what they want: for each object, and for each thread that is to be joined, those that wait for it, the newest first.
 * Cost: O(1) each. Memory: 4 bytes an acquire; 4 more from the first fork or join on.
 */
import { Mode } from '../../trace/event.js';
import type { ThreadId } from '../../trace/event.js';
import { grownIds, NONE } from '../state/columns.js';
import { modeOf, objectOf } from './acquire-tree.js';
import type { AcquireId, AcquireTree } from './acquire-tree.js';

export class WantsIndex {
  readonly #tree: AcquireTree;
  #ofLock = new Int32Array(0);
  #ofJoin = new Int32Array(0);
  #next = new Int32Array(0);

  constructor(tree: AcquireTree) {
    this.#tree = tree;
  }

  add(node: AcquireId): void {
    if (node >= this.#next.length) this.#next = grownIds(this.#next, node);
    const want = this.#tree.want(node);
    const object = objectOf(want);
    if (modeOf(want) === Mode.join) {
      if (object >= this.#ofJoin.length) this.#ofJoin = grownIds(this.#ofJoin, object);
      this.#next[node] = this.#ofJoin[object]!;
      this.#ofJoin[object] = node;
    } else {
      if (object >= this.#ofLock.length) this.#ofLock = grownIds(this.#ofLock, object);
      this.#next[node] = this.#ofLock[object]!;
      this.#ofLock[object] = node;
    }
  }

  /** The newest acquire that wants a lock, or NONE. */
  ofLock(object: number): AcquireId {
    return object < this.#ofLock.length ? this.#ofLock[object]! : NONE;
  }

  /** The newest that waits for a thread to end, or NONE. */
  ofJoin(thread: ThreadId): AcquireId {
    return thread < this.#ofJoin.length ? this.#ofJoin[thread]! : NONE;
  }

  /** The next older one that wants the same, or NONE. */
  next(node: AcquireId): AcquireId {
    return this.#next[node]!;
  }

  /** Nobody wants `object` any more. */
  forget(object: number): void {
    if (object < this.#ofLock.length) this.#ofLock[object] = NONE;
  }
}
