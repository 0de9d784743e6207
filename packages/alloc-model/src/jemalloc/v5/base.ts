/** `base_t`: the allocator of an arena's own structures, which are never freed. Blocks of memory are used from their start upward. */
import type { Mutex, Thread } from 'lockgraph';
import { NotModelled } from '../../allocator.js';
import { type AddressSpace, USED_UP } from '../address-space.js';
import { Edata, EDATA_BYTES } from './edata.js';
import type { Frames } from './frames.js';
import type { Memory } from './memory.js';
import { PAGE_CLASSES, psz2ind } from './page-classes.js';
import { ceilTo, CHUNK_SIZE, size2index } from '../size-classes.js';

const QUANTUM = 16;
const CACHELINE = 64;
const BLOCK_HEADER_BYTES = 144;
const BASE_BYTES = 3912;
/** Serial numbers of an edata have so many bits. */
const ESN_MASK = 0xfff;

/** What is left of a block. */
interface Block {
  readonly sn: number;
  address: number;
  size: number;
}

/** What bases share. */
export interface BaseContext {
  readonly frames: Frames;
  readonly addressSpace: AddressSpace;
  readonly memory: Memory;
}

export class Base {
  readonly #lock: Mutex;
  readonly #context: BaseContext;
  readonly #blocks: Block[] = [];
  #pindLast = 0;

  /** `base_new`. */
  constructor(lock: Mutex, context: BaseContext) {
    this.#lock = lock;
    this.#context = context;
    bump(this.#newBlock(BASE_BYTES, QUANTUM), BASE_BYTES, CACHELINE);
  }

  /** `base_alloc`: memory for `size` bytes. */
  async alloc(thread: Thread, size: number, alignment: number): Promise<{ readonly address: number; readonly sn: number }> {
    const up = thread.enter(this.#context.frames.base_alloc);
    const wait = this.#lock.acquire(thread);
    if (wait !== undefined) await wait;
    const usize = ceilTo(size, alignment);
    let block = this.#find(usize + alignment - QUANTUM);
    if (block === undefined) {
      this.#lock.release(thread);
      block = this.#newBlock(usize, alignment);
      const again = this.#lock.acquire(thread);
      if (again !== undefined) await again;
    }
    const address = bump(block, usize, alignment);
    this.#lock.release(thread);
    thread.leave(up);
    return { address, sn: block.sn };
  }

  /** `base_alloc_edata`. */
  async allocEdata(thread: Thread): Promise<Edata> {
    const { address, sn } = await this.alloc(thread, EDATA_BYTES, EDATA_BYTES);
    const edata = new Edata(address, sn & ESN_MASK, this.#context.memory);
    this.#context.memory.add(edata);
    return edata;
  }

  /** The smallest class of blocks of which all have `size` bytes; in it the oldest one. */
  #find(size: number): Block | undefined {
    const index = size2index(size);
    let best: Block | undefined = undefined;
    let bestIndex = 0;
    for (const block of this.#blocks) {
      const blockIndex = size2index(block.size + 1) - 1;
      if (blockIndex < index || (best !== undefined && blockIndex >= bestIndex)) continue;
      best = block;
      bestIndex = blockIndex;
    }
    return best;
  }

  /** `base_block_alloc`: each block is larger than the one before it. */
  #newBlock(size: number, alignment: number): Block {
    const gap = ceilTo(BLOCK_HEADER_BYTES, alignment) - BLOCK_HEADER_BYTES;
    const least = PAGE_CLASSES[psz2ind(BLOCK_HEADER_BYTES + gap + ceilTo(size, alignment))]!;
    const bytes = ceilTo(Math.max(least, PAGE_CLASSES[this.#pindLast + 1]!), CHUNK_SIZE);
    const start = this.#context.addressSpace.map(bytes, CHUNK_SIZE);
    if (start === 0) throw new NotModelled(USED_UP);
    this.#pindLast = psz2ind(bytes);
    const block = { sn: this.#blocks.length, address: start + BLOCK_HEADER_BYTES, size: bytes - BLOCK_HEADER_BYTES };
    this.#blocks.push(block);
    this.#context.memory.addUnused(block);
    return block;
  }
}

/** `base_extent_bump_alloc`. */
function bump(block: Block, size: number, alignment: number): number {
  const address = ceilTo(block.address, alignment);
  const end = address + ceilTo(size, alignment);
  block.size -= end - block.address;
  block.address = end;
  return address;
}
