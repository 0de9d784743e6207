/** What 4.x and 5.x derive from the small size classes: how many regions lie together, and how much a thread cache holds. */
import { index2size, NBINS, PAGE } from './size-classes.js';

/** A bin: the regions of one small class. They lie in runs (4.x) or slabs (5.x). */
export interface BinInfo {
  readonly regSize: number;
  /** Pages of a run or slab. */
  readonly pages: number;
  /** Regions of a run or slab. */
  readonly nregs: number;
}

export const BIN_INFO: readonly BinInfo[] = Array.from({ length: NBINS }, (_, bin) => {
  const regSize = index2size(bin);
  let pages = 1;
  while ((pages * PAGE) % regSize !== 0) pages++;
  return { regSize, pages, nregs: (pages * PAGE) / regSize };
});

/** Blocks of a class that a thread cache holds at most. */
export function ncachedMax(index: number): number {
  if (index >= NBINS) return 20;
  return Math.min(Math.max(2 * BIN_INFO[index]!.nregs, 20), 200);
}

/** Blocks that a thread cache of the first `nhbins` classes holds at most, all together. */
export function stackSlots(nhbins: number): number {
  let slots = 0;
  for (let index = 0; index < nhbins; index++) slots += ncachedMax(index);
  return slots;
}
