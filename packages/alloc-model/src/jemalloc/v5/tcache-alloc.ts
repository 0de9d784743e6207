/** Allocating and freeing through a thread cache, its collector, its creation and its end. */
import type { Arena } from './arena.js';
import { arenaDallocSmall, arenaMallocSmall, fillSmall } from './arena-bin.js';
import type { CacheBin } from '../cache-bin.js';
import { largeDalloc, largePalloc, CACHELINE } from './large.js';
import type { Misuse } from '../misuse.js';
import { arenaDecay, arenaDecayAll } from './purge.js';
import { sa2u } from './sa2u.js';
import { index2size, NBINS, NSIZES, PAGE, size2index, SMALL_MAXCLASS } from '../size-classes.js';
import { tcacheBinFlush } from './tcache-flush.js';
import { Tcache } from './tcache.js';
import { arenaChoose } from './tsd.js';
import type { Tsd } from './tsd.js';

/** `tcache_alloc_small`, `tcache_alloc_large`: a block of a class that the cache holds; 0 if there is no memory. */
export async function tcacheAlloc(tsd: Tsd, tcache: Tcache, named: Arena | undefined, index: number, misuse: Misuse): Promise<number> {
  const cacheBin = tcache.bins[index]!;
  const address = cacheBin.popBlock(misuse);
  if (address !== 0) return address;
  const arena = named ?? (await arenaChoose(tsd));
  if (index >= NBINS) return largePalloc(tsd, arena, index2size(index), CACHELINE);
  const up = tsd.thread.enter(arena.process.frames.tcache_alloc_small_hard);
  await fillSmall(tsd, arena, cacheBin);
  if (arena.process.damage.happened) blameFill(tsd, cacheBin);
  tcache.binRefilled[index] = true;
  tsd.thread.leave(up);
  return cacheBin.popBlock(misuse);
}

/** Blocks that were got in advance may be of another class, where slabs are in the wrong bins. */
function blameFill(tsd: Tsd, cacheBin: CacheBin): void {
  const { damage, emap } = tsd.arenas.process;
  for (let i = 0; i < cacheBin.ncached; i++) {
    const szind = emap.lookup(cacheBin.avail[i]!)?.szind ?? NSIZES;
    if (szind === cacheBin.index) continue;
    const operation = damage.guiltyOf(szind);
    cacheBin.pushedBy[i] = ~operation;
    cacheBin.strays++;
    cacheBin.blame(szind, operation);
  }
}

/**
 * `tcache_dalloc_small`, `tcache_dalloc_large`: a block goes to the cache as one of the bin's class.
 * @param pushedBy as {@link CacheBin.pushedBy} has it
 */
export async function tcacheDalloc(tsd: Tsd, cacheBin: CacheBin, address: number, pushedBy: number): Promise<void> {
  if (pushedBy < 0) cacheBin.blame(tsd.arenas.process.emap.lookup(address)?.szind ?? -1, ~pushedBy);
  if (cacheBin.push(address, pushedBy)) return;
  const { frames } = tsd.arenas.process;
  const up = tsd.thread.enter(cacheBin.index < NBINS ? frames.tcache_dalloc_small : frames.tcache_dalloc_large);
  await tcacheBinFlush(tsd, cacheBin, cacheBin.ncachedMax >> 1);
  cacheBin.push(address, pushedBy);
  tsd.thread.leave(up);
}

/** `tcache_event`: the collector looks at one class, and gives back three quarters of what was not used since it last did. */
export async function tcacheEvent(tsd: Tsd): Promise<void> {
  const { tcache, thread } = tsd;
  if (tcache === undefined) return;
  const index = tcache.nextGcBin;
  const cacheBin = tcache.bins[index]!;
  const small = index < NBINS;
  const { lowWater } = cacheBin;
  if (lowWater > 0) {
    const up = thread.enter(tsd.arenas.process.frames.tcache_event[index]!);
    await tcacheBinFlush(tsd, cacheBin, cacheBin.ncached - lowWater + (lowWater >> 2));
    if (small && cacheBin.ncachedMax >> (cacheBin.lgFillDiv + 1) >= 1) cacheBin.lgFillDiv++;
    thread.leave(up);
  } else if (small && tcache.binRefilled[index]) {
    if (cacheBin.lgFillDiv > 1) cacheBin.lgFillDiv--;
    tcache.binRefilled[index] = false;
  }
  cacheBin.lowWater = cacheBin.ncached;
  tcache.nextGcBin = index + 1 === tcache.bins.length ? 0 : index + 1;
}

/**
 * `tsd_tcache_data_init`: a thread gets its cache, whose stacks lie in arena 0.
 * @param booting whether the process starts: the thread has no arena then, and the cache is arena 0's for the time being
 */
export async function tcacheDataInit(tsd: Tsd, booting: boolean): Promise<void> {
  const { thread, arenas } = tsd;
  const { frames, settings } = arenas.process;
  const up = thread.enter(frames.tsd_tcache_data_init);
  const arena0 = arenas.at(0);
  const usize = sa2u(settings.tcacheBytes, PAGE);
  const address =
    usize <= SMALL_MAXCLASS ? await arenaMallocSmall(tsd, arena0, size2index(usize)) : await largePalloc(tsd, arena0, usize, PAGE);
  const tcache = new Tcache(settings.nhbins, address);
  tsd.tcache = tcache;
  if (booting) await tcache.associate(thread, arena0);
  else await arenaChoose(tsd);
  thread.leave(up);
}

/** `tcache_destroy`: the thread ends. Every class is flushed, and the cache's own memory given back. */
export async function tcacheDestroy(tsd: Tsd, tcache: Tcache): Promise<void> {
  const { thread, arenas } = tsd;
  const up = thread.enter(arenas.process.frames.tcache_destroy);
  const arena = tcache.arena!;
  for (const cacheBin of tcache.bins) await tcacheBinFlush(tsd, cacheBin, 0);
  await tcache.dissociate(thread);
  const edata = arenas.process.emap.edata(tcache.address)!;
  if (edata.slab) await arenaDallocSmall(tsd, edata, tcache.address);
  else await largeDalloc(tsd, edata);
  await arenaDecay(thread, arenas.at(0).pac);
  if (arena.nthreads[0] === 0) await arenaDecayAll(thread, arena.pac);
  else await arenaDecay(thread, arena.pac);
  thread.leave(up);
}
