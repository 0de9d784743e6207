/** Pages of an arena: runs are cut from free runs, and merge with their neighbours when they are free again. Needs the arena's lock. */
import type { Thread } from 'lockgraph';
import { arenaChunkAlloc, arenaChunkDalloc } from './arena-chunk.js';
import type { Arena } from './arena.js';
import { BIN_INFO } from '../bin-info.js';
import { MAP_BIAS, MAXRUN_PAGES } from './bin-info.js';
import { ALLOCATED, bitsValue, DIRTY, freeBits, LARGE, largeBits, smallBits } from './page-map.js';
import type { ArenaChunk, Run } from './page-map.js';
import { RUN_BUCKET, RUN_BUCKETS, RUN_SEARCH_BUCKET } from './quantize.js';
import { CHUNK_NPAGES } from '../size-classes.js';

/** `arena_run_alloc_small`: a run for bin `binind`, whose regions are all free. */
export async function runAllocSmall(thread: Thread, arena: Arena, binind: number): Promise<Run> {
  const pages = BIN_INFO[binind]!.pages;
  const run = firstBestFit(arena, pages) ?? (await arenaChunkAlloc(thread, arena));
  splitRemove(arena, run, pages);
  const { map } = run.chunk;
  for (let i = 0; i < pages; i++) map[run.page + i] = smallBits(i, binind);
  run.reset(binind);
  return run;
}

/** `arena_run_alloc_large`: a run of `pages` pages. */
export async function runAllocLarge(thread: Thread, arena: Arena, pages: number): Promise<Run> {
  const run = firstBestFit(arena, pages) ?? (await arenaChunkAlloc(thread, arena));
  runSplitLarge(arena, run, pages);
  return run;
}

/** `arena_run_split_large`: the first `pages` pages of a free run become a large run. */
export function runSplitLarge(arena: Arena, run: Run, pages: number): void {
  const dirty = splitRemove(arena, run, pages);
  setLarge(run.chunk, run.page, pages, dirty);
}

/** Writes the page records of a large run. */
export function setLarge(chunk: ArenaChunk, page: number, pages: number, dirty: number): void {
  chunk.map[page + pages - 1] = largeBits(0, dirty);
  chunk.map[page] = largeBits(pages, dirty);
}

/**
 * `arena_run_dalloc`, but for the purge that may follow: the run becomes free, merges with its neighbours, and if its chunk is free
 * then, that is the arena's spare. A purge is due if it returns true.
 * @param dirty whether the pages were written to
 * @param cleaned whether they are clean now, although they were dirty before
 */
export function runFree(thread: Thread, arena: Arena, run: Run, dirty: boolean, cleaned: boolean): boolean | Promise<boolean> {
  const { chunk } = run;
  const { map } = chunk;
  let first = run.page;
  const bits = map[first]!;
  let pages = (bits & LARGE) !== 0 ? bitsValue(bits) : BIN_INFO[run.binind]!.pages;
  arena.nactive -= pages;
  const flag = dirty || (!cleaned && (bits & DIRTY) !== 0) ? DIRTY : 0;

  const after = first + pages;
  if (after < CHUNK_NPAGES && (map[after]! & (ALLOCATED | DIRTY)) === flag) {
    const next = bitsValue(map[after]!);
    removeFree(arena, chunk.runAt(after), next, flag);
    pages += next;
  }
  if (first > MAP_BIAS && (map[first - 1]! & (ALLOCATED | DIRTY)) === flag) {
    const previous = bitsValue(map[first - 1]!);
    first -= previous;
    removeFree(arena, chunk.runAt(first), previous, flag);
    pages += previous;
  }
  addFree(arena, chunk.runAt(first), pages, flag);
  if (pages < MAXRUN_PAGES) return flag !== 0;
  return chunkFree(thread, arena, chunk, flag !== 0);
}

/** `arena_run_trim_head`: the first `pages` pages of a large run of `total` become a run of their own. Returns the rest. */
export function trimHead(run: Run, total: number, pages: number): Run {
  const { chunk, page } = run;
  const dirty = chunk.map[page]! & DIRTY;
  setLarge(chunk, page, pages, dirty);
  setLarge(chunk, page + pages, total - pages, dirty);
  return chunk.runAt(page + pages);
}

/** `arena_run_trim_tail`: what a large run of `total` pages has behind `pages` becomes a run of its own, which is returned. */
export function trimTail(run: Run, total: number, pages: number): Run {
  const { chunk, page } = run;
  const dirty = chunk.map[page]! & DIRTY;
  setLarge(chunk, page + pages, total - pages, dirty);
  setLarge(chunk, page, pages, dirty);
  return chunk.runAt(page + pages);
}

/** `arena_run_first_best_fit`: the oldest, lowest run of the first bucket that has one and where all are large enough. */
function firstBestFit(arena: Arena, pages: number): Run | undefined {
  for (let bucket = RUN_SEARCH_BUCKET[pages]!; bucket < RUN_BUCKETS; bucket++) {
    const run = arena.runsAvail[bucket]!.first;
    if (run !== undefined) return run;
  }
  return undefined;
}

/** `arena_run_split_remove`: takes pages from the head of a free run. What is left stays free, as dirty as it was. Returns that flag. */
function splitRemove(arena: Arena, run: Run, need: number): number {
  const { chunk, page } = run;
  const bits = chunk.map[page]!;
  const total = bitsValue(bits);
  const dirty = bits & DIRTY;
  removeFree(arena, run, total, dirty);
  arena.nactive += need;
  if (total > need) addFree(arena, chunk.runAt(page + need), total - need, dirty);
  return dirty;
}

function addFree(arena: Arena, run: Run, pages: number, dirty: number): void {
  const { map } = run.chunk;
  const bits = freeBits(pages, dirty);
  map[run.page] = bits;
  map[run.page + pages - 1] = bits;
  arena.runsAvail[RUN_BUCKET[pages]!]!.insert(run);
  if (dirty === 0) return;
  arena.runsDirty.add(run);
  arena.ndirty += pages;
}

function removeFree(arena: Arena, run: Run, pages: number, dirty: number): void {
  arena.runsAvail[RUN_BUCKET[pages]!]!.remove(run);
  if (dirty === 0) return;
  arena.runsDirty.remove(run);
  arena.ndirty -= pages;
}

async function chunkFree(thread: Thread, arena: Arena, chunk: ArenaChunk, dirty: boolean): Promise<boolean> {
  return (await arenaChunkDalloc(thread, arena, chunk)) || dirty;
}
