/** Slabs: pages with the regions of one bin. Which region is which follows from the bin that the caller means. */
import { UndefinedBehaviour } from '../../allocator.js';
import type { BinInfo } from '../bin-info.js';
import { BITMAP_WORDS, type Edata } from './edata.js';

const TWO_32 = 2 ** 32;
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

/**
 * `arena_slab_reg_alloc_batch`: takes the first `n` regions whose bits are set.
 * @throws UndefinedBehaviour if there are fewer: jemalloc goes on in the memory behind the bitmap then
 */
export function slabRegAlloc(slab: Edata, { regSize }: BinInfo, n: number, to: Float64Array | number[], at: number): void {
  const { bitmap, addr } = slab;
  let word = 0;
  for (let i = 0; i < n; i++) {
    while (word < BITMAP_WORDS && bitmap[word] === 0) word++;
    if (word === BITMAP_WORDS) throw noBits(slab, n);
    const bits = bitmap[word]!;
    const bit = 31 - Math.clz32(bits & -bits);
    bitmap[word] = bits ^ (1 << bit);
    to[at + i] = addr + regSize * (word * 32 + bit);
  }
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

/** The bit of a region changes (`bitmap_unset` does not look what it was), and one more is free. */
export function slabRegFree(slab: Edata, region: number): void {
  if (region < 0 || region >= BITMAP_WORDS * 32) {
    throw new UndefinedBehaviour(
      `the bit of region ${region} is changed, which the bitmap of the slab at 0x${slab.base.toString(16)} does not have: memory behind the bitmap is damaged`,
    );
  }
  slab.bitmap[region >> 5]! ^= 1 << (region & 31);
  slab.out--;
  if (++slab.nfree === NFREE_LIMIT) {
    throw new UndefinedBehaviour(`the number of free regions of the slab at 0x${slab.base.toString(16)} has run over`);
  }
}

function noBits(slab: Edata, n: number): UndefinedBehaviour {
  return new UndefinedBehaviour(
    `the slab at 0x${slab.base.toString(16)} counts ${slab.nfree} free regions, of which ${n} are wanted, and its bitmap has fewer: memory behind the bitmap is read as a part of it`,
  );
}
