/**
 * The distinct acquires of a run, each once: who wanted which lock how, while holding what. They are the nodes of a tree: the root is a thread
 * that holds nothing, and the child of a node holds one lock more, taken in that order. So a node is two things at once: an abstract acquire
 * (thread, lock, held set), and what the thread holds after it; a stack of holds is one integer, and an acquire that is known costs one probe.
 *
 * Cost: `child` is a probe of an open-addressed table. Memory: 16 bytes a node, 8 to 16 of table, and 8 for the moment when it was first wanted; 4 more
 * with segments.
 */
import type { CallId, Mode, ThreadId } from '../../trace/event.js';
import { conflict } from '../../trace/lock-modes.js';
import { grownIds, grownWords, NONE } from '../state/columns.js';
import { Moments } from './moments.js';
import type { Moment, MomentId } from './moments.js';

/** Index of a node. */
export type AcquireId = number;

/** What is wanted, and how, in one integer: a lock, or with mode `join` a thread. */
export type Want = number;

/** What is known of an acquire, as bits. */
export const AcquireFlag = {
  /** It was waited for, or would have been. */
  requested: 1,
  /** It was granted by a try-lock. */
  tried: 2,
  /** A pattern of it was refuted for the order of segments alone: later segments have to be looked at. */
  ordered: 4,
  /** It was wanted for the first time, and that request is not granted yet. */
  waiting: 8,
  /** The order graph has the arrows of the chain of locks up to it. */
  chained: 16,
} as const;

/** Beside the flags of a node is its thread, whose id is below 2^24. */
const THREAD_SHIFT = 8;

const MODE_BITS = 3;
const MODE_MASK = 7;

export function wantOf(object: number, mode: Mode): Want {
  return (object << MODE_BITS) | mode;
}

export function objectOf(want: Want): number {
  return want >>> MODE_BITS;
}

export function modeOf(want: Want): Mode {
  return (want & MODE_MASK) as Mode;
}

export class AcquireTree {
  readonly moments = new Moments();
  /** How many locks were looked at by questions about what is held. */
  lookedAt = 0;
  /** Of a root: {@link NONE}. */
  #parent = new Int32Array(0);
  /** Of a root: its thread. */
  #want = new Int32Array(0);
  /** Flags, and the thread. */
  #state = new Uint32Array(0);
  /** When it was first wanted; NONE before. */
  #first = new Int32Array(0);
  #size = 0;
  #roots = new Int32Array(0);
  #table = new Int32Array(128).fill(NONE);

  get size(): number {
    return this.#size;
  }

