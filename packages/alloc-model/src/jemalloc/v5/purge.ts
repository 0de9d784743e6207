/**
 * Purging: free pages go from dirty to retained. Time stands still, so pages are only purged where jemalloc does it at once: when the
 * last thread of an arena ends, and in the arena of very large blocks.
 */
import type { Thread } from 'lockgraph';
import { ACTIVE, type Edata } from './edata.js';
import type { Ecache } from './ecache.js';
import { ENDLESS, endless } from './endless.js';
import { extentDallocWrapper, tryCoalesce } from './extent.js';
import type { Pac } from './pac.js';
import { EdataList } from './ring.js';
import { PAGE } from '../size-classes.js';

/** `arena_decay`, which finds that no time has passed. */
export async function arenaDecay(thread: Thread, pac: Pac): Promise<void> {
  const up = thread.enter(pac.process.frames.arena_decay);
  const { decayDirty, decayMuzzy } = pac.locks;
  if (decayDirty.tryAcquire(thread)) {
    if (pac.purgesAtOnce) await decayToLimit(thread, pac, 'dirty');
    decayDirty.release(thread);
    if (decayMuzzy.tryAcquire(thread)) {
      await decayToLimit(thread, pac, 'muzzy');
      decayMuzzy.release(thread);
    }
  }
  thread.leave(up);
}

/** `arena_decay` of everything. */
export async function arenaDecayAll(thread: Thread, pac: Pac): Promise<void> {
  const up = thread.enter(pac.process.frames.arena_decay);
  await arenaDecayDirtyAll(thread, pac);
  const { decayMuzzy } = pac.locks;
  const wait = decayMuzzy.acquire(thread);
  if (wait !== undefined) await wait;
  await decayToLimit(thread, pac, 'muzzy');
  decayMuzzy.release(thread);
  thread.leave(up);
}

/** `arena_decay_dirty` of everything. */
export async function arenaDecayDirtyAll(thread: Thread, pac: Pac): Promise<void> {
  const { decayDirty } = pac.locks;
  const wait = decayDirty.acquire(thread);
  if (wait !== undefined) await wait;
  await decayToLimit(thread, pac, 'dirty');
  decayDirty.release(thread);
}

/** `pac_decay_to_limit`, of all pages of a kind. */
async function decayToLimit(thread: Thread, pac: Pac, kind: 'dirty' | 'muzzy'): Promise<void> {
  const ecache = pac[kind];
  const most = ecache.eset.npages;
  if (pac.purging[kind] || most === 0) return;
  const lock = kind === 'dirty' ? pac.locks.decayDirty : pac.locks.decayMuzzy;
  pac.purging[kind] = true;
  lock.release(thread);
  const up = thread.enter(pac.process.frames.pac_decay_to_limit);
  const stashed = new EdataList('pages to purge', 'inactive');
  for (let npages = 0, steps = 0; npages < most; steps++) {
    if (steps > ENDLESS) throw endless(`the list of free extents (${ecache.lock.name})`);
    const edata = await evict(thread, pac, ecache);
    if (edata === null) break;
    stashed.append(edata);
    npages += edata.size / PAGE;
  }
  for (let edata = stashed.first, steps = 0; edata !== null; edata = stashed.first, steps++) {
    if (steps > ENDLESS) throw endless('the list of pages to purge');
    stashed.remove(edata);
    await extentDallocWrapper(thread, pac, edata);
  }
  thread.leave(up);
  const wait = lock.acquire(thread);
  if (wait !== undefined) await wait;
  pac.purging[kind] = false;
}

/** `ecache_evict`: the extent that is free for longest, made one with its neighbours; null if there is none. */
async function evict(thread: Thread, pac: Pac, ecache: Ecache): Promise<Edata | null> {
  const up = thread.enter(pac.process.frames.ecache_evict);
  const { emap } = pac.process;
  const { eset } = ecache;
  const wait = ecache.lock.acquire(thread);
  if (wait !== undefined) await wait;
  let edata = eset.lru.first;
  for (let steps = 0; edata !== null && eset.npages > 0; steps++) {
    if (steps > ENDLESS) throw endless(`the list of free extents (${ecache.lock.name})`);
    eset.remove(edata);
    if (!ecache.delayCoalesce) break;
    emap.updateState(edata, ACTIVE);
    const one = await tryCoalesce(thread, pac, ecache, edata);
    emap.updateState(one.edata, ecache.state);
    if (!one.coalesced) break;
    eset.insert(one.edata);
    edata = eset.lru.first;
  }
  if (edata !== null) emap.updateState(edata, ACTIVE);
  ecache.lock.release(thread);
  thread.leave(up);
  return edata;
}
