/**
 * The distinct acquires of a run, each once: who wanted which lock how, while holding what. They are the nodes of a tree: the root is a thread
 * that holds nothing, and the child of a node holds one lock more, taken in that order. So a node is two things at once: an abstract acquire
 * (thread, lock, held set), and what the thread holds after it; a stack of holds is one integer, and an acquire that is known costs one probe.
 *
 * Cost: `child` is a probe of an open-addressed table. Memory: 17 bytes a node and 8 to 16 of table, 4 for each lock that it holds; 4 more with
 * calling contexts, 4 more with segments.
 */
import type { CallId, Mode, ThreadId } from '../../trace/event.js';
import { grownBytes, grownIds, NONE } from '../state/columns.js';

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
} as const;

/** An event: its number, modulo 2^32, and its calling context. */
export interface Moment {
  readonly event: number;
  readonly call: CallId;
}

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
  /** Of a root: {@link NONE}. */
  #parent = new Int32Array(0);
  /** Of a root: its thread. */
  #want = new Int32Array(0);
  #flags = new Uint8Array(0);
  /** Where the events of its held locks begin in {@link #pool}; NONE before it was first wanted. */
  #first = new Int32Array(0);
  /** Numbers of events (modulo 2^32): of the request, then of the acquire of each held lock, the newest first. */
  #pool = new Uint32Array(64);
  #poolSize = 0;
  /** By place in the pool, where any event has a calling context. */
  #calls: Int32Array | undefined = undefined;
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

  /** Whose it is. O(locks held). */
  thread(node: AcquireId): ThreadId {
    let at = node;
    while (this.#parent[at] !== NONE) at = this.#parent[at]!;
    return this.#want[at]!;
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
      if (objectOf(this.#want[at]!) === object) return at;
    }
    return NONE;
  }

  /** Whether any of some flags is set. */
  has(node: AcquireId, flags: number): boolean {
    return (this.#flags[node]! & flags) !== 0;
  }

  set(node: AcquireId, flags: number): void {
    this.#flags[node]! |= flags;
  }

  clear(node: AcquireId, flags: number): void {
    this.#flags[node]! &= ~flags;
  }

  /** Remembers where an acquire was first wanted. `since` has event and call of the acquire of each held lock, the oldest first. */
  place(node: AcquireId, event: number, call: CallId, since: readonly number[]): void {
    this.#first[node] = this.#poolSize;
    this.#push(event, call);
    for (let i = since.length - 2; i >= 0; i -= 2) this.#push(since[i]!, since[i + 1]!);
  }

  /** The first request of an acquire is granted. From now on, that is where it was made: a step that its thread takes or does not. */
  granted(node: AcquireId, event: number): void {
    this.clear(node, AcquireFlag.waiting);
    this.#pool[this.#first[node]!] = event;
  }

  /** The event that first wanted it, or granted that request; undefined if none did. */
  requestedAt(node: AcquireId): Moment | undefined {
    return this.#placed(node, 0);
  }

  /** Where the lock of `ancestor`, which is on the way from the root to `node`, had been taken when `node` was first wanted. */
  acquiredAt(node: AcquireId, ancestor: AcquireId): Moment | undefined {
    let depth = 0;
    for (let at = node; at !== ancestor; at = this.#parent[at]!) depth++;
    return this.#placed(node, depth);
  }

  #placed(node: AcquireId, depth: number): Moment | undefined {
    const first = this.#first[node]!;
    if (first === NONE) return undefined;
    return { event: this.#pool[first + depth]!, call: this.#calls?.[first + depth] ?? 0 };
  }

  #push(event: number, call: CallId): void {
    if (this.#poolSize === this.#pool.length) {
      const pool = new Uint32Array(this.#pool.length * 2);
      pool.set(this.#pool);
      this.#pool = pool;
    }
    if (call !== 0 && this.#calls === undefined) this.#calls = new Int32Array(this.#pool.length);
    if (this.#calls !== undefined) {
      if (this.#calls.length < this.#pool.length) {
        const calls = new Int32Array(this.#pool.length);
        calls.set(this.#calls);
        this.#calls = calls;
      }
      this.#calls[this.#poolSize] = call;
    }
    this.#pool[this.#poolSize++] = event;
  }

  #add(parent: AcquireId, want: Want): AcquireId {
    const node = this.#size++;
    if (node >= this.#parent.length) {
      this.#parent = grownIds(this.#parent, node);
      this.#want = grownIds(this.#want, node);
      this.#flags = grownBytes(this.#flags, node);
      this.#first = grownIds(this.#first, node);
    }
    this.#parent[node] = parent;
    this.#want[node] = want;
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
