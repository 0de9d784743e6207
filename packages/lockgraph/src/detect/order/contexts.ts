/**
 * What each thread holds, as a node of the tree of acquires, and since when. A lock that is taken again by its holder in the same mode is counted, and
 * changes nothing; in another mode, it is one more that is held.
 * Cost: an acquire is a probe and a walk over what is held; a release of the newest lock is O(1), of another one a probe for each newer one.
 */
import type { CallId, ThreadId } from '../../trace/event.js';
import { waitsBeside } from '../../trace/lock-modes.js';
import { grownIds, NONE } from '../state/columns.js';
import { modeOf, objectOf } from './acquire-tree.js';
import type { AcquireId, AcquireTree, Want } from './acquire-tree.js';
import type { MomentId } from './moments.js';

/** Fields of a hold: number of the event that took it, its calling context, how often it was taken again since, and its moment if that is remembered. */
const EVENT = 0;
const CALL = 1;
const AGAIN = 2;
const MOMENT = 3;
const FIELDS = 4;

export class Contexts {
  readonly #tree: AcquireTree;
  readonly #byMode: boolean;
  #at = new Int32Array(0);
  /** By thread, the fields of each hold, the oldest first. */
  readonly #holds: number[][] = [];

  /** @param byMode whether one object can be held in several modes; else the first one counts for all, as where an object is a class of locks */
  constructor(tree: AcquireTree, byMode: boolean) {
    this.#tree = tree;
    this.#byMode = byMode;
  }

  /** What `thread` holds. */
  of(thread: ThreadId): AcquireId {
    const at = thread < this.#at.length ? this.#at[thread]! : NONE;
    return at === NONE ? this.#tree.root(thread) : at;
  }

  /** When `thread` took the newest of what it holds; {@link NONE} if it holds nothing. O(holds of which it was not asked yet). */
  newest(thread: ThreadId): MomentId {
    const holds = this.#holds[thread];
    if (holds === undefined || holds.length === 0) return NONE;
    let known = holds.length;
    while (known > 0 && holds[known - FIELDS + MOMENT] === NONE) known -= FIELDS;
    let moment = known === 0 ? NONE : holds[known - FIELDS + MOMENT]!;
    for (let hold = known; hold < holds.length; hold += FIELDS) {
      moment = this.#tree.moments.add(holds[hold + EVENT]!, holds[hold + CALL]!, moment);
      holds[hold + MOMENT] = moment;
    }
    return moment;
  }

  /** `thread` has got what it wanted. @returns the acquire, or {@link NONE} if it had the lock already */
  enter(event: number, thread: ThreadId, want: Want, call: CallId): AcquireId {
    const node = this.next(thread, want);
    if (node === NONE) this.again(thread, want);
    else this.enterAs(event, thread, node, call);
    return node;
  }

  /** The acquire that it would be if `thread` got what it wants, or {@link NONE} if it has that already. */
  next(thread: ThreadId, want: Want): AcquireId {
    const at = this.of(thread);
    return this.#find(at, want) === NONE ? this.#tree.child(at, want) : NONE;
  }

  /** Whether others can keep `thread` waiting for what it wants, with what it holds. */
  canWait(thread: ThreadId, want: Want): boolean {
    const tree = this.#tree;
    const object = objectOf(want);
    for (let node = this.of(thread); !tree.isRoot(node); node = tree.parent(node)) {
      const held = tree.want(node);
      if (objectOf(held) === object && (!this.#byMode || held === want || !waitsBeside(modeOf(held), modeOf(want)))) return false;
    }
    return true;
  }

  /** `thread` has got what {@link next} told. */
  enterAs(event: number, thread: ThreadId, node: AcquireId, call: CallId): void {
    this.#set(thread, node);
    this.#holds[thread]!.push(event, call, 0, NONE);
  }

  /** `thread` has taken once more what it has. */
  again(thread: ThreadId, want: Want): void {
    const at = this.of(thread);
    const hold = this.#hold(thread, at, this.#find(at, want));
    this.#holds[thread]![hold + AGAIN]!++;
  }

  /** `thread` gives a lock back. @returns whether it has it so no more, and had it */
  leave(thread: ThreadId, want: Want): boolean {
    const at = this.of(thread);
    const found = this.#find(at, want);
    if (found === NONE) return false;
    const holds = this.#holds[thread]!;
    const hold = this.#hold(thread, at, found);
    if (holds[hold + AGAIN]! > 0) {
      holds[hold + AGAIN]!--;
      return false;
    }
    this.#remove(thread, at, found, hold);
    return true;
  }

  /** `thread` has lost a lock, however often and in whatever modes it had taken it. */
  drop(thread: ThreadId, object: number): void {
    for (;;) {
      const at = this.of(thread);
      const found = this.#findObject(at, object);
      if (found === NONE) return;
      this.#remove(thread, at, found, this.#hold(thread, at, found));
    }
  }

  #remove(thread: ThreadId, at: AcquireId, found: AcquireId, hold: number): void {
    const tree = this.#tree;
    const newer: Want[] = [];
    for (let node = at; node !== found; node = tree.parent(node)) newer.push(tree.want(node));
    let node = tree.parent(found);
    for (let i = newer.length - 1; i >= 0; i--) node = tree.child(node, newer[i]!);
    this.#set(thread, node);
    const holds = this.#holds[thread]!;
    if (newer.length === 0) {
      holds.length = hold;
      return;
    }
    holds.splice(hold, FIELDS);
    // What is remembered of them has the one below that is gone.
    for (let next = hold; next < holds.length; next += FIELDS) holds[next + MOMENT] = NONE;
  }

  #find(at: AcquireId, want: Want): AcquireId {
    if (!this.#byMode) return this.#findObject(at, objectOf(want));
    const tree = this.#tree;
    for (let node = at; !tree.isRoot(node); node = tree.parent(node)) if (tree.want(node) === want) return node;
    return NONE;
  }

  #findObject(at: AcquireId, object: number): AcquireId {
    const tree = this.#tree;
    for (let node = at; !tree.isRoot(node); node = tree.parent(node)) if (objectOf(tree.want(node)) === object) return node;
    return NONE;
  }

  /** Where the fields of a hold are, which is one of those up to `at`. */
  #hold(thread: ThreadId, at: AcquireId, held: AcquireId): number {
    let hold = this.#holds[thread]!.length - FIELDS;
    for (let node = at; node !== held; node = this.#tree.parent(node)) hold -= FIELDS;
    return hold;
  }

  #set(thread: ThreadId, node: AcquireId): void {
    if (thread >= this.#at.length) this.#at = grownIds(this.#at, thread);
    if (this.#at[thread] === NONE) this.#holds[thread] = [];
    this.#at[thread] = node;
  }
}
