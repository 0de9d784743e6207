/**
 * The size classes that two versions of jemalloc give what a call asks for. They differ only where an alignment is asked for, of a page
 * or more. Cost: a look-up in a table.
 */
import { HUGE_MININDEX, NBINS, s2u, size2index } from '../../jemalloc/size-classes.js';
import { sa2u as sa2u450 } from '../../jemalloc/v4/bin-info.js';
import { sa2u as sa2u530 } from '../../jemalloc/v5/sa2u.js';

/** What is not known, or not there: the class of no size. */
export const NO_CLASS = 255;

export const versions = ['4.5.0', '5.3.0'] as const;
export type Version = (typeof versions)[number];

/** What a call asks for, or a free claims. */
export interface Request {
  readonly asked: number;
  /** In bytes; 0: none. */
  readonly alignment: number;
}

/** Index of the class that `version` gives a request; {@link NO_CLASS} if no class is that large, or nothing is asked for. */
export function classOf(version: Version, { asked, alignment }: Request): number {
  if (asked === 0) return NO_CLASS;
  const sa2u = version === '4.5.0' ? sa2u450 : sa2u530;
  const usable = alignment === 0 ? s2u(asked) : sa2u(asked, alignment);
  return usable === 0 ? NO_CLASS : size2index(usable);
}

/**
 * Whether 4.5.0 may resize a block of class `from` to class `to` in its place: a small block never changes its class there, and the large and the
 * huge stay what they are.
 */
export function mayStay(from: number, to: number): boolean {
  if (from === NO_CLASS || to === NO_CLASS) return false;
  if (from < NBINS || to < NBINS) return from === to;
  return from < HUGE_MININDEX === to < HUGE_MININDEX;
}
