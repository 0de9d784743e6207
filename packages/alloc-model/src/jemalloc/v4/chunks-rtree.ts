/**
 * `chunks_rtree`: which chunk or huge block an address belongs to. A radix tree over chunk numbers whose nodes come from the
 * base allocator: one for the level above, and one for each 4 GiB of addresses.
 */
import type { Thread } from 'lockgraph';
import { chunkKey } from './chunk-key.js';
import type { Base } from './base.js';
import type { Frames } from './frames.js';
import type { HugeNode } from './huge-node.js';
import type { ArenaChunk } from './page-map.js';

const LEAF_BITS = 11;
const LEAF_NODES = 1 << LEAF_BITS;
const INTERIOR_NODES = 1 << 16;
const ELEMENT_BYTES = 8;

type Leaf = (ArenaChunk | HugeNode | undefined)[];

export class ChunksRtree {
  readonly #base: Base;
  readonly #frames: Frames;
  readonly #leaves = new Map<number, Leaf>();
  /** The leaf of the last look-up. */
  #lastKey = -1;
  #last: Leaf = [];

  constructor(base: Base, frames: Frames) {
    this.#base = base;
    this.#frames = frames;
  }

  /** What lies in the chunk with that number (see {@link chunkKey}). */
  get(key: number): ArenaChunk | HugeNode | undefined {
    const leafKey = key >>> LEAF_BITS;
    if (leafKey !== this.#lastKey) {
      const leaf = this.#leaves.get(leafKey);
      if (leaf === undefined) return undefined;
      this.#last = leaf;
      this.#lastKey = leafKey;
    }
    return this.#last[key & (LEAF_NODES - 1)];
  }

  /** All that is registered, by address. */
  *nodes(): Iterable<ArenaChunk | HugeNode> {
    const keys = [...this.#leaves.keys()].toSorted((a, b) => a - b);
    for (const key of keys) for (const node of this.#leaves.get(key)!) if (node !== undefined) yield node;
  }

  /** `chunk_register`. Returns a promise if nodes of the tree are missing. */
  register(thread: Thread, node: ArenaChunk | HugeNode): void | Promise<void> {
    const key = chunkKey(node.address);
    const leaf = this.#leaves.get(key >>> LEAF_BITS);
    if (leaf === undefined) return this.#grow(thread, key, node);
    leaf[key & (LEAF_NODES - 1)] = node;
  }

  /** `chunk_deregister`. */
  deregister(address: number): void {
    const key = chunkKey(address);
    const leaf = this.#leaves.get(key >>> LEAF_BITS);
    if (leaf !== undefined) leaf[key & (LEAF_NODES - 1)] = undefined;
  }

  async #grow(thread: Thread, key: number, node: ArenaChunk | HugeNode): Promise<void> {
    const up = thread.enter(this.#frames.chunk_register);
    const first = this.#leaves.size === 0;
    // Before the waits: a thread that comes meanwhile does not add the node a second time.
    const leaf: Leaf = Array.from({ length: LEAF_NODES });
    leaf[key & (LEAF_NODES - 1)] = node;
    this.#leaves.set(key >>> LEAF_BITS, leaf);
    if (first) await this.#base.alloc(thread, INTERIOR_NODES * ELEMENT_BYTES);
    await this.#base.alloc(thread, LEAF_NODES * ELEMENT_BYTES);
    thread.leave(up);
  }
}
