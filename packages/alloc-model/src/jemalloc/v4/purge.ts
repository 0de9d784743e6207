/** Purging: dirty pages go back to the system when there are too many of them for the pages in use (the ratio mode of 4.x). */
import type { Thread } from 'lockgraph';
import { useSpare } from './arena-chunk.js';
import type { Arena } from './arena.js';
import { chunkHooksGet, chunkRecord, chunkTakeCached, nodeDalloc } from './chunk.js';
import type { DirtyLink } from './dirty-list.js';
import type { ExtentNode } from './extent.js';
import { bitsValue } from './page-map.js';
import type { Run } from './page-map.js';
import { runFree, runSplitLarge, setLarge } from './runs.js';
import { CHUNK_NPAGES, PAGE } from '../size-classes.js';

const LG_DIRTY_MULT = 3;

/**
 * `arena_run_dalloc`: frees a run, and purges if that is due. Needs the arena's lock, which a purge drops for a while.
 * Returns undefined if it is done.
 */
export function runDalloc(thread: Thread, arena: Arena, run: Run, dirty: boolean): Promise<void> | undefined {
  const freed = runFree(thread, arena, run, dirty, false);
  if (typeof freed === 'boolean') return freed ? maybePurge(thread, arena) : undefined;
  return freed.then((due) => (due ? maybePurge(thread, arena) : undefined));
}

/** `arena_purge`: what the decay ticker does. */
export async function arenaPurge(thread: Thread, arena: Arena): Promise<void> {
  const up = thread.enter(arena.process.frames.arena_purge);
  const { lock } = arena.locks;
  const wait = lock.acquire(thread);
  if (wait !== undefined) await wait;
  const due = maybePurge(thread, arena);
  if (due !== undefined) await due;
  lock.release(thread);
  thread.leave(up);
}

/** `arena_maybe_purge`: with the arena's lock. Returns undefined if there is nothing to do. */
export function maybePurge(thread: Thread, arena: Arena): Promise<void> | undefined {
  return arena.purging || arena.ndirty <= threshold(arena) ? undefined : purge(thread, arena);
}

/** Dirty pages that may stay. */
function threshold(arena: Arena): number {
  return Math.max(Math.floor(arena.nactive / 2 ** LG_DIRTY_MULT), CHUNK_NPAGES);
}

async function purge(thread: Thread, arena: Arena): Promise<void> {
  for (let limit = threshold(arena); arena.ndirty > limit; limit = threshold(arena)) {
    await purgeToLimit(thread, arena, limit);
  }
}

/** `arena_purge_to_limit`. */
async function purgeToLimit(thread: Thread, arena: Arena, limit: number): Promise<void> {
  const { frames } = arena.process;
  const up = thread.enter(frames.arena_purge_to_limit);
  await chunkHooksGet(thread, arena);
  arena.purging = true;
  const stash = await stashDirty(thread, arena, limit);
  if (stash.length > 0) {
    const within = thread.enter(frames.arena_purge_stashed);
    const { lock } = arena.locks;
    lock.release(thread);
    for (const link of stash) if (!isExtent(link)) setLarge(link.chunk, link.page, bitsValue(link.chunk.map[link.page]!), 0);
    const wait = lock.acquire(thread);
    if (wait !== undefined) await wait;
    thread.leave(within);
    await unstashPurged(thread, arena, stash);
  }
  arena.purging = false;
  thread.leave(up);
}

/**
 * `arena_stash_dirty`: takes dirty runs and cached extents, the oldest first, until the limit is reached.
 * Each that is taken lowers `ndirty`, and is subtracted once more when the limit is looked at. That difference is unsigned:
 * once more is stashed than is left, the limit is not seen any more, and everything goes.
 */
async function stashDirty(thread: Thread, arena: Arena, limit: number): Promise<(Run | ExtentNode)[]> {
  const up = thread.enter(arena.process.frames.arena_stash_dirty);
  const stash: (Run | ExtentNode)[] = [];
  let nstashed = 0;
  for (let link = arena.runsDirty.oldest; link !== undefined; ) {
    const next: DirtyLink | undefined = link.dirtyNext;
    const taken = link as Run | ExtentNode;
    if (isExtent(taken)) {
      nstashed += taken.size / PAGE;
      await chunkTakeCached(thread, arena, taken);
    } else {
      const pages = bitsValue(taken.chunk.map[taken.page]!);
      nstashed += pages;
      if (taken.chunk === arena.spare) useSpare(arena, taken.chunk);
      runSplitLarge(arena, taken, pages);
    }
    stash.push(taken);
    const left = arena.ndirty - nstashed;
    if (left >= 0 && left <= limit) break;
    link = next;
  }
  thread.leave(up);
  return stash;
}

/** `arena_unstash_purged`: the runs become free again, now clean, and the extents are retained. */
async function unstashPurged(thread: Thread, arena: Arena, stash: readonly (Run | ExtentNode)[]): Promise<void> {
  const up = thread.enter(arena.process.frames.arena_unstash_purged);
  for (const link of stash) {
    if (isExtent(link)) {
      await nodeDalloc(thread, arena);
      await chunkRecord(thread, arena, arena.chunksRetained, link);
    } else {
      const freed = runFree(thread, arena, link, false, true);
      // Whatever it is, a purge is under way.
      if (typeof freed !== 'boolean') await freed;
    }
  }
  thread.leave(up);
}

function isExtent(link: Run | ExtentNode): link is ExtentNode {
  return link.isExtent;
}
