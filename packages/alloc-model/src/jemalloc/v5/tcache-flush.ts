/** Flushing: a thread cache gives its oldest blocks of a class back to the arenas they came from. */
import { UndefinedBehaviour } from '../../allocator.js';
import type { OperationNumber } from 'lockgraph';
import type { Arena } from './arena.js';
import { dallocBinLocked, slabDalloc } from './arena-bin.js';
import type { Bin } from './bin.js';
import type { CacheBin } from '../cache-bin.js';
import type { Edata } from './edata.js';
import { largeDallocFinish } from './large.js';
import { index2size, NBINS } from '../size-classes.js';
import { slabRegind } from './slab.js';
import type { Tsd } from './tsd.js';

const NOBODY: ReadonlySet<OperationNumber> = new Set();

/** A block under way, and what its page says of it. */
interface Item {
  readonly address: number;
  readonly edata: Edata;
}

/** `tcache_bin_flush_bottom`: gives back the oldest blocks of the class, until `rem` are left. Of those, the newest one goes first. */
export async function tcacheBinFlush(tsd: Tsd, cacheBin: CacheBin, rem: number): Promise<void> {
  const { thread, arenas } = tsd;
  const { frames } = arenas.process;
  const { index } = cacheBin;
  const small = index < NBINS;
  const up = thread.enter((small ? frames.tcache_bin_flush_small : frames.tcache_bin_flush_large)[index]!);
  const nflush = cacheBin.ncached - rem;
  const items = lookUp(tsd, cacheBin, nflush);
  if (small) await flushSmall(tsd, cacheBin, items);
  else await flushLarge(tsd, cacheBin, items);
  cacheBin.drop(nflush);
  thread.leave(up);
}

/**
 * `tcache_bin_flush_impl` of a small class. Each pass locks the class's bin in one arena, and frees the blocks that lie there as regions
 * of that bin, whatever they are. What becomes empty is given back in the end.
 */
async function flushSmall(tsd: Tsd, cacheBin: CacheBin, all: readonly Item[]): Promise<void> {
  const { thread, arenas } = tsd;
  const tcacheArena = tsd.tcache!.arena!;
  const empty: Edata[] = [];
  let merged = false;
  let items = all;
  while (items.length > 0) {
    const ind = items[0]!.edata.arenaInd;
    const arena = arenas.at(ind);
    const bin = arena.bins[cacheBin.index]!;
    const wait = bin.lock.acquire(thread);
    if (wait !== undefined) await wait;
    if (arena === tcacheArena) merged = true;
    const deferred: Item[] = [];
    for (const item of items) {
      const { edata } = item;
      if (edata.arenaInd !== ind) deferred.push(item);
      else if (freeRegion(tsd, cacheBin, bin, item, all)) empty.push(edata);
    }
    bin.lock.release(thread);
    const decay = tsd.decayTicks(arena, items.length - deferred.length);
    if (decay !== undefined) await decay;
    items = deferred;
  }
  for (const slab of empty) await slabDalloc(thread, arenas.at(slab.arenaInd), slab);
  if (!merged) await mergeStats(tsd, tcacheArena.bins[cacheBin.index]!);
}

/** `tcache_bin_flush_impl` of a large class. Of each block, all pages of its extent are given back. */
async function flushLarge(tsd: Tsd, cacheBin: CacheBin, all: readonly Item[]): Promise<void> {
  const { arenas } = tsd;
  let items = all;
  while (items.length > 0) {
    const ind = items[0]!.edata.arenaInd;
    const arena = arenas.at(ind);
    const deferred = items.filter(({ edata }) => edata.arenaInd !== ind);
    const now = items.filter(({ edata }) => edata.arenaInd === ind);
    await prepareLarge(tsd, arena, now);
    for (const { edata } of now) {
      if (edata.szind < NBINS) arenas.process.damage.largeFlushOfSlab(edata, cacheBin.strayCalls.get(edata.szind) ?? NOBODY);
      await largeDallocFinish(tsd, edata);
    }
    const decay = tsd.decayTicks(arena, now.length);
    if (decay !== undefined) await decay;
    items = deferred;
  }
}

/** `large_dalloc_prep_locked`: takes blocks out of the list of an arena that has one. */
async function prepareLarge({ thread }: Tsd, { large, locks }: Arena, items: readonly Item[]): Promise<void> {
  if (large === undefined) return;
  const wait = locks.large.acquire(thread);
  if (wait !== undefined) await wait;
  for (const { edata } of items) large.remove(edata);
  locks.large.release(thread);
}

/** Frees one block as a region of `bin`. Returns whether its slab is to be given back. */
function freeRegion(tsd: Tsd, cacheBin: CacheBin, bin: Bin, { address, edata }: Item, all: readonly Item[]): boolean {
  const region = slabRegind(edata, bin.info, address);
  if (edata.szind !== bin.index) {
    const { szind } = edata;
    tsd.arenas.process.damage.noteWrongRegion(tsd.thread, {
      bin: bin.index,
      flushed: all.length,
      count: all.filter((item) => item.edata.szind === szind).length,
      slab: edata,
      address,
      cleared: region,
      calls: cacheBin.strayCalls.get(szind) ?? NOBODY,
    });
  }
  return dallocBinLocked(bin, edata, region);
}

/** No block was the thread's own arena's: its statistics are merged all the same. */
async function mergeStats({ thread }: Tsd, { lock }: Bin): Promise<void> {
  const wait = lock.acquire(thread);
  if (wait !== undefined) await wait;
  lock.release(thread);
}

/** `tcache_bin_flush_edatas_lookup`. */
function lookUp(tsd: Tsd, cacheBin: CacheBin, n: number): Item[] {
  const { emap } = tsd.arenas.process;
  const items: Item[] = [];
  for (let i = n - 1; i >= 0; i--) {
    const address = cacheBin.avail[i]!;
    const edata = emap.edata(address);
    if (edata === undefined) {
      throw new UndefinedBehaviour(
        `the block at 0x${address.toString(16)}, of ${index2size(cacheBin.index)} bytes in the thread cache, lies in a page that was given back: the process is killed where it reads what the page map does not have`,
      );
    }
    items.push({ address, edata });
  }
  return items;
}
