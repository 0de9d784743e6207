/** Chunks of an arena: where the pages for its runs come from, and what becomes of a chunk without runs. */
import type { Thread } from 'lockgraph';
import { NotModelled } from '../../allocator.js';
import { USED_UP } from '../address-space.js';
import type { Arena } from './arena.js';
import { MAP_BIAS, MAXRUN_PAGES } from './bin-info.js';
import { chunkAllocCache, chunkAllocWrapper, chunkRecord } from './chunk.js';
import type { Chunks } from './chunk.js';
import { ArenaChunk, DIRTY } from './page-map.js';
import type { Run } from './page-map.js';
import { RUN_BUCKET } from './quantize.js';
import { CHUNK_SIZE } from '../size-classes.js';

const ONE_CHUNK = { size: CHUNK_SIZE, alignment: CHUNK_SIZE };

/**
 * `arena_chunk_alloc`: a chunk with one free run, which lies in its bucket then. Called with the arena's lock, which is dropped
 * while the system is asked.
 */
export async function arenaChunkAlloc(thread: Thread, arena: Arena): Promise<Run> {
  if (arena.spare !== undefined) return useSpare(arena, arena.spare);
  const cached = await chunkAllocCache(thread, arena, ONE_CHUNK);
  const chunk = cached === undefined ? await chunkAllocHard(thread, arena) : newChunk(arena, cached);
  if (cached !== undefined) {
    const grown = arena.process.chunksRtree.register(thread, chunk);
    if (grown !== undefined) await grown;
  }
  return makeAvailable(arena, chunk);
}

/** `arena_chunk_init_spare`, and its run into its bucket. */
export function useSpare(arena: Arena, spare: ArenaChunk): Run {
  arena.spare = undefined;
  return makeAvailable(arena, spare);
}

/**
 * `arena_chunk_dalloc`: `chunk` has no run any more, and becomes the spare. A spare before it goes to the cached chunks.
 * Called with the arena's lock. Returns whether that was so.
 */
export async function arenaChunkDalloc(thread: Thread, arena: Arena, chunk: ArenaChunk): Promise<boolean> {
  arena.runsAvail[RUN_BUCKET[MAXRUN_PAGES]!]!.remove(chunk.runAt(MAP_BIAS));
  const { spare } = arena;
  arena.spare = chunk;
  if (spare === undefined) return false;
  const up = thread.enter(arena.process.frames.arena_spare_discard);
  if ((spare.map[MAP_BIAS]! & DIRTY) !== 0) {
    arena.runsDirty.remove(spare.runAt(MAP_BIAS));
    arena.ndirty -= MAXRUN_PAGES;
  }
  arena.process.chunksRtree.deregister(spare.address);
  await chunkRecord(thread, arena, arena.chunksCached, { address: spare.address, size: CHUNK_SIZE, sn: spare.sn });
  thread.leave(up);
  return true;
}

/** `arena_chunk_alloc_internal_hard`: from the retained chunks or the system, without the arena's lock. */
async function chunkAllocHard(thread: Thread, arena: Arena): Promise<ArenaChunk> {
  const up = thread.enter(arena.process.frames.arena_chunk_alloc_internal_hard);
  const { lock } = arena.locks;
  lock.release(thread);
  const chunks = await chunkAllocWrapper(thread, arena, ONE_CHUNK);
  if (chunks === undefined) throw new NotModelled(USED_UP);
  const chunk = newChunk(arena, chunks);
  const grown = arena.process.chunksRtree.register(thread, chunk);
  if (grown !== undefined) await grown;
  const wait = lock.acquire(thread);
  if (wait !== undefined) await wait;
  thread.leave(up);
  return chunk;
}

function newChunk(arena: Arena, { address, sn }: Chunks): ArenaChunk {
  return new ArenaChunk(address, arena.ind, sn);
}

function makeAvailable(arena: Arena, chunk: ArenaChunk): Run {
  const run = chunk.runAt(MAP_BIAS);
  arena.runsAvail[RUN_BUCKET[MAXRUN_PAGES]!]!.insert(run);
  return run;
}
