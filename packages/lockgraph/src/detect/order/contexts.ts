/**
 * What each thread holds, as a node of the tree of acquires, and since when. A lock that is taken again by its holder in the same mode is counted, and
 * changes nothing; in another mode, it is one more that is held.
 * Cost: an acquire is a probe and a walk over what is held; a release of the newest lock is O(1), of another one a move of the newer ones in an array, and
 * a probe for each of them when the thread wants something next.
 */
import type { CallId, ThreadId } from '../../trace/event.js';
import { waitsBeside } from '../../trace/lock-modes.js';
import { grownCounts, grownIds, NONE } from '../state/columns.js';
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
  /** By thread, how many fields its holds have, and what is in them, the oldest first. Arrays never shrink: that would cost more than all else here. */
  #used = new Int32Array(0);
  readonly #holds: number[][] = [];

  /** @param byMode whether one object can be held in several modes; else the first one counts for all, as where an object is a class of locks */
  constructor(tree: AcquireTree, byMode: boolean) {
    this.#tree = tree;
    this.#byMode = byMode;
  }

  /** What `thread` holds. */
  of(thread: ThreadId): AcquireId {
    const used = this.#usedBy(thread);
    if (used === 0) return this.#tree.root(thread);
    let at = this.#at[thread]!;
    let placed = this.#placed[thread]!;
    if (placed === used) return at;
    const holds = this.#holds[thread]!;
    for (; placed < used; placed += FIELDS) at = this.#tree.child(at, holds[placed + WANT]!);
    this.#place(thread, at, placed);
    return at;
  }

  /** When `thread` took the newest of what it holds; {@link NONE} if it holds nothing. O(holds of which it was not asked yet). */
  newest(thread: ThreadId): MomentId {
    const holds = this.#holds[thread] ?? NOTHING;
    const used = this.#usedBy(thread);
    let known = used;
    while (known > 0 && holds[known - FIELDS + MOMENT] === NONE) known -= FIELDS;
    let moment = known === 0 ? NONE : holds[known - FIELDS + MOMENT]!;
    for (let hold = known; hold < used; hold += FIELDS) {
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
    for (let hold = this.#usedBy(thread) - FIELDS; hold >= 0; hold -= FIELDS) {
      const held = holds[hold + WANT]!;
      if (objectOf(held) === object && (!this.#byMode || held === want || !waitsBeside(modeOf(held), modeOf(want)))) return false;
    }
    return true;
  }

  /** `thread` has got what {@link next} told. */
  enterAs(event: number, thread: ThreadId, node: AcquireId, call: CallId): void {
    const holds = (this.#holds[thread] ??= []);
    if (thread >= this.#used.length) this.#grow(thread);
    const hold = this.#used[thread]!;
    holds[hold + WANT] = this.#tree.want(node);
    holds[hold + EVENT] = event;
    holds[hold + CALL] = call;
    holds[hold + AGAIN] = 0;
    holds[hold + MOMENT] = NONE;
    this.#used[thread] = hold + FIELDS;
    this.#at[thread] = node;
    this.#placed[thread] = hold + FIELDS;
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
    let at = this.#at[thread]!;
    let placed = this.#placed[thread]!;
    for (; placed > hold; placed -= FIELDS) at = tree.parent(at);
    this.#place(thread, at, placed);
    const used = this.#used[thread]! - FIELDS;
    this.#used[thread] = used;
    if (hold === used) return;
    const holds = this.#holds[thread]!;
    for (let field = hold; field < used; field++) holds[field] = holds[field + FIELDS]!;
    // What is remembered of the newer ones has the one below that is gone.
    for (let next = hold; next < used && holds[next + MOMENT] !== NONE; next += FIELDS) holds[next + MOMENT] = NONE;
  }

  /** Where the fields of the hold of what is wanted are, the newest if there are several; {@link NONE} if it is not held. */
  #find(thread: ThreadId, want: Want): number {
    if (!this.#byMode) return this.#findObject(thread, objectOf(want));
    const holds = this.#holds[thread] ?? NOTHING;
    let hold = this.#usedBy(thread) - FIELDS;
    while (hold >= 0 && holds[hold + WANT] !== want) hold -= FIELDS;
    return hold < 0 ? NONE : hold;
  }

  #findObject(thread: ThreadId, object: number): number {
    const holds = this.#holds[thread] ?? NOTHING;
    let hold = this.#usedBy(thread) - FIELDS;
    while (hold >= 0 && objectOf(holds[hold + WANT]!) !== object) hold -= FIELDS;
    return hold < 0 ? NONE : hold;
  }

  #usedBy(thread: ThreadId): number {
    return thread < this.#used.length ? this.#used[thread]! : 0;
  }

  #place(thread: ThreadId, at: AcquireId, placed: number): void {
    this.#at[thread] = at;
    this.#placed[thread] = placed;
  }

  #grow(thread: ThreadId): void {
    this.#used = grownCounts(this.#used, thread);
    this.#placed = grownCounts(this.#placed, thread);
    this.#at = grownIds(this.#at, thread);
  }
}
