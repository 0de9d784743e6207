/**
 * The addresses that mmap hands out, as Linux does (6.10 and later): the highest gap that is large enough, from its top downward.
 * So mappings come out adjacent and downward, which matters where freed chunks merge. Where a mapping could consist of huge
 * pages, which are as large as chunks, the kernel looks for a gap with room to align it, and aligns it.
 */
import { ceilTo, CHUNK_SIZE, PAGE } from './size-classes.js';

/** Where mappings of an x86-64 process begin, rounded down to a chunk: with randomisation off, and jemalloc linked in. */
const TOP = 0x7fff_f7c0_0000;
const BOTTOM = 0x1_0000;

interface Gap {
  low: number;
  high: number;
}

export class AddressSpace {
  /** The highest first. */
  readonly #gaps: Gap[] = [{ low: BOTTOM, high: TOP }];

  /**
   * Maps `size` bytes, a multiple of a page, at a multiple of `alignment` (a page, or a multiple of a chunk).
   * @returns the address; 0 if no gap is large enough
   */
  map(size: number, alignment: number): number {
    const address = (size % CHUNK_SIZE === 0 && this.#highest(size + CHUNK_SIZE, size, CHUNK_SIZE)) || this.#highest(size, size);
    if (address === 0 || address % alignment === 0) {
      if (address !== 0) this.#take(address, size);
      return address;
    }
    // More than is needed, and the rest is given back: what chunk_alloc_mmap_slow does.
    const whole = size + alignment - PAGE;
    const first = this.#highest(whole, whole);
    if (first === 0) return 0;
    const aligned = ceilTo(first, alignment);
    this.#take(aligned, size);
    return aligned;
  }

  /** Maps `size` bytes at `address`, if they are free. */
  mapAt(address: number, size: number): boolean {
    if (!this.#gaps.some((gap) => gap.low <= address && address + size <= gap.high)) return false;
    this.#take(address, size);
    return true;
  }

  /** Whether something is mapped at `address`. */
  isMapped(address: number): boolean {
    return address < TOP && !this.#gaps.some(({ low, high }) => low <= address && address < high);
  }

  /** Where `size` bytes lie at the top of the highest gap that has room for `room` bytes, aligned; 0 if none has. */
  #highest(room: number, size: number, alignment = PAGE): number {
    const gap = this.#gaps.find(({ low, high }) => high - low >= room);
    if (gap === undefined) return 0;
    const address = gap.high - size;
    return address - (address % alignment);
  }

  #take(address: number, size: number): void {
    const at = this.#gaps.findIndex(({ low, high }) => low <= address && address + size <= high);
    const { low, high } = this.#gaps[at]!;
    const left: Gap[] = [];
    if (address + size < high) left.push({ low: address + size, high });
    if (low < address) left.push({ low, high: address });
    this.#gaps.splice(at, 1, ...left);
  }
}

/** For whoever gets 0 where the model cannot go on as jemalloc would. */
export const USED_UP = 'the simulated address space, of 2^47 bytes, is used up: blocks freed before this call make room';
