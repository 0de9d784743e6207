/** What version 4.5.0 derives from the size classes for large runs. */
import { ceilTo, CHUNK_NPAGES, CHUNK_SIZE, index2size, LARGE_MINCLASS, LARGE_MAXCLASS, PAGE, s2u, size2index, SMALL_MAXCLASS } from '../size-classes.js';

/** Pages at the start of a chunk that hold its header: the page map. */
export const MAP_BIAS = 13;
/** Pages of a chunk that runs can have. */
export const MAXRUN_PAGES = CHUNK_NPAGES - MAP_BIAS;
/** Each large run has a page more than its size, so that the block can start at a random cache line of the first page. */
export const LARGE_PAD = PAGE;

/** Pages of the run of a large class. */
export function largeRunPages(index: number): number {
  return (index2size(index) + LARGE_PAD) / PAGE;
}

const LARGE_CLASS_OF_PAGES = Int8Array.from({ length: CHUNK_NPAGES }, (_, pages) =>
  pages < 2 ? -1 : size2index(pages * PAGE - LARGE_PAD),
);

/** The class of the large block whose run has `pages` pages. */
export function largeClass(pages: number): number {
  return LARGE_CLASS_OF_PAGES[pages]!;
}

/** Size of the class of a request with an alignment (a power of two); 0 if there is none. */
export function sa2u(size: number, alignment: number): number {
  if (size <= SMALL_MAXCLASS && alignment < PAGE) {
    const usize = s2u(ceilTo(size, alignment));
    if (usize < LARGE_MINCLASS) return usize;
  }
  if (size <= LARGE_MAXCLASS && alignment < CHUNK_SIZE) {
    const usize = size <= LARGE_MINCLASS ? LARGE_MINCLASS : s2u(size);
    if (usize + LARGE_PAD + ceilTo(alignment, PAGE) - PAGE <= MAXRUN_PAGES * PAGE) return usize;
  }
  if (alignment > 2 ** 62) return 0;
  const usize = size <= CHUNK_SIZE ? CHUNK_SIZE : s2u(size);
  return usize + ceilTo(alignment, CHUNK_SIZE) - PAGE >= 2 ** 64 ? 0 : usize;
}
