/** Flushing: a thread cache gives its oldest blocks of a class back to the arenas they came from. */
import type { CacheBin } from '../cache-bin.js';
import { chunkKey } from './chunk-key.js';
import { dallocBinLocked, dallocBinRun } from './arena-bin.js';
import { largeDallocLocked } from './arena-large.js';
import type { Arena } from './arena.js';
import { decayTicks } from './decay.js';
import { noteWrongBin } from './misuse.js';
import { BININD_INVALID, bitsBinind } from './page-map.js';
import type { ArenaChunk } from './page-map.js';
import { NBINS } from '../size-classes.js';
import type { Tsd } from './tsd.js';

/**
 * `tcache_bin_flush_small`: gives back the oldest blocks of the class, until `rem` are left. Each pass locks the class's bin in one
 * arena and frees the blocks that lie there, each into the bin that its page names, whether that is the locked one or not.
 */
async function tcacheBinFlushSmall(tsd: Tsd, tbin: CacheBin, binind: number, rem: number): Promise<void> {
  const { thread, arenas } = tsd;
  const up = thread.enter(arenas.process.frames.tcache_bin_flush_small[binind]!);
  const total = tbin.ncached - rem;
  const by = `tcache_bin_flush_small(bin ${binind})`;
  const counts = tbin.strays > 0 ? countByBin(tsd, tbin, total) : undefined;
  let merged = false;
  for (let nflush = total; nflush > 0; ) {
    const arena = arenaOf(tsd, tbin.avail[0]!);
    const bin = arena.bins[binind]!;
    if (arena === tsd.arena) merged = true;
    const wait = bin.lock.acquire(thread);
    if (wait !== undefined) await wait;
    let deferred = 0;
    for (let i = 0; i < nflush; i++) {
      const address = tbin.avail[i]!;
      const chunk = chunkOf(tsd, address);
      if (chunk.arena !== arena.ind) {
        tbin.avail[deferred++] = address;
        continue;
      }
      const empty = dallocBinLocked(arena, chunk, address, by);
      if (empty === undefined) continue;
      if (empty.binind !== binind) {
        const count = counts?.get(binKey(arena.ind, empty.binind)) ?? 0;
        noteWrongBin(thread, arena, empty, { bin: binind, flushed: total, count, calls: tbin.strayCalls.get(empty.binind) ?? new Set() });
      }
      await dallocBinRun(thread, arena, arena.bins[empty.binind]!, empty);
    }
    bin.lock.release(thread);
    const purge = decayTicks(tsd, arena, nflush - deferred);
    if (purge !== undefined) await purge;
    nflush = deferred;
  }
  if (!merged) await mergeStats(tsd, tsd.arena!.bins[binind]!.lock);
  tbin.drop(total);
  thread.leave(up);
}

/** `tcache_bin_flush_large`: as the other, with the lock of the arena. The size of each block is that of its run. */
async function tcacheBinFlushLarge(tsd: Tsd, tbin: CacheBin, index: number, rem: number): Promise<void> {
  const { thread, arenas } = tsd;
  const up = thread.enter(arenas.process.frames.tcache_bin_flush_large[index]!);
  const by = `tcache_bin_flush_large(class ${index})`;
  const total = tbin.ncached - rem;
  let merged = false;
  for (let nflush = total; nflush > 0; ) {
    const arena = arenaOf(tsd, tbin.avail[0]!);
    const { lock } = arena.locks;
    const wait = lock.acquire(thread);
    if (wait !== undefined) await wait;
    if (arena === tsd.arena) merged = true;
    let deferred = 0;
    for (let i = 0; i < nflush; i++) {
      const address = tbin.avail[i]!;
      const chunk = chunkOf(tsd, address);
      if (chunk.arena === arena.ind) {
        const freed = largeDallocLocked(thread, arena, chunk, address, by);
        if (freed !== undefined) await freed;
      } else tbin.avail[deferred++] = address;
    }
    lock.release(thread);
    const purge = decayTicks(tsd, arena, nflush - deferred);
    if (purge !== undefined) await purge;
    nflush = deferred;
  }
  if (!merged) await mergeStats(tsd, tsd.arena!.locks.lock);
  tbin.drop(total);
  thread.leave(up);
}

/** Flushes a class of either kind. */
export function tcacheBinFlush(tsd: Tsd, tbin: CacheBin, index: number, rem: number): Promise<void> {
  return index < NBINS ? tcacheBinFlushSmall(tsd, tbin, index, rem) : tcacheBinFlushLarge(tsd, tbin, index, rem);
}

/** No block was the thread's own arena's: its statistics are merged all the same. */
async function mergeStats({ thread }: Tsd, lock: Arena['locks']['lock']): Promise<void> {
  const wait = lock.acquire(thread);
  if (wait !== undefined) await wait;
  lock.release(thread);
}

/** How many of the `n` oldest blocks are of each bin, by {@link binKey}; before any is given back, for then its page may name no bin any more. */
function countByBin(tsd: Tsd, tbin: CacheBin, n: number): Map<number, number> {
  const counts = new Map<number, number>();
  for (let i = 0; i < n; i++) {
    const address = tbin.avail[i]!;
    const chunk = chunkOf(tsd, address);
    const key = binKey(chunk.arena, bitsBinind(chunk.map[chunk.pageOf(address)]!));
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return counts;
}

function binKey(arena: number, binind: number): number {
  return arena * (BININD_INVALID + 1) + binind;
}

function chunkOf(tsd: Tsd, address: number): ArenaChunk {
  return tsd.arenas.process.chunksRtree.get(chunkKey(address)) as ArenaChunk;
}

function arenaOf(tsd: Tsd, address: number): Arena {
  return tsd.arenas.at(chunkOf(tsd, address).arena);
}
