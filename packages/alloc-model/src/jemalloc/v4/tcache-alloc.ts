/** Allocating and freeing through a thread cache, its collector, its creation and its end. */
import { arenaDallocLarge, arenaMallocLarge } from './arena-malloc.js';
import { binMallocHard } from './arena-bin.js';
import type { Arena } from './arena.js';
import { chunkKey } from './chunk-key.js';
import type { CacheBin } from '../cache-bin.js';
import { decayTick } from './decay.js';
import type { Misuse } from '../misuse.js';
import { bitsBinind } from './page-map.js';
import type { ArenaChunk } from './page-map.js';
import { NBINS, PAGE, size2index } from '../size-classes.js';
import { tcacheBinFlush } from './tcache-flush.js';
import { Tcache } from './tcache.js';
import { arenaChoose } from './tsd.js';
import type { Tsd } from './tsd.js';

const TCACHE_BYTES = 40;
const TCACHE_BIN_BYTES = 32;
const POINTER_BYTES = 8;

/** `tcache_get`: the thread's cache, which is created if need be; undefined if caches are off. */
export async function tcacheGet(tsd: Tsd): Promise<Tcache | undefined> {
  if (tsd.tcache !== undefined || !tsd.arenas.process.settings.tcache) return tsd.tcache;
  const arena = await arenaChoose(tsd);
  return (tsd.tcache = await create(tsd, arena));
}

/** `tcache_alloc_small`, `tcache_alloc_large`: a block of a class that the cache holds, and the collector's turn. */
export async function tcacheAlloc(tsd: Tsd, tcache: Tcache, named: Arena | undefined, index: number, misuse: Misuse): Promise<number> {
  const tbin = tcache.bins[index]!;
  let address = tbin.popBlock(misuse);
  if (address === 0) {
    tbin.lowWater = -1;
    const arena = named ?? (await arenaChoose(tsd));
    if (index < NBINS) {
      const up = tsd.thread.enter(arena.process.frames.tcache_alloc_small_hard);
      await fillSmall(tsd, arena, tbin, index);
      tsd.thread.leave(up);
      address = tbin.pop();
    } else address = await arenaMallocLarge(tsd, arena, index);
  }
  if (tcache.tick()) await tcacheEventHard(tsd, tcache);
  return address;
}

/**
 * `tcache_dalloc_small`, `tcache_dalloc_large`: a block goes to the cache as one of class `index`.
 * @param pushedBy as {@link CacheBin.pushedBy} has it
 */
export async function tcacheDalloc(tsd: Tsd, tcache: Tcache, address: number, index: number, pushedBy: number): Promise<void> {
  const tbin = tcache.bins[index]!;
  const { process } = tsd.arenas;
  if (!tbin.push(address, pushedBy)) {
    const up = tsd.thread.enter(index < NBINS ? process.frames.tcache_dalloc_small : process.frames.tcache_dalloc_large);
    await tcacheBinFlush(tsd, tbin, index, tbin.ncachedMax >> 1);
    tsd.thread.leave(up);
    tbin.push(address, pushedBy);
  }
  if (pushedBy < 0) {
    const chunk = process.chunksRtree.get(chunkKey(address)) as ArenaChunk;
    tbin.blame(bitsBinind(chunk.map[chunk.pageOf(address)]!), ~pushedBy);
  }
  if (tcache.tick()) await tcacheEventHard(tsd, tcache);
}

/** `tcache_event_hard`: the collector looks at one class, and gives back three quarters of what was not used since it last did. */
export async function tcacheEventHard(tsd: Tsd, tcache: Tcache): Promise<void> {
  const index = tcache.nextGcBin;
  const tbin = tcache.bins[index]!;
  if (tbin.lowWater > 0) {
    const { thread } = tsd;
    const up = thread.enter(tsd.arenas.process.frames.tcache_event_hard[index]!);
    await tcacheBinFlush(tsd, tbin, index, tbin.ncached - tbin.lowWater + (tbin.lowWater >> 2));
    if (tbin.ncachedMax >> (tbin.lgFillDiv + 1) >= 1) tbin.lgFillDiv++;
    thread.leave(up);
  } else if (tbin.lowWater < 0 && tbin.lgFillDiv > 1) tbin.lgFillDiv--;
  tbin.lowWater = tbin.ncached;
  tcache.nextGcBin = index + 1 === tcache.bins.length ? 0 : index + 1;
}

/** `tcache_destroy`: the thread ends. Every class is flushed, and the cache's own memory given back. */
export async function tcacheDestroy(tsd: Tsd, tcache: Tcache): Promise<void> {
  const { thread, arenas } = tsd;
  const up = thread.enter(arenas.process.frames.tcache_destroy);
  await dissociate(tsd, tsd.arena!);
  for (const [index, tbin] of tcache.bins.entries()) await tcacheBinFlush(tsd, tbin, index, 0);
  const chunk = arenas.process.chunksRtree.get(chunkKey(tcache.address)) as ArenaChunk;
  await arenaDallocLarge(tsd, chunk, tcache.address);
  thread.leave(up);
}

/** `arena_tcache_fill_small`: gets blocks in advance; the first one taken comes to lie on top. */
async function fillSmall(tsd: Tsd, arena: Arena, tbin: CacheBin, binind: number): Promise<void> {
  const { thread } = tsd;
  const up = thread.enter(arena.process.frames.arena_tcache_fill_small[binind]!);
  const bin = arena.bins[binind]!;
  const nfill = tbin.ncachedMax >> tbin.lgFillDiv;
  const wait = bin.lock.acquire(thread);
  if (wait !== undefined) await wait;
  for (let i = 0; i < nfill; i++) {
    tbin.avail[nfill - 1 - i] = bin.tryTake() || (await binMallocHard(thread, arena, bin));
    tbin.pushedBy[i] = 0;
  }
  bin.lock.release(thread);
  tbin.ncached = nfill;
  const purge = decayTick(tsd, arena);
  if (purge !== undefined) await purge;
  thread.leave(up);
}

/** `tcache_create`. */
async function create(tsd: Tsd, arena: Arena): Promise<Tcache> {
  const { thread, arenas } = tsd;
  const { frames, settings } = arenas.process;
  const up = thread.enter(frames.tcache_create);
  const bytes = TCACHE_BYTES + TCACHE_BIN_BYTES * settings.nhbins + POINTER_BYTES * settings.stackSlots;
  const block = await arenaMallocLarge(tsd, arenas.at(0), size2index(bytes));
  const within = thread.enter(frames.tcache_arena_associate);
  const { lock } = arena.locks;
  const wait = lock.acquire(thread);
  if (wait !== undefined) await wait;
  lock.release(thread);
  thread.leave(within);
  thread.leave(up);
  return new Tcache(settings.nhbins, block - (block % PAGE));
}

/** `tcache_arena_dissociate`: the statistics of the cache go to the bins. */
async function dissociate({ thread }: Tsd, arena: Arena): Promise<void> {
  const { frames } = arena.process;
  const up = thread.enter(frames.tcache_arena_dissociate);
  const { lock } = arena.locks;
  const wait = lock.acquire(thread);
  if (wait !== undefined) await wait;
  const within = thread.enter(frames.tcache_stats_merge);
  for (const bin of arena.bins) {
    const waitBin = bin.lock.acquire(thread);
    if (waitBin !== undefined) await waitBin;
    bin.lock.release(thread);
  }
  thread.leave(within);
  lock.release(thread);
  thread.leave(up);
}
