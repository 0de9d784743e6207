/**
 * The decay tickers: each slow path of a thread in an arena ticks, and each 1001st looks whether pages are to be purged.
 * (4.5.0 does this in its ratio mode too.)
 */
import { binMalloc, dallocBin } from './arena-bin.js';
import { largeDalloc, largeMalloc } from './arena-large.js';
import type { Arena } from './arena.js';
import { chunkKey } from './chunk-key.js';
import { LARGE } from './page-map.js';
import type { ArenaChunk } from './page-map.js';
import { arenaPurge } from './purge.js';
import { NBINS, size2index } from '../size-classes.js';
import { Ticker } from '../ticker.js';
import type { Tsd } from './tsd.js';

const DECAY_NTICKS_PER_UPDATE = 1000;
const TICKER_BYTES = 8;

/** `arena_decay_ticks`. Returns undefined if nothing has to be done. */
export function decayTicks(tsd: Tsd, arena: Arena, n: number): Promise<void> | undefined {
  const ticker = tsd.tickers[arena.ind];
  if (ticker === undefined) return firstTicks(tsd, arena, n);
  return ticker.ticks(n) ? arenaPurge(tsd.thread, arena) : undefined;
}

export function decayTick(tsd: Tsd, arena: Arena): Promise<void> | undefined {
  return decayTicks(tsd, arena, 1);
}

/** `arenas_tdata_cleanup`: the thread ends. */
export async function arenasTdataCleanup(tsd: Tsd): Promise<void> {
  if (tsd.tickersBlock === 0) return;
  const { thread, arenas } = tsd;
  const up = thread.enter(arenas.process.frames.arenas_tdata_cleanup);
  await a0dalloc(tsd, tsd.tickersBlock);
  thread.leave(up);
}

/** `arena_tdata_get_hard`: makes tickers, or more of them where arenas were added. */
async function firstTicks(tsd: Tsd, arena: Arena, n: number): Promise<void> {
  const { thread, arenas } = tsd;
  const up = thread.enter(arenas.process.frames.arena_tdata_get_hard);
  const old = tsd.tickersBlock;
  const narenas = arenas.total;
  tsd.tickersBlock = await a0malloc(tsd, narenas * TICKER_BYTES);
  while (tsd.tickers.length < narenas) tsd.tickers.push(new Ticker(DECAY_NTICKS_PER_UPDATE));
  if (old !== 0) await a0dalloc(tsd, old);
  thread.leave(up);
  const purge = decayTicks(tsd, arena, n);
  if (purge !== undefined) await purge;
}

/** Memory of arena 0 for jemalloc itself. It makes no tick. */
async function a0malloc(tsd: Tsd, size: number): Promise<number> {
  const { thread, arenas } = tsd;
  const { frames } = arenas.process;
  const index = size2index(size);
  const small = index < NBINS;
  const up = thread.enter((small ? frames.arena_malloc_small : frames.arena_malloc_large)[index]!);
  const address = await (small ? binMalloc : largeMalloc)(thread, arenas.at(0), index);
  thread.leave(up);
  return address;
}

async function a0dalloc({ thread, arenas }: Tsd, address: number): Promise<void> {
  const chunk = arenas.process.chunksRtree.get(chunkKey(address)) as ArenaChunk;
  const large = (chunk.map[chunk.pageOf(address)]! & LARGE) !== 0;
  await (large ? largeDalloc : dallocBin)(thread, arenas.at(chunk.arena), chunk, address);
}
