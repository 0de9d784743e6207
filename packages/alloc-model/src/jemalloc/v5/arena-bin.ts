/** Small blocks of an arena: regions of slabs. */
import type { Thread } from 'lockgraph';
import { UndefinedBehaviour } from '../../allocator.js';
import type { Arena } from './arena.js';
import { BIN_INFO } from '../bin-info.js';
import type { Bin } from './bin.js';
import type { CacheBin } from '../cache-bin.js';
import type { Edata } from './edata.js';
import { ENDLESS, endless } from './endless.js';
import { paAlloc, paDalloc } from './pages.js';
import { NBINS, PAGE } from '../size-classes.js';
import { slabInit, slabRegAlloc, slabRegFree, slabRegind } from './slab.js';
import type { Tsd } from './tsd.js';

/** `arena_cache_bin_fill_small`: gets blocks in advance; the first one taken comes to lie on top. Fewer, if there is no memory. */
export async function fillSmall(tsd: Tsd, arena: Arena, cacheBin: CacheBin): Promise<void> {
  const { thread } = tsd;
  const bin = arena.bins[cacheBin.index]!;
  const up = thread.enter(arena.process.frames.arena_cache_bin_fill_small[bin.index]!);
  const nfill = cacheBin.ncachedMax >> cacheBin.lgFillDiv;
  const taken = new Float64Array(nfill);
  let filled = 0;
  let fresh: Edata | null = null;
  for (let more = true; more; ) {
    const wait = bin.lock.acquire(thread);
    if (wait !== undefined) await wait;
    filled = fillFromSlabs(bin, taken, filled);
    if (filled < nfill && fresh !== null) {
      bin.slabcur = fresh;
      fresh = null;
      filled = fillFromSlabs(bin, taken, filled);
    }
    bin.lock.release(thread);
    more = false;
    if (filled < nfill) {
      fresh = await slabAlloc(thread, arena, bin);
      more = fresh !== null;
    }
  }
  // Another thread gave regions back while the lock was not held.
  if (fresh !== null) await slabDalloc(thread, arena, fresh);
  for (let i = 0; i < filled; i++) {
    cacheBin.avail[filled - 1 - i] = taken[i]!;
    cacheBin.pushedBy[i] = 0;
  }
  cacheBin.ncached = filled;
  const decay = tsd.decayTicks(arena, 1);
  if (decay !== undefined) await decay;
  thread.leave(up);
}

/** `arena_malloc_small`: one region; 0 if there is no memory. */
export async function arenaMallocSmall(tsd: Tsd, arena: Arena, binind: number): Promise<number> {
  const { thread } = tsd;
  const up = thread.enter(arena.process.frames.arena_malloc_small[binind]!);
  const bin = arena.bins[binind]!;
  const taken: number[] = [0];
  const wait = bin.lock.acquire(thread);
  if (wait !== undefined) await wait;
  let fresh: Edata | null = null;
  if (!takeOne(bin, taken)) {
    bin.lock.release(thread);
    fresh = await slabAlloc(thread, arena, bin);
    const again = bin.lock.acquire(thread);
    if (again !== undefined) await again;
    if (!takeOne(bin, taken) && fresh !== null) {
      bin.slabcur = fresh;
      fresh = null;
      takeOne(bin, taken);
    }
  }
  bin.lock.release(thread);
  if (fresh !== null) await slabDalloc(thread, arena, fresh);
  if (taken[0] !== 0) {
    const decay = tsd.decayTicks(arena, 1);
    if (decay !== undefined) await decay;
  }
  thread.leave(up);
  return taken[0]!;
}

/** `arena_dalloc_small`: frees a region of the slab that its page names, of whatever class that is. */
export async function arenaDallocSmall(tsd: Tsd, slab: Edata, address: number): Promise<void> {
  const { thread } = tsd;
  const binind = slab.szind;
  if (binind >= NBINS) {
    throw new UndefinedBehaviour(
      `the large block at 0x${address.toString(16)} is freed as a region of a slab: jemalloc looks for bin ${binind}, which no arena has`,
    );
  }
  const arena = tsd.arenas.at(slab.arenaInd);
  const bin = arena.bins[binind]!;
  const up = thread.enter(arena.process.frames.arena_dalloc_bin[binind]!);
  const wait = bin.lock.acquire(thread);
  if (wait !== undefined) await wait;
  const empty = dallocBinLocked(bin, slab, slabRegind(slab, bin.info, address));
  bin.lock.release(thread);
  if (empty) await slabDalloc(thread, arena, slab);
  thread.leave(up);
  const decay = tsd.decayTicks(arena, 1);
  if (decay !== undefined) await decay;
}

/**
 * `arena_dalloc_bin_locked_step`: region `regind` of a slab is free from now on. All that it does, it does with `bin`, whether that is
 * the slab's or not. Returns whether the slab is to be given back.
 */
export function dallocBinLocked(bin: Bin, slab: Edata, regind: number): boolean {
  slabRegFree(slab, regind);
  if (slab.nfree === bin.info.nregs) {
    bin.dissociate(slab, slabNregs(slab));
    return true;
  }
  if (slab.nfree === 1 && slab !== bin.slabcur) {
    bin.fullRemove(slab);
    bin.lowerSlab(slab);
  }
  return false;
}

/** `arena_slab_dalloc`: the pages of a slab are free from now on. */
export async function slabDalloc(thread: Thread, arena: Arena, slab: Edata): Promise<void> {
  const { damage, frames } = arena.process;
  damage.slabFreed(thread, slab);
  const up = thread.enter(frames.arena_slab_dalloc[slab.szind] ?? frames.extent_record);
  await paDalloc(thread, arena.pac, slab);
  thread.leave(up);
}

/** `arena_slab_alloc`; null if there is no memory. */
async function slabAlloc(thread: Thread, arena: Arena, bin: Bin): Promise<Edata | null> {
  const up = thread.enter(arena.process.frames.arena_slab_alloc[bin.index]!);
  const slab = await paAlloc(thread, arena.pac, bin.info.pages * PAGE, PAGE, { szind: bin.index, slab: true });
  if (slab !== null) slabInit(slab, bin.info);
  thread.leave(up);
  return slab;
}

/** Takes regions from the current slab and from those that are not full. Returns how many there are now. */
function fillFromSlabs(bin: Bin, to: Float64Array, from: number): number {
  let filled = from;
  for (let steps = 0; filled < to.length; steps++) {
    if (steps > ENDLESS) throw endless(`the heap of slabs with free regions (${bin.lock.name})`);
    const { slabcur } = bin;
    if (slabcur !== null && slabcur.nfree > 0) {
      const n = Math.min(to.length - filled, slabcur.nfree);
      slabRegAlloc(slabcur, bin.info, n, to, filled);
      filled += n;
    } else if (!bin.refillSlabcur()) break;
  }
  return filled;
}

/** `arena_bin_malloc_no_fresh_slab`. */
function takeOne(bin: Bin, to: number[]): boolean {
  if ((bin.slabcur === null || bin.slabcur.nfree === 0) && !bin.refillSlabcur()) return false;
  slabRegAlloc(bin.slabcur!, bin.info, 1, to, 0);
  return true;
}

/** Regions of a slab of the class that it has. Of what is no slab, jemalloc reads something behind its table, which is not the 1 that matters. */
function slabNregs({ szind }: Edata): number {
  return BIN_INFO[szind]?.nregs ?? 0;
}
