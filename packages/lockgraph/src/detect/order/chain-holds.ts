/**
 * The locks that the acquires of a chain hold, so that one look at each lock of a further acquire says whether it can be held beside all of theirs.
 * Cost: O(locks held) each. Memory: 4 bytes an object.
 */
import { Mode } from '../../trace/event.js';
import { grownCounts } from '../state/columns.js';
import { modeOf, objectOf } from './acquire-tree.js';
import type { AcquireId, AcquireTree, Want } from './acquire-tree.js';

/** Of a lock: 1 if one acquire holds it exclusively, 2 if one does upgradable, and 4 for each that shares it. */
const EXCLUSIVE = 1;
const UPGRADABLE = 2;
const SHARED = 4;

export class ChainHolds {
  readonly #tree: AcquireTree;
  readonly #isOneLock: (object: number) => boolean;
  #holds = new Int32Array(0);

  /** @param isOneLock whether two that hold an object hold the same lock: else it keeps nobody out */
  constructor(tree: AcquireTree, isOneLock: (object: number) => boolean) {
    this.#tree = tree;
    this.#isOneLock = isOneLock;
  }

  /** What is held at an acquire that {@link exclude} does not refuse is held by the chain, too. */
  add(node: AcquireId): void {
    const tree = this.#tree;
    for (let held = tree.parent(node); !tree.isRoot(held); held = tree.parent(held)) {
      tree.lookedAt++;
      const object = objectOf(tree.want(held));
      if (object >= this.#holds.length) this.#holds = grownCounts(this.#holds, object);
      this.#holds[object]! += weight(tree.want(held));
    }
  }

  /** What is held at an acquire that was added is not held any more. */
  remove(node: AcquireId): void {
    const tree = this.#tree;
    for (let held = tree.parent(node); !tree.isRoot(held); held = tree.parent(held)) {
      this.#holds[objectOf(tree.want(held))]! -= weight(tree.want(held));
    }
  }

  /** Whether a lock that the chain holds keeps an acquire from holding what is held at it. */
  exclude(node: AcquireId): boolean {
    const tree = this.#tree;
    for (let held = tree.parent(node); !tree.isRoot(held); held = tree.parent(held)) {
      tree.lookedAt++;
      const want = tree.want(held);
      const object = objectOf(want);
      const holds = object < this.#holds.length ? this.#holds[object]! : 0;
      if (holds !== 0 && (holds & inWay(modeOf(want))) !== 0 && this.#isOneLock(object)) return true;
    }
    return false;
  }
}

function weight(want: Want): number {
  const mode = modeOf(want);
  return mode === Mode.shared ? SHARED : mode === Mode.upgradable ? UPGRADABLE : EXCLUSIVE;
}

/** The bits of holds beside which a lock is not held in a mode. */
function inWay(mode: Mode): number {
  return mode === Mode.shared ? EXCLUSIVE : mode === Mode.upgradable ? EXCLUSIVE | UPGRADABLE : -1;
}
