/** Large blocks of an arena: one run each. */
import type { Thread } from 'lockgraph';
import { smallAsLarge } from './arena-bin.js';
import type { Arena } from './arena.js';
import { LARGE_PAD, largeRunPages } from './bin-info.js';
import { ALLOCATED, bitsBinind, bitsValue, DIRTY, LARGE } from './page-map.js';
import type { ArenaChunk } from './page-map.js';
import { runDalloc } from './purge.js';
import { runAllocLarge, runSplitLarge, setLarge, trimHead, trimTail } from './runs.js';
import { ceilTo, CHUNK_NPAGES, PAGE } from '../size-classes.js';

const PAD = LARGE_PAD / PAGE;

/** `arena_malloc_large`, but for the decay tick: a block of class `index`, at a random cache line of its first page. */
export async function largeMalloc(thread: Thread, arena: Arena, index: number): Promise<number> {
  const { lock } = arena.locks;
  const wait = lock.acquire(thread);
  if (wait !== undefined) await wait;
  const offset = arena.nextOffset();
  const run = await runAllocLarge(thread, arena, largeRunPages(index));
  lock.release(thread);
  return run.address + offset;
}

/** `arena_palloc_large`, but for the decay tick: a block at a multiple of `alignment`, which is more than a page. */
export async function largePalloc(thread: Thread, arena: Arena, usize: number, alignment: number): Promise<number> {
  const up = thread.enter(arena.process.frames.arena_palloc_large);
  const need = usize / PAGE + PAD;
  const total = need + ceilTo(alignment, PAGE) / PAGE - 1;
  const { lock } = arena.locks;
  const wait = lock.acquire(thread);
  if (wait !== undefined) await wait;
  const whole = await runAllocLarge(thread, arena, total);
  const lead = (ceilTo(whole.address, alignment) - whole.address) / PAGE;
  let run = whole;
  if (lead > 0) {
    run = trimHead(whole, total, lead);
    const freed = runDalloc(thread, arena, whole, false);
    if (freed !== undefined) await freed;
  }
  if (total - lead > need) {
    const freed = runDalloc(thread, arena, trimTail(run, total - lead, need), false);
    if (freed !== undefined) await freed;
  }
  lock.release(thread);
  thread.leave(up);
  return run.address;
}

/** `arena_dalloc_large`, but for the decay tick. */
export async function largeDalloc(thread: Thread, arena: Arena, chunk: ArenaChunk, address: number): Promise<void> {
  const up = thread.enter(arena.process.frames.arena_dalloc_large);
  const { lock } = arena.locks;
  const wait = lock.acquire(thread);
  if (wait !== undefined) await wait;
  const freed = largeDallocLocked(thread, arena, chunk, address, 'arena_dalloc_large');
  if (freed !== undefined) await freed;
  lock.release(thread);
  thread.leave(up);
}

/**
 * `arena_dalloc_large_junked_locked`: frees the run of a large block, whatever class was claimed. Needs the arena's lock.
 * Returns undefined if it is done.
 * @param by the function that does it, for the error
 * @throws UndefinedBehaviour if the block is small
 */
export function largeDallocLocked(thread: Thread, arena: Arena, chunk: ArenaChunk, address: number, by: string): Promise<void> | undefined {
  const page = chunk.pageOf(address);
  const bits = chunk.map[page]!;
  if ((bits & LARGE) === 0) throw smallAsLarge(bitsBinind(bits), address, by);
  return runDalloc(thread, arena, chunk.runAt(page), true);
}

/** `arena_ralloc_large_grow`: makes a large block larger in place, if the free run behind it is large enough. Returns whether it was. */
export async function largeGrow(thread: Thread, arena: Arena, chunk: ArenaChunk, address: number, oldsize: number, usize: number): Promise<boolean> {
  const up = thread.enter(arena.process.frames.arena_ralloc_large_grow);
  const { lock } = arena.locks;
  const wait = lock.acquire(thread);
  if (wait !== undefined) await wait;
  const grown = growLocked(arena, chunk, chunk.pageOf(address), oldsize / PAGE, usize / PAGE);
  lock.release(thread);
  thread.leave(up);
  return grown;
}

/** `arena_ralloc_large_shrink`: makes a large block smaller in place; the pages behind it become free, and dirty. */
export async function largeShrink(thread: Thread, arena: Arena, chunk: ArenaChunk, address: number, oldsize: number, usize: number): Promise<void> {
  const up = thread.enter(arena.process.frames.arena_ralloc_large_shrink);
  const { lock } = arena.locks;
  const wait = lock.acquire(thread);
  if (wait !== undefined) await wait;
  const run = chunk.runAt(chunk.pageOf(address));
  const freed = runDalloc(thread, arena, trimTail(run, oldsize / PAGE + PAD, usize / PAGE + PAD), true);
  if (freed !== undefined) await freed;
  lock.release(thread);
  thread.leave(up);
}

function growLocked(arena: Arena, chunk: ArenaChunk, page: number, oldPages: number, pages: number): boolean {
  const { map } = chunk;
  const behind = page + oldPages + PAD;
  if (behind >= CHUNK_NPAGES || (map[behind]! & ALLOCATED) !== 0) return false;
  if (oldPages + bitsValue(map[behind]!) < pages) return false;
  runSplitLarge(arena, chunk.runAt(behind), pages - oldPages);
  const dirty = (map[page]! | map[page + pages + PAD - 1]!) & DIRTY;
  setLarge(chunk, page, pages + PAD, dirty);
  return true;
}

