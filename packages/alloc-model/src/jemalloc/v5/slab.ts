/** Slabs: pages with the regions of one bin. Which region is which follows from the bin that the caller means. */
import { UndefinedBehaviour } from '../../allocator.js';
import type { BinInfo } from '../bin-info.js';
import { BITMAP_WORDS, type Edata } from './edata.js';

const TWO_32 = 2 ** 32;
/** Bits are in groups of 64, and the bitmap is the second half of an edata. */
const GROUP_BITS = 64;
const GROUP_BYTES = 8;
const BITMAP_OFFSET = 64;
/** Numbers of free regions have ten bits. */
const NFREE_LIMIT = 1024;

/** Fresh pages become a slab: all regions are free. Groups of 64 that are not needed keep what they have. */
export function slabInit(slab: Edata, { nregs }: BinInfo): void {
  slab.nfree = nregs;
  slab.out = 0;
  const { bitmap } = slab;
  const groups = Math.ceil(nregs / 64);
  for (let word = 0; word < groups * 2; word++) {
    const bits = Math.min(Math.max(nregs - word * 32, 0), 32);
    bitmap[word] = bits === 32 ? 0xffff_ffff : 2 ** bits - 1;
  }
}

/** `arena_slab_reg_alloc_batch`: takes the first `n` regions whose bits are set. If there are fewer, bits behind the bitmap are taken for some. */
export function slabRegAlloc(slab: Edata, { regSize }: BinInfo, n: number, to: Float64Array | number[], at: number): void {
  const { bitmap, addr } = slab;
  let taken = 0;
  for (let word = 0; taken < n && word < BITMAP_WORDS; word++) {
    for (let bits = bitmap[word]!; taken < n && bits !== 0; bits = bitmap[word]!) {
      const bit = 31 - Math.clz32(bits & -bits);
      bitmap[word] = bits ^ (1 << bit);
      to[at + taken++] = addr + regSize * (word * 32 + bit);
    }
  }
  if (slab.strayAddr) for (let i = 0; i < taken; i++) slab.memory.checkMapped(to[at + i]!);
  if (taken < n) takeBehind(slab, regSize, n - taken, to, at + taken);
  slab.nfree -= n;
  slab.out += n;
}

/**
 * `arena_slab_regind`: the number of the region at an address, if the slab were of that bin. A multiplication in place of a division,
 * which is exact for multiples of the size only.
 */
export function slabRegind(slab: Edata, { regSize }: BinInfo, address: number): number {
  const offset = address - slab.addr;
  const magic = Math.ceil(TWO_32 / regSize);
  return offset < 2 ** 20 ? Math.floor((offset * magic) / TWO_32) : Number((BigInt(offset) * BigInt(magic)) >> 32n);
}

/**
 * The bit of a region changes (`bitmap_unset` does not look what it was), and one more is free.
 * @throws UndefinedBehaviour if the bit lies where there is nothing, or nothing that the model knows
 */
export function slabRegFree(slab: Edata, region: number): void {
  if (region < 0) {
    throw new UndefinedBehaviour(`a block that lies before the extent at 0x${slab.base.toString(16)} is freed as a region of it, whose number is beyond all memory`);
  }
  if (region < BITMAP_WORDS * 32) slab.bitmap[region >> 5]! ^= 1 << (region & 31);
  else {
    const address = groupAddress(slab, Math.floor(region / GROUP_BITS));
    slab.memory.setWord(address, slab.memory.word(address) ^ (1n << BigInt(region % GROUP_BITS)));
  }
  slab.out--;
  if (++slab.nfree === NFREE_LIMIT) {
    throw new UndefinedBehaviour(`the number of free regions of the slab at 0x${slab.base.toString(16)} has run over`);
  }
}

/** Takes `n` regions for whose bits words behind the bitmap are taken. */
function takeBehind(slab: Edata, regSize: number, n: number, to: Float64Array | number[], at: number): void {
  const { memory, addr } = slab;
  const start = groupAddress(slab, 0);
  let word = groupAddress(slab, BITMAP_WORDS / 2);
  for (let taken = 0; taken < n; ) {
    word = memory.firstNonZero(word);
    let bits = memory.word(word);
    for (; taken < n && bits !== 0n; taken++) {
      const lowest = bits & -bits;
      const region = ((word - start) / GROUP_BYTES) * GROUP_BITS + lowest.toString(2).length - 1;
      const address = addr + regSize * region;
      memory.checkMapped(address);
      to[at + taken] = address;
      bits ^= lowest;
    }
    memory.setWord(word, bits);
  }
}

/** Where a group of the bitmap lies, or would lie. */
function groupAddress(slab: Edata, group: number): number {
  return slab.address + BITMAP_OFFSET + group * GROUP_BYTES;
}
