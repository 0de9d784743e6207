/** Sizes of requests with an alignment. */
import { LARGE_PAD } from './page-classes.js';
import { ceilTo, HUGE_MAXCLASS, LARGE_MINCLASS, PAGE, s2u, SMALL_MAXCLASS } from '../size-classes.js';

/** `sz_sa2u`: size of the class of a request with an alignment (a power of two); 0 if there is none. */
export function sa2u(size: number, alignment: number): number {
  if (size <= SMALL_MAXCLASS && alignment <= PAGE) {
    const usize = s2u(ceilTo(size, alignment));
    if (usize < LARGE_MINCLASS) return usize;
  }
  if (alignment > HUGE_MAXCLASS) return 0;
  const usize = size <= LARGE_MINCLASS ? LARGE_MINCLASS : s2u(size);
  return usize + LARGE_PAD + ceilTo(alignment, PAGE) - PAGE >= 2 ** 64 ? 0 : usize;
}

/** Size of the class of a request; 0 if there is none. An alignment of 0 is none. */
export function usableSize(size: number, alignment: number): number {
  return alignment === 0 ? s2u(size) : sa2u(size, alignment);
}
