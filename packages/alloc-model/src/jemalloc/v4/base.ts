/** The base allocator: jemalloc's own structures, which are never freed. */
import type { Mutex, Thread } from 'lockgraph';
import { NotModelled } from '../../allocator.js';
import { type AddressSpace, USED_UP } from '../address-space.js';
import { bySizeAgeAddress, EXTENT_NODE_BYTES, ExtentNode, ExtentTree } from './extent.js';
import type { Frames } from './frames.js';
import { ceilTo, CHUNK_SIZE, s2u } from '../size-classes.js';

const CACHELINE = 64;

export class Base {
  readonly #lock: Mutex;
  readonly #frames: Frames;
  readonly #addressSpace: AddressSpace;
  /** `base_avail_szsnad`: unused space. */
  readonly #avail = new ExtentTree(bySizeAgeAddress);
  /** `base_nodes`: nodes of extents that were used up. */
  #nodes = 0;
  #nextSn = 0;

  constructor(lock: Mutex, frames: Frames, addressSpace: AddressSpace) {
    this.#lock = lock;
    this.#frames = frames;
    this.#addressSpace = addressSpace;
  }

  /** Memory for `size` bytes. Returns its address. */
  async alloc(thread: Thread, size: number): Promise<number> {
    const up = thread.enter(this.#frames.base_alloc);
    const wait = this.#lock.acquire(thread);
    if (wait !== undefined) await wait;
    const address = this.take(size);
    this.#lock.release(thread);
    thread.leave(up);
    return address;
  }

  /** As {@link alloc}, before there are threads. */
  take(size: number): number {
    const csize = ceilTo(size, CACHELINE);
    let node = this.#avail.nsearch(new ExtentNode(0, s2u(csize), 0));
    if (node === undefined) node = this.#grow(csize);
    else this.#avail.remove(node);
    const { address } = node;
    node.address += csize;
    node.size -= csize;
    if (node.size > 0) this.#avail.insert(node);
    else this.#nodes++;
    return address;
  }

  /** An extent from the system, in which there is room for `size` bytes. */
  #grow(size: number): ExtentNode {
    // The node that describes it lies at its beginning, unless one is left over.
    const own = this.#nodes > 0 ? 0 : EXTENT_NODE_BYTES;
    if (own === 0) this.#nodes--;
    const csize = ceilTo(size + own, CHUNK_SIZE);
    const address = this.#addressSpace.map(csize, CHUNK_SIZE);
    if (address === 0) throw new NotModelled(USED_UP);
    return new ExtentNode(address + own, csize - own, this.#nextSn++);
  }
}
