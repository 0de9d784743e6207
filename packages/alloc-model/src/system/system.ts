/**
 * An allocator that ignores the claimed size, as `free()` does: every call log ends well on it. Blocks have the sizes and the
 * alignment of glibc's; there is one lock less than in glibc's: none.
 */
import type { Thread } from 'lockgraph';
import type { Address, Allocator } from '../allocator.js';

const GRANULE = 16;
/** Bytes before each block that are glibc's. */
const HEADER = 8;
const LEAST = 24;
const LG_ALIGN_MASK = 0x3f;
const FIRST = 0x5555_5556_0000;
/** Where the addresses of a process end. */
const TOP = 2 ** 47;

export function createSystemAllocator(): SystemAllocator {
  return new SystemAllocator();
}

export class SystemAllocator implements Allocator {
  readonly name = 'system';
  /** Usable size of each live block. */
  readonly #live = new Map<Address, number>();
  /** Freed blocks, by usable size. */
  readonly #free = new Map<number, Address[]>();
  #end = FIRST;

  mallocx(_thread: Thread, size: number, flags: number): Address {
    const usable = this.nallocx(size, flags);
    const alignment = Math.max(2 ** (flags & LG_ALIGN_MASK), GRANULE);
    const known = alignment === GRANULE ? this.#free.get(usable)?.pop() : undefined;
    const block = known ?? this.#extend(usable, alignment);
    if (block === 0) return 0;
    this.#live.set(block, usable);
    return block;
  }

  rallocx(thread: Thread, block: Address, size: number, flags: number): Address {
    const usable = this.sallocx(block);
    if (usable === this.nallocx(size, flags) && block % 2 ** (flags & LG_ALIGN_MASK) === 0) return block;
    const moved = this.mallocx(thread, size, flags);
    if (moved === 0) return 0;
    this.dallocx(thread, block);
    return moved;
  }

  /** The claim is not looked at. */
  sdallocx(thread: Thread, block: Address): void {
    this.dallocx(thread, block);
  }

  dallocx(_thread: Thread, block: Address): void {
    const usable = this.sallocx(block);
    this.#live.delete(block);
    const stack = this.#free.get(usable);
    if (stack === undefined) this.#free.set(usable, [block]);
    else stack.push(block);
  }

  sallocx(block: Address): number {
    const usable = this.#live.get(block);
    if (usable === undefined) throw new RangeError(`no block is at 0x${block.toString(16)}; pass an address that mallocx or rallocx returned`);
    return usable;
  }

  nallocx(size: number, _flags: number): number {
    return Math.max(Math.ceil((size + HEADER) / GRANULE) * GRANULE - HEADER, LEAST);
  }

  threadExit(): void {}

  /** 0 if there are no addresses left for it. */
  #extend(usable: number, alignment: number): Address {
    const block = Math.ceil((this.#end + GRANULE) / alignment) * alignment;
    if (block + usable > TOP) return 0;
    this.#end = block + usable - HEADER;
    return block;
  }
}
