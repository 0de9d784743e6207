/**
 * The calling-context tree: a simulated stack is one integer, the node at its tip (Ammons, Ball, Larus 1997).
 * A node is a (parent, frame) pair, so equal stacks are equal integers.
 * Cost: `child` is one probe of an open-addressed table; `stack` walks to the root. Memory: 8 bytes a node and 8 to 16 of table.
 */
import type { CallId } from './event.js';
import { Interner } from './interner.js';

/** A function of the simulated program, as people read it: `tcache_bin_flush_small(bin 2)`. */
export type FrameId = number;

const EMPTY = -1;

export class CallTree {
  static readonly root: CallId = 0;

  readonly #frames = new Interner();
  /** By frame. */
  readonly #names: string[] = [];
  /** Place in the source where a frame's call was made, as `src/bank.ts:14:33`; by frame. */
  readonly #sites = new Map<FrameId, string>();
  #parent = new Int32Array(64).fill(EMPTY);
  #frame = new Int32Array(64).fill(EMPTY);
  #size = 1;
  /** Node ids, hashed by (parent, frame); power-of-two size, at most half full. */
  #table = new Int32Array(128).fill(EMPTY);

  /** Number of nodes, the root included. */
  get size(): number {
    return this.#size;
  }

  /** The id of a frame. `site` distinguishes two frames of one name, and is shown with it. */
  frame(name: string, site?: string): FrameId {
    // Any string may be a name: the length, and the newline where there is no site, keep different frames apart.
    const id = this.#frames.id(site === undefined ? `\n${name}` : `${name.length}\n${name}${site}`);
    if (id === this.#names.length) {
      this.#names.push(name);
      if (site !== undefined) this.#sites.set(id, site);
    }
    return id;
  }

  /** The context of a call of `frame` made in the context `parent`. */
  child(parent: CallId, frame: FrameId): CallId {
    const mask = this.#table.length - 1;
    let slot = hash(parent, frame) & mask;
    for (;;) {
      const node = this.#table[slot]!;
      if (node === EMPTY) return this.#add(parent, frame, slot);
      if (this.#parent[node] === parent && this.#frame[node] === frame) return node;
      slot = (slot + 1) & mask;
    }
  }

  /** The caller's context; the root's is the root. */
  parent(node: CallId): CallId {
    return node === CallTree.root ? CallTree.root : this.#parent[node]!;
  }

  /** Names of the frames from the outermost call to the tip. */
  stack(node: CallId): string[] {
    const names: string[] = [];
    for (let at = node; at !== CallTree.root; at = this.#parent[at]!) names.push(this.frameName(this.#frame[at]!));
    return names.toReversed();
  }

  /** The frame of a node; the root has none (-1). */
  frameOf(node: CallId): FrameId {
    return this.#frame[node]!;
  }

  /** @throws RangeError if there is no such frame. */
  frameName(frame: FrameId): string {
    const name = this.#names[frame];
    if (name === undefined) throw new RangeError(`no frame has the id ${frame}; there are ${this.#names.length}`);
    return name;
  }

  frameSite(frame: FrameId): string | undefined {
    return this.#sites.get(frame);
  }

  /** The site nearest to the tip, if any frame of the stack has one. */
  site(node: CallId): string | undefined {
    for (let at = node; at !== CallTree.root; at = this.#parent[at]!) {
      const site = this.#sites.get(this.#frame[at]!);
      if (site !== undefined) return site;
    }
    return undefined;
  }

  #add(parent: CallId, frame: FrameId, slot: number): CallId {
    const node = this.#size++;
    if (node === this.#parent.length) {
      this.#parent = grown(this.#parent);
      this.#frame = grown(this.#frame);
    }
    this.#parent[node] = parent;
    this.#frame[node] = frame;
    this.#table[slot] = node;
    if (this.#size * 2 > this.#table.length) this.#rehash();
    return node;
  }

  #rehash(): void {
    const table = new Int32Array(this.#table.length * 2).fill(EMPTY);
    const mask = table.length - 1;
    for (let node = 1; node < this.#size; node++) {
      let slot = hash(this.#parent[node]!, this.#frame[node]!) & mask;
      while (table[slot] !== EMPTY) slot = (slot + 1) & mask;
      table[slot] = node;
    }
    this.#table = table;
  }
}

function hash(parent: number, frame: number): number {
  let h = Math.imul(parent, 0x9e3779b1) ^ Math.imul(frame, 0x85ebca6b);
  h ^= h >>> 15;
  return Math.imul(h, 0x2c1b3c6d) >>> 7;
}

function grown(column: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(column.length * 2).fill(EMPTY);
  larger.set(column);
  return larger;
}
