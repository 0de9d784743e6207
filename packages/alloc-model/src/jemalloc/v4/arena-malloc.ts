/** Small and large blocks straight from and to an arena, each with its decay tick. */
import { binMalloc, dallocBin } from './arena-bin.js';
import { largeDalloc, largeMalloc } from './arena-large.js';
import type { Arena } from './arena.js';
import { decayTick } from './decay.js';
import type { ArenaChunk } from './page-map.js';
import type { Tsd } from './tsd.js';

export async function arenaMallocSmall(tsd: Tsd, arena: Arena, binind: number): Promise<number> {
  const { thread } = tsd;
  const up = thread.enter(arena.process.frames.arena_malloc_small[binind]!);
  const address = await binMalloc(thread, arena, binind);
  const purge = decayTick(tsd, arena);
  if (purge !== undefined) await purge;
  thread.leave(up);
  return address;
}

export async function arenaMallocLarge(tsd: Tsd, arena: Arena, index: number): Promise<number> {
  const { thread } = tsd;
  const up = thread.enter(arena.process.frames.arena_malloc_large[index]!);
  const address = await largeMalloc(thread, arena, index);
  const purge = decayTick(tsd, arena);
  if (purge !== undefined) await purge;
  thread.leave(up);
  return address;
}

/** @throws UndefinedBehaviour if the block is large */
export async function arenaDallocSmall(tsd: Tsd, chunk: ArenaChunk, address: number): Promise<void> {
  const arena = tsd.arenas.at(chunk.arena);
  await dallocBin(tsd.thread, arena, chunk, address);
  const purge = decayTick(tsd, arena);
  if (purge !== undefined) await purge;
}

/** @throws UndefinedBehaviour if the block is small */
export async function arenaDallocLarge(tsd: Tsd, chunk: ArenaChunk, address: number): Promise<void> {
  const arena = tsd.arenas.at(chunk.arena);
  await largeDalloc(tsd.thread, arena, chunk, address);
  const purge = decayTick(tsd, arena);
  if (purge !== undefined) await purge;
}
