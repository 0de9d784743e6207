/** `pa_shard_t`: pages for the slabs and large blocks of an arena. */
import type { Thread } from 'lockgraph';
import { ACTIVE, type Edata, edataInit, type EdataInit } from './edata.js';
import { extentMerge, extentRecord, extentRecycle, extentSplit, splitInterior } from './extent.js';
import { pind2sz } from './page-classes.js';
import type { Pac } from './pac.js';
import { arenaDecayDirtyAll } from './purge.js';
import { NSIZES, PAGE } from '../size-classes.js';

/** What pages are for. */
export interface Purpose {
  readonly szind: number;
  readonly slab: boolean;
}

/** `pa_alloc`: an extent of `size` bytes; null if there is no memory. */
export async function paAlloc(thread: Thread, pac: Pac, size: number, alignment: number, { szind, slab }: Purpose): Promise<Edata | null> {
  // No muzzy pages are looked for: the option that makes them is off.
  const edata =
    (await extentRecycle(thread, pac, pac.dirty, null, size, alignment)) ?? (await ecacheAllocGrow(thread, pac, size, alignment));
  if (edata === null) return null;
  const { emap } = pac.process;
  emap.remap(edata, szind, slab);
  edata.szind = szind;
  edata.slab = slab;
  if (slab && size > 2 * PAGE) emap.registerInterior(edata);
  return edata;
}

/** `pa_expand`, in place. Returns whether there was room. */
export async function paExpand(thread: Thread, pac: Pac, edata: Edata, newSize: number, szind: number): Promise<boolean> {
  const amount = newSize - edata.size;
  const trail =
    (await extentRecycle(thread, pac, pac.dirty, edata, amount, PAGE)) ??
    (await extentRecycle(thread, pac, pac.muzzy, edata, amount, PAGE)) ??
    (await expandRetained(thread, pac, edata, amount));
  if (trail === null) return false;
  await extentMerge(thread, pac, edata, trail);
  setClass(pac, edata, szind);
  return true;
}

/** `pa_shrink`, in place. */
export async function paShrink(thread: Thread, pac: Pac, edata: Edata, newSize: number, szind: number): Promise<void> {
  const trail = await extentSplit(thread, pac, edata, newSize);
  await ecacheDalloc(thread, pac, trail);
  setClass(pac, edata, szind);
  await handleDeferredWork(thread, pac);
}

/** `pa_dalloc`: pages are free from now on. */
export async function paDalloc(thread: Thread, pac: Pac, edata: Edata): Promise<void> {
  if (edata.slab) pac.process.emap.deregisterInterior(edata);
  edata.addr = edata.base;
  edata.szind = NSIZES;
  await ecacheDalloc(thread, pac, edata);
  await handleDeferredWork(thread, pac);
}

/** `arena_handle_deferred_work`. */
async function handleDeferredWork(thread: Thread, pac: Pac): Promise<void> {
  if (pac.purgesAtOnce) await arenaDecayDirtyAll(thread, pac);
}

/** `ecache_dalloc`, to the dirty ones. */
async function ecacheDalloc(thread: Thread, pac: Pac, edata: Edata): Promise<void> {
  edata.addr = edata.base;
  edata.zeroed = false;
  await extentRecord(thread, pac, pac.dirty, edata);
}

function setClass(pac: Pac, edata: Edata, szind: number): void {
  edata.szind = szind;
  pac.process.emap.remap(edata, szind, false);
}

/** `ecache_alloc_grow`: retained pages, or new ones. */
async function ecacheAllocGrow(thread: Thread, pac: Pac, size: number, alignment: number): Promise<Edata | null> {
  const { grow } = pac.locks;
  const up = thread.enter(pac.process.frames.ecache_alloc_grow);
  const wait = grow.acquire(thread);
  if (wait !== undefined) await wait;
  let edata = await extentRecycle(thread, pac, pac.retained, null, size, alignment);
  edata ??= await growRetained(thread, pac, size, alignment);
  grow.release(thread);
  edata ??= await map(thread, pac, size, alignment);
  thread.leave(up);
  return edata;
}

/** `extent_alloc_retained`, for an extent in place. */
async function expandRetained(thread: Thread, pac: Pac, edata: Edata, amount: number): Promise<Edata | null> {
  const { grow } = pac.locks;
  const wait = grow.acquire(thread);
  if (wait !== undefined) await wait;
  const trail = await extentRecycle(thread, pac, pac.retained, edata, amount, PAGE);
  grow.release(thread);
  return trail;
}

/** `extent_grow_retained`: a mapping that is larger than the one before it, of which the rest is retained. */
async function growRetained(thread: Thread, pac: Pac, size: number, alignment: number): Promise<Edata | null> {
  const pind = pac.growClass(size + Math.max(alignment, PAGE) - PAGE);
  const whole = pind < 0 ? null : await map(thread, pac, pind2sz(pind), PAGE);
  if (whole === null) return null;
  const { edata, lead, trail } = await splitInterior(thread, pac, whole, size, alignment);
  if (lead !== null) await extentRecord(thread, pac, pac.retained, lead);
  if (trail !== null) await extentRecord(thread, pac, pac.retained, trail);
  pac.grew(pind);
  return edata;
}

/** `extent_alloc_wrapper`: a new mapping; null if there is none. */
async function map(thread: Thread, pac: Pac, size: number, alignment: number): Promise<Edata | null> {
  const { addressSpace, emap } = pac.process;
  const edata = await pac.edataCache.get(thread);
  const addr = addressSpace.map(size, Math.max(alignment, PAGE));
  if (addr === 0) {
    await pac.edataCache.put(thread, edata);
    return null;
  }
  const init: EdataInit = { arenaInd: pac.ind, addr, size, szind: NSIZES, sn: pac.nextSn(), state: ACTIVE, zeroed: true, committed: true, isHead: true };
  edataInit(edata, init);
  await emap.registerBoundary(thread, edata);
  return edata;
}
