/**
 * Size classes of jemalloc 4.x and 5.x on 64-bit platforms with 4 KiB pages: 8; 16 to 128 in steps of 16; then four per doubling.
 * A class is an index from 0; its size is what a block of it can hold. Cost: a table look-up up to 14336 bytes, a binary search above.
 */

export const PAGE = 4096;
export const CHUNK_SIZE = 2 * 1024 * 1024;
export const CHUNK_NPAGES = CHUNK_SIZE / PAGE;

/** Number of small classes, that is of bins. */
export const NBINS = 36;
export const NSIZES = 232;
export const SMALL_MAXCLASS = 14336;
export const LARGE_MINCLASS = 16384;
export const LARGE_MAXCLASS = 1835008;
/** First huge class, in whole chunks. */
export const HUGE_MININDEX = 64;
/** 7 * 2^60. */
export const HUGE_MAXCLASS = 7 * 2 ** 60;

const SIZES = classSizes();
const SMALL_INDEX = smallIndex();

/** Size of a class in bytes. */
export function index2size(index: number): number {
  return SIZES[index]!;
}

/** The smallest class that holds `size` bytes, from 1 to {@link HUGE_MAXCLASS}; {@link NSIZES} above. */
export function size2index(size: number): number {
  if (size <= SMALL_MAXCLASS) return SMALL_INDEX[(size - 1) >> 3]!;
  let low = NBINS;
  let high = NSIZES;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (SIZES[middle]! < size) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Rounds a request up to the size of its class; 0 if no class is that large. */
export function s2u(size: number): number {
  return size > HUGE_MAXCLASS ? 0 : index2size(size2index(size));
}

/** `n` rounded up to a multiple of `unit`. */
export function ceilTo(n: number, unit: number): number {
  return Math.ceil(n / unit) * unit;
}

function classSizes(): Float64Array {
  const sizes = new Float64Array(NSIZES);
  sizes[0] = 8;
  let index = 1;
  for (let size = 16; size <= 64; size += 16) sizes[index++] = size;
  for (let group = 64; index < NSIZES; group *= 2) {
    for (let quarter = 1; quarter <= 4 && index < NSIZES; quarter++) sizes[index++] = group + (group / 4) * quarter;
  }
  return sizes;
}

function smallIndex(): Uint8Array {
  const table = new Uint8Array(SMALL_MAXCLASS / 8);
  let index = 0;
  for (let slot = 0; slot < table.length; slot++) {
    if ((slot + 1) * 8 > SIZES[index]!) index++;
    table[slot] = index;
  }
  return table;
}
