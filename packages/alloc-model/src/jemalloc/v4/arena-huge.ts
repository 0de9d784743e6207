/** `arena_chunk_*_huge`: the chunks of huge blocks, and the arena's count of the pages that they use. */
import type { Thread } from 'lockgraph';
import type { Arena } from './arena.js';
import { chunkAllocCache, chunkAllocWrapper, chunkHooksGet, chunkRecord } from './chunk.js';
import type { Chunks } from './chunk.js';
import { maybePurge } from './purge.js';
import { ceilTo, CHUNK_SIZE, PAGE } from '../size-classes.js';

/** `arena_chunk_alloc_huge`: chunks for `usize` bytes, at a multiple of `alignment`; undefined if there are none. */
export async function chunkAllocHuge(thread: Thread, arena: Arena, usize: number, alignment: number): Promise<Chunks | undefined> {
  const up = thread.enter(arena.process.frames.arena_chunk_alloc_huge);
  const { lock } = arena.locks;
  const wanted = { size: chunkCeiling(usize), alignment: chunkCeiling(alignment) };
  const wait = lock.acquire(thread);
  if (wait !== undefined) await wait;
  arena.nactive += usize / PAGE;
  let chunks = await chunkAllocCache(thread, arena, wanted);
  lock.release(thread);
  if (chunks === undefined) {
    chunks = await chunkAllocWrapper(thread, arena, wanted);
    if (chunks === undefined) await addActive(thread, arena, -usize / PAGE);
  }
  thread.leave(up);
  return chunks;
}

/** `arena_chunk_dalloc_huge`. */
export async function chunkDallocHuge(thread: Thread, arena: Arena, chunks: Chunks, usize: number): Promise<void> {
  const up = thread.enter(arena.process.frames.arena_chunk_dalloc_huge);
  await shrink(thread, arena, chunks, chunkCeiling(usize), usize / PAGE);
  thread.leave(up);
}

/** `arena_chunk_ralloc_huge_similar`: the same chunks, another size. */
export async function chunkRallocHugeSimilar(thread: Thread, arena: Arena, oldsize: number, usize: number): Promise<void> {
  const up = thread.enter(arena.process.frames.arena_chunk_ralloc_huge_similar);
  await addActive(thread, arena, (usize - oldsize) / PAGE);
  thread.leave(up);
}

/** `arena_chunk_ralloc_huge_shrink`: chunks at the end become free, if any. */
export async function chunkRallocHugeShrink(thread: Thread, arena: Arena, block: Chunks, oldsize: number, usize: number): Promise<void> {
  const up = thread.enter(arena.process.frames.arena_chunk_ralloc_huge_shrink);
  const kept = chunkCeiling(usize);
  const rest = { address: block.address + kept, sn: block.sn };
  await shrink(thread, arena, rest, chunkCeiling(oldsize) - kept, (oldsize - usize) / PAGE);
  thread.leave(up);
}

/** `arena_chunk_ralloc_huge_expand`: takes the chunks behind the block. Returns whether they were to be had. */
export async function chunkRallocHugeExpand(thread: Thread, arena: Arena, address: number, oldsize: number, usize: number): Promise<boolean> {
  const { frames } = arena.process;
  const up = thread.enter(frames.arena_chunk_ralloc_huge_expand);
  await chunkHooksGet(thread, arena);
  const kept = chunkCeiling(oldsize);
  const wanted = { address: address + kept, size: chunkCeiling(usize) - kept, alignment: CHUNK_SIZE };
  const { lock } = arena.locks;
  const wait = lock.acquire(thread);
  if (wait !== undefined) await wait;
  arena.nactive += (usize - oldsize) / PAGE;
  let chunks = await chunkAllocCache(thread, arena, wanted);
  lock.release(thread);
  if (chunks === undefined) {
    const within = thread.enter(frames.arena_chunk_ralloc_huge_expand_hard);
    chunks = await chunkAllocWrapper(thread, arena, wanted);
    if (chunks === undefined) await addActive(thread, arena, (oldsize - usize) / PAGE);
    thread.leave(within);
  }
  thread.leave(up);
  return chunks !== undefined;
}

export function chunkCeiling(size: number): number {
  return ceilTo(size, CHUNK_SIZE);
}

async function addActive(thread: Thread, arena: Arena, pages: number): Promise<void> {
  const { lock } = arena.locks;
  const wait = lock.acquire(thread);
  if (wait !== undefined) await wait;
  arena.nactive += pages;
  lock.release(thread);
}

/** `size` bytes of chunks go to the cached ones, and `pages` are in use no more. */
async function shrink(thread: Thread, arena: Arena, { address, sn }: Chunks, size: number, pages: number): Promise<void> {
  const { lock } = arena.locks;
  const wait = lock.acquire(thread);
  if (wait !== undefined) await wait;
  arena.nactive -= pages;
  if (size > 0) {
    await chunkRecord(thread, arena, arena.chunksCached, { address, size, sn });
    const purge = maybePurge(thread, arena);
    if (purge !== undefined) await purge;
  }
  lock.release(thread);
}
