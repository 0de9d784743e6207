/** Large blocks: extents of their own. */
import type { Thread } from 'lockgraph';
import { UndefinedBehaviour } from '../../allocator.js';
import type { Arena } from './arena.js';
import type { Edata } from './edata.js';
import { LARGE_PAD } from './page-classes.js';
import { paAlloc, paDalloc, paExpand, paShrink } from './pages.js';
import { index2size, NBINS, NSIZES, PAGE, size2index } from '../size-classes.js';
import type { Tsd } from './tsd.js';

/** Blocks start at a random cache line of their first page, unless an alignment is asked for. */
export const CACHELINE = 64;
const LG_PAGE = 12;

/** `large_palloc`: a block of class size `usize`; 0 if there is no memory. */
export async function largePalloc(tsd: Tsd, arena: Arena, usize: number, alignment: number): Promise<number> {
  const { thread } = tsd;
  const up = thread.enter(arena.process.frames.large_palloc);
  const edata = await paAlloc(thread, arena.pac, usize + LARGE_PAD, alignment, { szind: size2index(usize), slab: false });
  if (edata !== null) {
    randomize(tsd, edata, alignment);
    if (arena.large !== undefined) await underLock(thread, arena, (large) => large.append(edata));
    const decay = tsd.decayTicks(arena, 1);
    if (decay !== undefined) await decay;
  }
  thread.leave(up);
  return edata?.addr ?? 0;
}

/** `large_dalloc`. */
export async function largeDalloc(tsd: Tsd, edata: Edata): Promise<void> {
  const { thread } = tsd;
  const arena = tsd.arenas.at(edata.arenaInd);
  const up = thread.enter(arena.process.frames.large_dalloc);
  if (arena.large !== undefined) await underLock(thread, arena, (large) => large.remove(edata));
  await largeDallocFinish(tsd, edata);
  const decay = tsd.decayTicks(arena, 1);
  if (decay !== undefined) await decay;
  thread.leave(up);
}

/** `large_dalloc_finish`: gives back all pages of an extent, whatever it is. */
export async function largeDallocFinish({ thread, arenas }: Tsd, edata: Edata): Promise<void> {
  const arena = arenas.at(edata.arenaInd);
  if (edata.szind < NBINS) {
    edata.out--;
    arena.process.damage.slabFreed(thread, edata);
  }
  await paDalloc(thread, arena.pac, edata);
}

/** `large_ralloc_no_move`: the block gets class size `usize` where it is. Returns whether it could. */
export async function largeRallocNoMove(tsd: Tsd, edata: Edata, usize: number): Promise<boolean> {
  const { thread } = tsd;
  const arena = tsd.arenas.at(edata.arenaInd);
  const { frames } = arena.process;
  if (edata.szind >= NSIZES) {
    throw new UndefinedBehaviour(`the extent at 0x${edata.base.toString(16)} is to change its size, and it was given back: it has no class`);
  }
  const oldUsize = index2size(edata.szind);
  if (usize > oldUsize) {
    const up = thread.enter(frames.large_ralloc_no_move_expand);
    const grown = await paExpand(thread, arena.pac, edata, usize + LARGE_PAD, size2index(usize));
    thread.leave(up);
    if (!grown) return false;
  } else if (usize < oldUsize) {
    const up = thread.enter(frames.large_ralloc_no_move_shrink);
    await paShrink(thread, arena.pac, edata, usize + LARGE_PAD, size2index(usize));
    thread.leave(up);
  }
  const decay = tsd.decayTicks(arena, 1);
  if (decay !== undefined) await decay;
  return true;
}

/** `arena_cache_oblivious_randomize`. */
function randomize(tsd: Tsd, edata: Edata, alignment: number): void {
  if (alignment >= PAGE) return;
  const lgRange = LG_PAGE - Math.floor(Math.log2(Math.max(alignment, CACHELINE)));
  edata.addr += tsd.random(lgRange) * 2 ** (LG_PAGE - lgRange);
}

async function underLock(thread: Thread, arena: Arena, change: (large: NonNullable<Arena['large']>) => void): Promise<void> {
  const lock = arena.locks.large;
  const wait = lock.acquire(thread);
  if (wait !== undefined) await wait;
  change(arena.large!);
  lock.release(thread);
}
