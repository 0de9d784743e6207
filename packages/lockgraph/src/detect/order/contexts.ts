/**
 * What each thread holds, as a node of the tree of acquires, and since when. A lock that is taken again by its holder in the same mode is counted, and
 * changes nothing; in another mode, it is one more that is held.
 * Cost: an acquire is a probe and a walk over what is held; a release of the newest lock is O(1), of another one a move of the newer ones in an array, and
 * a probe for each of them when the thread wants something next.
 */
import type { CallId, ThreadId } from '../../trace/event.js';
import { waitsBeside } from '../../trace/lock-modes.js';
import { grownIds, NONE } from '../state/columns.js';
import { modeOf, objectOf } from './acquire-tree.js';
import type { AcquireId, AcquireTree, Want } from './acquire-tree.js';
import type { MomentId } from './moments.js';

/** Fields of a hold: what is held, number of the event that took it, its calling context, how often it was taken again since, and its moment if that is remembered. */
const WANT = 0;
const EVENT = 1;
const CALL = 2;
const AGAIN = 3;
const MOMENT = 4;
const FIELDS = 5;

const NOTHING: number[] = [];

export class Contexts {
  readonly #tree: AcquireTree;
  readonly #byMode: boolean;
  /** By thread, the node of its oldest holds, and how many fields these have: of newer ones, there is none yet. */
  #at = new Int32Array(0);
  #placed = new Int32Array(0);
  /** By thread, the fields of each hold, the oldest first. */
  readonly #holds: number[][] = [];

  /** @param byMode whether one object can be held in several modes; else the first one counts for all, as where an object is a class of locks */
  constructor(tree: AcquireTree, byMode: boolean) {
    this.#tree = tree;
    this.#byMode = byMode;
  }

  /** What `thread` holds. */
  of(thread: ThreadId): AcquireId {
    const holds = this.#holds[thread] ?? NOTHING;
    if (holds.length === 0) return this.#tree.root(thread);
    let at = this.#at[thread]!;
    let placed = this.#placed[thread]!;
    if (placed === holds.length) return at;
    for (; placed < holds.length; placed += FIELDS) at = this.#tree.child(at, holds[placed + WANT]!);
    this.#place(thread, at, placed);
    return at;
  }

  /** When `thread` took the newest of what it holds; {@link NONE} if it holds nothing. O(holds of which it was not asked yet). */
  newest(thread: ThreadId): MomentId {
    const holds = this.#holds[thread] ?? NOTHING;
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
    return this.#find(thread, want) === NONE ? this.#tree.child(this.of(thread), want) : NONE;
  }

  /** Whether others can keep `thread` waiting for what it wants, with what it holds. */
  canWait(thread: ThreadId, want: Want): boolean {
    const holds = this.#holds[thread] ?? NOTHING;
    const object = objectOf(want);
    for (let hold = 0; hold < holds.length; hold += FIELDS) {
      const held = holds[hold + WANT]!;
      if (objectOf(held) === object && (!this.#byMode || held === want || !waitsBeside(modeOf(held), modeOf(want)))) return false;
    }
    return true;
  }

  /** `thread` has got what {@link next} told. */
  enterAs(event: number, thread: ThreadId, node: AcquireId, call: CallId): void {
    const holds = (this.#holds[thread] ??= []);
    holds.push(this.#tree.want(node), event, call, 0, NONE);
    this.#place(thread, node, holds.length);
  }

  /** `thread` has taken once more what it has. */
  again(thread: ThreadId, want: Want): void {
    this.#holds[thread]![this.#find(thread, want) + AGAIN]!++;
  }

  /** `thread` gives a lock back. @returns whether it has it so no more, and had it */
  leave(thread: ThreadId, want: Want): boolean {
    const hold = this.#find(thread, want);
    if (hold === NONE) return false;
    const holds = this.#holds[thread]!;
    if (holds[hold + AGAIN]! > 0) {
      holds[hold + AGAIN]!--;
      return false;
    }
    this.#remove(thread, hold);
    return true;
  }

  /** `thread` has lost a lock, however often and in whatever modes it had taken it. */
  drop(thread: ThreadId, object: number): void {
    for (let hold = this.#findObject(thread, object); hold !== NONE; hold = this.#findObject(thread, object)) this.#remove(thread, hold);
  }

  #remove(thread: ThreadId, hold: number): void {
    const tree = this.#tree;
    const holds = this.#holds[thread]!;
    let at = this.#at[thread]!;
    let placed = this.#placed[thread]!;
    for (; placed > hold; placed -= FIELDS) at = tree.parent(at);
    this.#place(thread, at, placed);
    if (hold + FIELDS === holds.length) {
      holds.length = hold;
      return;
    }
    holds.splice(hold, FIELDS);
    // What is remembered of the newer ones has the one below that is gone.
    for (let next = hold; next < holds.length && holds[next + MOMENT] !== NONE; next += FIELDS) holds[next + MOMENT] = NONE;
  }

  /** Where the fields of the hold of what is wanted are, the newest if there are several; {@link NONE} if it is not held. */
  #find(thread: ThreadId, want: Want): number {
    if (!this.#byMode) return this.#findObject(thread, objectOf(want));
    const holds = this.#holds[thread] ?? NOTHING;
    let hold = holds.length - FIELDS;
    while (hold >= 0 && holds[hold + WANT] !== want) hold -= FIELDS;
    return hold < 0 ? NONE : hold;
  }

  #findObject(thread: ThreadId, object: number): number {
    const holds = this.#holds[thread] ?? NOTHING;
    let hold = holds.length - FIELDS;
    while (hold >= 0 && objectOf(holds[hold + WANT]!) !== object) hold -= FIELDS;
    return hold < 0 ? NONE : hold;
  }

  #place(thread: ThreadId, at: AcquireId, placed: number): void {
    if (thread >= this.#at.length) {
      this.#at = grownIds(this.#at, thread);
      this.#placed = grownIds(this.#placed, thread);
    }
    this.#at[thread] = at;
    this.#placed[thread] = placed;
  }
}