  /** The node of a thread that holds nothing. */
  root(thread: ThreadId): AcquireId {
    const known = thread < this.#roots.length ? this.#roots[thread]! : NONE;
    if (known !== NONE) return known;
    if (thread >= this.#roots.length) this.#roots = grownIds(this.#roots, thread);
    const root = this.#add(NONE, thread);
    this.#roots[thread] = root;
    return root;
  }

  /** The acquire of `want` by who holds what `parent` says. */
  child(parent: AcquireId, want: Want): AcquireId {
    const mask = this.#table.length - 1;
    let slot = hash(parent, want) & mask;
    for (;;) {
      const node = this.#table[slot]!;
      if (node === NONE) break;
      if (this.#parent[node] === parent && this.#want[node] === want) return node;
      slot = (slot + 1) & mask;
    }
    const node = this.#add(parent, want);
    this.#table[slot] = node;
    if (this.#size * 2 > this.#table.length) this.#rehash();
    return node;
  }

  /** What was held at an acquire; {@link NONE} of a root. */
  parent(node: AcquireId): AcquireId {
    return this.#parent[node]!;
  }

  isRoot(node: AcquireId): boolean {
    return this.#parent[node] === NONE;
  }

  want(node: AcquireId): Want {
    return this.#want[node]!;
  }

  /** Whose it is. */
  thread(node: AcquireId): ThreadId {
    return this.#state[node]! >>> THREAD_SHIFT;
  }

  /** How many locks are held at an acquire. O(locks held). */
  depth(node: AcquireId): number {
    let depth = -1;
    for (let at = node; this.#parent[at] !== NONE; at = this.#parent[at]!) depth++;
    return Math.max(0, depth);
  }

  /** The acquire of `object` among those whose locks are held at `node`; NONE if it is not held. O(locks held). */
  findHeld(node: AcquireId, object: number): AcquireId {
    for (let at = this.#parent[node]!; at !== NONE && this.#parent[at] !== NONE; at = this.#parent[at]!) {
      this.lookedAt++;
      if (objectOf(this.#want[at]!) === object) return at;
    }
    return NONE;
  }

  /** The newest acquire, among those whose locks are held at `node`, for which nobody else gets what is wanted; NONE if there is none. O(locks held). */
  findInWay(node: AcquireId, want: Want): AcquireId {
    const object = objectOf(want);
    const mode = modeOf(want);
    for (let at = this.#parent[node]!; at !== NONE && this.#parent[at] !== NONE; at = this.#parent[at]!) {
      this.lookedAt++;
      if (objectOf(this.#want[at]!) === object && conflict(mode, modeOf(this.#want[at]!))) return at;
    }
    return NONE;
  }

  /** Whether any of some flags is set. */
  has(node: AcquireId, flags: number): boolean {
    return (this.#state[node]! & flags) !== 0;
  }

  set(node: AcquireId, flags: number): void {
    this.#state[node]! |= flags;
  }

  clear(node: AcquireId, flags: number): void {
    this.#state[node]! &= ~flags;
  }

  /** Remembers where an acquire was first wanted. @param below when the newest lock was taken that is held at it, or {@link NONE} */
  place(node: AcquireId, event: number, call: CallId, below: MomentId): void {
    this.#first[node] = this.moments.add(event, call, below);
  }

  /** The first request of an acquire is granted. From now on, that is where it was made: a step that its thread takes or does not. */
  granted(node: AcquireId, event: number): void {
    this.clear(node, AcquireFlag.waiting);
    this.moments.move(this.#first[node]!, event);
  }

  /** The event that first wanted it, or granted that request; undefined if none did. */
  requestedAt(node: AcquireId): Moment | undefined {
    const first = this.#first[node]!;
    return first === NONE ? undefined : this.moments.at(first);
  }

  /** Where the lock of `ancestor`, which is on the way from the root to `node`, had been taken when `node` was first wanted. */
  acquiredAt(node: AcquireId, ancestor: AcquireId): Moment | undefined {
    let moment = this.#first[node]!;
    if (moment === NONE) return undefined;
    for (let at = node; at !== ancestor; at = this.#parent[at]!) moment = this.moments.below(moment);
    return this.moments.at(moment);
  }

  #add(parent: AcquireId, want: Want): AcquireId {
    const node = this.#size++;
    if (node >= this.#parent.length) {
      this.#parent = grownIds(this.#parent, node);
      this.#want = grownIds(this.#want, node);
      this.#first = grownIds(this.#first, node);
      this.#state = grownWords(this.#state, node);
    }
    this.#parent[node] = parent;
    this.#want[node] = want;
    this.#state[node] = (parent === NONE ? want : this.thread(parent)) << THREAD_SHIFT;
    return node;
  }

  #rehash(): void {
    const table = new Int32Array(this.#table.length * 2).fill(NONE);
    const mask = table.length - 1;
    for (let node = 0; node < this.#size; node++) {
      if (this.#parent[node] === NONE) continue;
      let slot = hash(this.#parent[node]!, this.#want[node]!) & mask;
      while (table[slot] !== NONE) slot = (slot + 1) & mask;
      table[slot] = node;
    }
    this.#table = table;
  }
}

function hash(parent: number, want: number): number {
  let h = Math.imul(parent, 0x9e3779b1) ^ Math.imul(want, 0x85ebca6b);
  h ^= h >>> 15;
  return Math.imul(h, 0x2c1b3c6d) >>> 7;
}
