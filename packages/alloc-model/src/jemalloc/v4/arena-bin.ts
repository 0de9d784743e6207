/** Small blocks of an arena: regions of runs. */
import type { Thread } from 'lockgraph';
import { UndefinedBehaviour } from '../../allocator.js';
import type { Arena } from './arena.js';
import { BIN_INFO } from '../bin-info.js';
import type { Bin } from './bin.js';
import { bitsValue, LARGE } from './page-map.js';
import type { ArenaChunk, Run } from './page-map.js';
import { runDalloc } from './purge.js';
import { runAllocSmall } from './runs.js';
import { index2size, PAGE } from '../size-classes.js';

/** `arena_malloc_small`, but for the decay tick: one region of bin `binind`. */
export async function binMalloc(thread: Thread, arena: Arena, binind: number): Promise<number> {
  const bin = arena.bins[binind]!;
  const wait = bin.lock.acquire(thread);
  if (wait !== undefined) await wait;
  const address = bin.tryTake() || (await binMallocHard(thread, arena, bin));
  bin.lock.release(thread);
  return address;
}

/**
 * `arena_bin_malloc_hard`: no run of the bin has a free region. Called with the bin's lock, which is dropped while the arena
 * makes a run.
 */
export async function binMallocHard(thread: Thread, arena: Arena, bin: Bin): Promise<number> {
  bin.runcur = undefined;
  const run = await newRun(thread, arena, bin);
  const runcur = bin.runcur as Run | undefined;
  if (runcur === undefined || runcur.nfree === 0) {
    bin.runcur = run;
    return run.take();
  }
  // Another thread has made a run meanwhile.
  const address = runcur.take();
  if (run.nfree === BIN_INFO[bin.index]!.nregs) await dallocBinRun(thread, arena, bin, run);
  else bin.lower(run);
  return address;
}

/**
 * `arena_dalloc_bin`: gives a region back to the bin that its run belongs to.
 * @throws UndefinedBehaviour if the block is large
 */
export async function dallocBin(thread: Thread, arena: Arena, chunk: ArenaChunk, address: number): Promise<void> {
  const { binind } = runOf(chunk, address, 'arena_dalloc_small');
  const up = thread.enter(arena.process.frames.arena_dalloc_bin[binind]!);
  const bin = arena.bins[binind]!;
  const wait = bin.lock.acquire(thread);
  if (wait !== undefined) await wait;
  const empty = dallocBinLocked(arena, chunk, address, 'arena_dalloc_small');
  if (empty !== undefined) await dallocBinRun(thread, arena, bin, empty);
  bin.lock.release(thread);
  thread.leave(up);
}

/**
 * `arena_dalloc_bin_junked_locked`: gives a region back, by the page map. Returns its run if that is empty now: it is in no
 * structure of the bin any more, and {@link dallocBinRun} must follow.
 * @param by the function that does it, for the error
 * @throws UndefinedBehaviour if the block is large
 */
export function dallocBinLocked(arena: Arena, chunk: ArenaChunk, address: number, by: string): Run | undefined {
  const run = runOf(chunk, address, by);
  if (!run.give(address)) {
    throw new UndefinedBehaviour(
      `${by} frees the region at 0x${address.toString(16)} of bin ${run.binind}, which is free already: the run's count of free regions is wrong from here on`,
    );
  }
  const bin = arena.bins[run.binind]!;
  if (run.nfree === BIN_INFO[run.binind]!.nregs) {
    bin.dissociate(run);
    return run;
  }
  if (run.nfree === 1 && run !== bin.runcur) bin.lower(run);
  return undefined;
}

/**
 * `arena_dalloc_bin_run`: gives the pages of an empty run back. It drops the bin's lock for that and takes it again; if the
 * caller holds another bin's lock, because the run is of another bin than the caller thinks, this one stays locked for ever.
 */
export async function dallocBinRun(thread: Thread, arena: Arena, bin: Bin, run: Run): Promise<void> {
  const up = thread.enter(arena.process.frames.arena_dalloc_bin_run[bin.index]!);
  const { lock } = arena.locks;
  bin.lock.release(thread);
  const wait = lock.acquire(thread);
  if (wait !== undefined) await wait;
  const freed = runDalloc(thread, arena, run, true);
  if (freed !== undefined) await freed;
  lock.release(thread);
  const again = bin.lock.acquire(thread);
  if (again !== undefined) await again;
  thread.leave(up);
}

/** `arena_bin_nonfull_run_get`, when there is none: makes a run, without the bin's lock. */
async function newRun(thread: Thread, arena: Arena, bin: Bin): Promise<Run> {
  const up = thread.enter(arena.process.frames.arena_bin_nonfull_run_get[bin.index]!);
  const { lock } = arena.locks;
  bin.lock.release(thread);
  const wait = lock.acquire(thread);
  if (wait !== undefined) await wait;
  const run = await runAllocSmall(thread, arena, bin.index);
  lock.release(thread);
  const again = bin.lock.acquire(thread);
  if (again !== undefined) await again;
  thread.leave(up);
  return run;
}

/** The run that the page map names for a small block. */
function runOf(chunk: ArenaChunk, address: number, by: string): Run {
  const page = chunk.pageOf(address);
  const bits = chunk.map[page]!;
  if ((bits & LARGE) !== 0) throw largeAsSmall(bits, address, by);
  return chunk.runAt(page - bitsValue(bits));
}

function largeAsSmall(bits: number, address: number, by: string): UndefinedBehaviour {
  const pages = bitsValue(bits);
  return new UndefinedBehaviour(
    `${by} frees the block at 0x${address.toString(16)} as a small one, but it is a large one of ${(pages - 1) * PAGE} bytes: ` +
      `its ${pages} pages are read as the distance to the first page of a small run, and what lies there is changed`,
  );
}

/** The error of freeing a small block as a large one. */
export function smallAsLarge(binind: number, address: number, by: string): UndefinedBehaviour {
  return new UndefinedBehaviour(
    `${by} frees the block at 0x${address.toString(16)} as a large one, but it is a region of bin ${binind} (${index2size(binind)} bytes): ` +
      'the pages of the whole run are given back while other regions of it are in use, and statistics are written outside of their table',
  );
}
