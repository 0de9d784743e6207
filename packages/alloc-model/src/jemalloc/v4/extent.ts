/** Runs of whole chunks: cached, retained, huge, or unused space of the base allocator. */
import type { DirtyLink } from './dirty-list.js';
import { extentQuantizeFloor } from './quantize.js';

/** `extent_node_t` has 112 bytes; the allocator rounds it up to cache lines. */
export const EXTENT_NODE_BYTES = 128;

export class ExtentNode implements DirtyLink {
  address: number;
  /** In bytes. */
  size: number;
  /** Serial number: the order in which the arena got it from the system. Lower is older, and preferred. */
  sn: number;
  readonly isExtent = true;
  dirtyPrevious: DirtyLink | undefined = undefined;
  dirtyNext: DirtyLink | undefined = undefined;

  constructor(address: number, size: number, sn: number) {
    this.address = address;
    this.size = size;
    this.sn = sn;
  }
}

/** A sorted array of extents. Cost: a binary search, and a move of what lies behind for each change. */
export class ExtentTree {
  readonly #compare: (a: ExtentNode, b: ExtentNode) => number;
  readonly #nodes: ExtentNode[] = [];

  constructor(compare: (a: ExtentNode, b: ExtentNode) => number) {
    this.#compare = compare;
  }

  [Symbol.iterator](): Iterator<ExtentNode> {
    return this.#nodes[Symbol.iterator]();
  }

  insert(node: ExtentNode): void {
    this.#nodes.splice(this.#place(node), 0, node);
  }

  remove(node: ExtentNode): void {
    const at = this.#place(node);
    if (this.#nodes[at] !== node) throw new Error(`the extent at 0x${node.address.toString(16)} is not in the tree`);
    this.#nodes.splice(at, 1);
  }

  /** The first that is not below `key`. */
  nsearch(key: ExtentNode): ExtentNode | undefined {
    return this.#nodes[this.#place(key)];
  }

  /** The one before `node`, which is in the tree. */
  previous(node: ExtentNode): ExtentNode | undefined {
    return this.#nodes[this.#place(node) - 1];
  }

  #place(key: ExtentNode): number {
    let low = 0;
    let high = this.#nodes.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#compare(this.#nodes[middle]!, key) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** By size (its class only), then age, then address: the best fit is the first one from the wanted size on. */
export function bySizeAgeAddress(a: ExtentNode, b: ExtentNode): number {
  return extentQuantizeFloor(a.size) - extentQuantizeFloor(b.size) || a.sn - b.sn || a.address - b.address;
}

export function byAddress(a: ExtentNode, b: ExtentNode): number {
  return a.address - b.address;
}
