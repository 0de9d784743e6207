/** Extents: splitting them, making them one, taking them from the free ones, and giving them back. */
import type { Thread } from 'lockgraph';
import type { Ecache } from './ecache.js';
import { ACTIVE, type Edata, edataInit } from './edata.js';
import { ENDLESS, endless } from './endless.js';
import type { Pac } from './pac.js';
import { ceilTo, LARGE_MINCLASS, NSIZES, PAGE } from '../size-classes.js';

/** `opt_lg_extent_max_active_fit`: no larger multiple of a request is split, where making extents one is delayed. */
const LG_EXTENT_MAX_ACTIVE_FIT = 6;
const ANY_FIT = 63;
/** Free extents of this size are purged at once; blocks of this size have an arena of their own. */
export const OVERSIZE_THRESHOLD = 8 * 1024 * 1024;

/**
 * `extent_recycle`: `size` bytes of a free extent; null if none fits.
 * @param expand the extent behind which they must lie
 */
export async function extentRecycle(
  thread: Thread,
  pac: Pac,
  ecache: Ecache,
  expand: Edata | null,
  size: number,
  alignment: number,
): Promise<Edata | null> {
  const up = thread.enter(pac.process.frames.extent_recycle);
  const wait = ecache.lock.acquire(thread);
  if (wait !== undefined) await wait;
  let edata = extract(pac, ecache, expand, size, alignment);
  if (edata !== null) {
    const parts = await splitInterior(thread, pac, edata, size, alignment);
    edata = parts.edata;
    if (parts.lead !== null) deactivate(pac, ecache, parts.lead);
    if (parts.trail !== null) deactivate(pac, ecache, parts.trail);
  }
  ecache.lock.release(thread);
  if (edata !== null && !edata.committed) {
    // No extent is without memory, unless what is kept of it is damaged; to commit it fails.
    await extentRecord(thread, pac, ecache, edata);
    edata = null;
  }
  thread.leave(up);
  return edata;
}

/** `extent_split_interior`: `size` bytes of an extent, at a multiple of `alignment`, and what lies before and after them. */
export async function splitInterior(
  thread: Thread,
  pac: Pac,
  whole: Edata,
  size: number,
  alignment: number,
): Promise<{ readonly edata: Edata; readonly lead: Edata | null; readonly trail: Edata | null }> {
  const leadSize = ceilTo(whole.base, Math.max(alignment, PAGE)) - whole.base;
  const trailSize = whole.size - leadSize - size;
  let edata = whole;
  if (leadSize > 0) edata = await extentSplit(thread, pac, whole, leadSize);
  const trail = trailSize > 0 ? await extentSplit(thread, pac, edata, size) : null;
  return { edata, lead: edata === whole ? null : whole, trail };
}

/** `extent_split_impl`: the extent has its first `size` bytes from now on. Returns the rest. */
export async function extentSplit(thread: Thread, pac: Pac, edata: Edata, size: number): Promise<Edata> {
  const trail = await pac.edataCache.get(thread);
  const { arenaInd, sn, state, zeroed, committed } = edata;
  edataInit(trail, { arenaInd, addr: edata.base + size, size: edata.size - size, szind: NSIZES, sn, state, zeroed, committed, isHead: false });
  const { emap } = pac.process;
  await emap.splitPrepare(thread, edata, trail);
  edata.size = size;
  emap.splitCommit(edata, trail);
  return trail;
}

/** `extent_merge_impl`: `b`, which lies behind `a`, becomes part of it. */
export async function extentMerge(thread: Thread, pac: Pac, a: Edata, b: Edata): Promise<void> {
  const at = a.past;
  a.state = ACTIVE;
  a.size += b.size;
  a.sn = Math.min(a.sn, b.sn);
  a.zeroed = a.zeroed && b.zeroed;
  pac.process.emap.mergeCommit(a, b, at);
  await pac.edataCache.put(thread, b);
}

/** `extent_record`: an extent is free from now on. It becomes one with its neighbours, if they are. */
export async function extentRecord(thread: Thread, pac: Pac, ecache: Ecache, freed: Edata): Promise<void> {
  const up = thread.enter(pac.process.frames.extent_record);
  const wait = ecache.lock.acquire(thread);
  if (wait !== undefined) await wait;
  let edata = freed;
  if (!ecache.delayCoalesce) edata = (await tryCoalesce(thread, pac, ecache, edata)).edata;
  else if (edata.size >= LARGE_MINCLASS) {
    for (let again = true, steps = 0; again; steps++) {
      if (steps > ENDLESS) throw endless(`the set of free extents (${ecache.lock.name})`);
      const one = await tryCoalesce(thread, pac, ecache, edata);
      edata = one.edata;
      again = one.coalesced;
    }
    if (edata.size >= OVERSIZE_THRESHOLD) {
      ecache.lock.release(thread);
      await extentDallocWrapper(thread, pac, edata);
      thread.leave(up);
      return;
    }
  }
  deactivate(pac, ecache, edata);
  ecache.lock.release(thread);
  thread.leave(up);
}

/** `extent_dalloc_wrapper`: an extent's pages go back to the system, but its addresses are retained. */
export async function extentDallocWrapper(thread: Thread, pac: Pac, edata: Edata): Promise<void> {
  edata.zeroed = true;
  await extentRecord(thread, pac, pac.retained, edata);
}

/**
 * `extent_try_coalesce`, with the lock held. Where that is delayed, it is done once, and whoever calls sees whether it was.
 * Returns the extent that there is now.
 */
export async function tryCoalesce(
  thread: Thread,
  pac: Pac,
  ecache: Ecache,
  inner: Edata,
): Promise<{ readonly edata: Edata; readonly coalesced: boolean }> {
  const { emap } = pac.process;
  let edata = inner;
  for (let again = true, steps = 0; again; steps++) {
    if (steps > ENDLESS) throw endless(`the set of free extents (${ecache.lock.name})`);
    again = false;
    const next = emap.acquireNeighbor(edata, ecache.state, true);
    if (next !== undefined) {
      ecache.eset.remove(next);
      await extentMerge(thread, pac, edata, next);
      if (ecache.delayCoalesce) return { edata, coalesced: true };
      again = true;
    }
    const prev = emap.acquireNeighbor(edata, ecache.state, false);
    if (prev !== undefined) {
      ecache.eset.remove(prev);
      await extentMerge(thread, pac, prev, edata);
      edata = prev;
      if (ecache.delayCoalesce) return { edata, coalesced: true };
      again = true;
    }
  }
  return { edata, coalesced: false };
}

/** `extent_deactivate_locked`. */
function deactivate(pac: Pac, ecache: Ecache, edata: Edata): void {
  pac.process.emap.updateState(edata, ecache.state);
  ecache.eset.insert(edata);
}

/** `extent_recycle_extract`. */
function extract(pac: Pac, ecache: Ecache, expand: Edata | null, size: number, alignment: number): Edata | null {
  const { emap } = pac.process;
  let edata: Edata | null;
  if (expand !== null) {
    edata = emap.acquireNeighbor(expand, ecache.state, true, true) ?? null;
    if (edata !== null && edata.size < size) {
      emap.updateState(edata, ecache.state);
      return null;
    }
  } else edata = ecache.eset.fit(size, alignment, ecache.delayCoalesce ? LG_EXTENT_MAX_ACTIVE_FIT : ANY_FIT);
  if (edata === null) return null;
  ecache.eset.remove(edata);
  emap.updateState(edata, ACTIVE);
  return edata;
}
