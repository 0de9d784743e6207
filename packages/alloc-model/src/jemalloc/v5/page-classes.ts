/**
 * Classes of extents, in bytes: 1, 2, 3 and 4 pages, then four per doubling (`sz_pind2sz`, `sz_psz2ind`). Free extents lie in bins: what
 * lies in the bin of a class has at least that size. A search begins at the first bin in which everything is large enough.
 */
import { HUGE_MAXCLASS, PAGE } from '../size-classes.js';

/** Each large block has a page more than its size, so that it can start at a random cache line of the first page. */
export const LARGE_PAD = PAGE;

export const PAGE_CLASSES: readonly number[] = pageClasses();

/** `SC_NPSIZES`. */
export const NPSIZES = PAGE_CLASSES.length;

/** The first class of at least that many bytes; {@link NPSIZES} if there is none. */
export function psz2ind(size: number): number {
  let low = 0;
  let high = NPSIZES;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (PAGE_CLASSES[middle]! < size) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The bin that a free extent of `size` bytes lies in. */
export function binOf(size: number): number {
  return psz2ind(quantizeFloor(size));
}

/** The first bin in which every extent has `size` bytes. */
export function searchBinOf(size: number): number {
  const floor = quantizeFloor(size);
  return psz2ind(floor < size ? pind2sz(psz2ind(floor - LARGE_PAD + 1)) + LARGE_PAD : floor);
}

/** `sz_pind2sz`: the size of a class; beyond the last one, more than any. */
export function pind2sz(pind: number): number {
  return PAGE_CLASSES[pind] ?? HUGE_MAXCLASS + PAGE;
}

/** `sz_psz_quantize_floor`: the largest class that fits, with the page that large blocks have more. A single page stays one. */
function quantizeFloor(size: number): number {
  const pind = psz2ind(size - LARGE_PAD + 1);
  return pind === 0 ? size : pind2sz(pind - 1) + LARGE_PAD;
}

function pageClasses(): number[] {
  const classes = [1, 2, 3, 4].map((pages) => pages * PAGE);
  for (let group = 4 * PAGE; group < HUGE_MAXCLASS; group *= 2) {
    for (let quarter = 1; quarter <= 4; quarter++) {
      const size = group + (group / 4) * quarter;
      if (size <= HUGE_MAXCLASS) classes.push(size);
    }
  }
  return classes;
}
