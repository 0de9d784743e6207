/**
 * What each thread holds, as a node of the tree of acquires, and since when. A lock that is taken again by its holder is counted, and changes
 * nothing.
 * Cost: an acquire is a probe and a walk over what is held; a release of the newest lock is O(1), of another one a probe for each newer one.
 */
import type { CallId, ThreadId } from '../../trace/event.js';
import { grownIds, NONE } from '../state/columns.js';
import { objectOf } from './acquire-tree.js';
import type { AcquireId, AcquireTree, Want } from './acquire-tree.js';

export class Contexts {
  readonly #tree: AcquireTree;
  #at = new Int32Array(0);
  /** By thread, for each lock that it holds, the oldest first: number of the event that took it, and its calling context. */
  readonly #since: number[][] = [];
  /** How often a lock was taken again, by {@link pairOf}; empty for most runs. */
  readonly #depths = new Map<number, number>();

  constructor(tree: AcquireTree) {
    this.#tree = tree;
  }

  /** What `thread` holds. */
  of(thread: ThreadId): AcquireId {
    const at = thread < this.#at.length ? this.#at[thread]! : NONE;
    return at === NONE ? this.#tree.root(thread) : at;
  }

  /** Whether a thread has `object` among what it holds. */
  holds(thread: ThreadId, object: number): boolean {
    return this.#find(this.of(thread), object) !== NONE;
  }

  /** Numbers of the events that took what `thread` holds, each followed by its calling context; the oldest first. */
  since(thread: ThreadId): readonly number[] {
    return this.#since[thread] ?? [];
  }

  /** `thread` has got what it wanted. @returns the acquire, or {@link NONE} if it had the lock already */
  enter(event: number, thread: ThreadId, want: Want, call: CallId): AcquireId {
    const node = this.next(thread, want);
    if (node === NONE) this.again(thread, objectOf(want));
    else this.enterAs(event, thread, node, call);
    return node;
  }

  /** The acquire that it would be if `thread` got what it wants, or {@link NONE} if it has the lock already. */
  next(thread: ThreadId, want: Want): AcquireId {
    const at = this.of(thread);
    return this.#find(at, objectOf(want)) === NONE ? this.#tree.child(at, want) : NONE;
  }

  /** `thread` has got what {@link next} told. */
  enterAs(event: number, thread: ThreadId, node: AcquireId, call: CallId): void {
    this.#set(thread, node);
    this.#since[thread]!.push(event, call);
  }

  /** `thread` has taken a lock once more that it has. */
  again(thread: ThreadId, object: number): void {
    const key = pairOf(thread, object);
    this.#depths.set(key, (this.#depths.get(key) ?? 0) + 1);
  }

  /** `thread` gives a lock back. @returns whether it has it no more, and had it */
  leave(thread: ThreadId, object: number): boolean {
    const at = this.of(thread);
    if (this.#depths.size > 0) {
      const key = pairOf(thread, object);
      const depth = this.#depths.get(key);
      if (depth !== undefined) {
        if (depth === 1) this.#depths.delete(key);
        else this.#depths.set(key, depth - 1);
        return false;
      }
    }
    return this.#without(thread, at, object);
  }

  /** `thread` has lost a lock, however often it had taken it. */
  drop(thread: ThreadId, object: number): void {
    this.#depths.delete(pairOf(thread, object));
    this.#without(thread, this.of(thread), object);
  }

  #without(thread: ThreadId, at: AcquireId, object: number): boolean {
    const tree = this.#tree;
    if (!tree.isRoot(at) && objectOf(tree.want(at)) === object) {
      this.#set(thread, tree.parent(at));
      const since = this.#since[thread]!;
      since.pop();
      since.pop();
      return true;
    }
    const found = this.#find(at, object);
    if (found === NONE) return false;
    const newer: Want[] = [];
    for (let node = at; node !== found; node = tree.parent(node)) newer.push(tree.want(node));
    let node = tree.parent(found);
    for (let i = newer.length - 1; i >= 0; i--) node = tree.child(node, newer[i]!);
    this.#set(thread, node);
    const since = this.#since[thread]!;
    since.splice(since.length - 2 * (newer.length + 1), 2);
    return true;
  }

  #find(at: AcquireId, object: number): AcquireId {
    const tree = this.#tree;
    for (let node = at; !tree.isRoot(node); node = tree.parent(node)) if (objectOf(tree.want(node)) === object) return node;
    return NONE;
  }

  #set(thread: ThreadId, node: AcquireId): void {
    if (thread >= this.#at.length) this.#at = grownIds(this.#at, thread);
    if (this.#at[thread] === NONE) this.#since[thread] = [];
    this.#at[thread] = node;
  }
}

/** Ids are below 2^24 (threads) and 2^29 (locks), so a pair of them is an exact double. */
function pairOf(thread: ThreadId, object: number): number {
  return thread * 2 ** 29 + object;
}
