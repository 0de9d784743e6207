/** The decisions of `arena_malloc`, `arena_palloc`, `arena_dalloc`, `arena_sdalloc` and `arena_ralloc`: cache, slab or pages. */
import { UndefinedBehaviour } from '../../allocator.js';
import type { Arena } from './arena.js';
import { arenaDallocSmall, arenaMallocSmall } from './arena-bin.js';
import type { JemallocCall } from '../call.js';
import type { Edata } from './edata.js';
import { OVERSIZE_THRESHOLD } from './extent.js';
import { CACHELINE, largeDalloc, largePalloc, largeRallocNoMove } from './large.js';
import { sa2u } from './sa2u.js';
import { HUGE_MAXCLASS, index2size, LARGE_MINCLASS, NBINS, NSIZES, s2u, size2index, SMALL_MAXCLASS } from '../size-classes.js';
import { tcacheAlloc, tcacheDalloc } from './tcache-alloc.js';
import type { Tcache } from './tcache.js';
import { arenaChoose } from './tsd.js';
import type { Tsd } from './tsd.js';

/** A call, in the types of this version. */
export type Call = JemallocCall<Tsd, Tcache, Arena>;

/** `arena_malloc`, or with an alignment `arena_palloc`. Returns 0 if there is no memory. */
export async function arenaAlloc(call: Call, size: number, usize: number): Promise<number> {
  if (call.alignment === 0 || usize <= SMALL_MAXCLASS) return arenaMalloc(call, call.alignment === 0 ? size : usize, size2index(usize));
  return palloc(call, usize);
}

/**
 * `arena_sdalloc`: frees a block as one of class `index`; its page is looked at only where the block goes past the cache.
 * @param pushedBy as the cache's bin remembers it
 */
export async function arenaSdalloc(call: Call, address: number, index: number, pushedBy: number): Promise<void> {
  const { tsd, tcache } = call;
  const cacheBin = tcache?.bins[index];
  if (cacheBin !== undefined) return tcacheDalloc(tsd, cacheBin, address, pushedBy);
  const edata = edataAt(tsd, address);
  if (index < NBINS) return arenaDallocSmall(tsd, edata, address);
  if (edata.szind < NBINS) tsd.arenas.process.damage.largeFlushOfSlab(edata, new Set([pushedBy < 0 ? ~pushedBy : pushedBy]));
  return largeDalloc(tsd, edata);
}

/** `arena_ralloc`, or where the alignment does not suffice `iralloct_realign`. Returns 0, and leaves the block, if there is no memory. */
export async function arenaRalloc(call: Call, address: number, oldIndex: number, size: number): Promise<number> {
  const { tsd, alignment } = call;
  const usize = alignment === 0 ? s2u(size) : sa2u(size, alignment);
  if (usize === 0 || usize > HUGE_MAXCLASS) return 0;
  const oldUsize = index2size(oldIndex);
  let moved: number;
  if (alignment !== 0 && address % alignment !== 0) moved = await arenaAlloc(call, usize, usize);
  else if (oldUsize >= LARGE_MINCLASS && usize >= LARGE_MINCLASS) {
    const edata = edataAt(tsd, address);
    if (await largeRallocNoMove(tsd, edata, usize)) return edata.addr;
    moved = await palloc(call, usize);
  } else {
    if (usize === oldUsize) {
      const decay = tsd.decayTicks(tsd.arenas.at(edataAt(tsd, address).arenaInd), 1);
      if (decay !== undefined) await decay;
      return address;
    }
    moved = await arenaAlloc(call, usize, usize);
  }
  if (moved !== 0) await arenaSdalloc(call, address, oldIndex, tsd.thread.operation);
  return moved;
}

/** `arena_malloc`. */
async function arenaMalloc({ tsd, tcache, named, misuse }: Call, size: number, index: number): Promise<number> {
  if (tcache !== undefined && index < tcache.bins.length) return tcacheAlloc(tsd, tcache, named, index, misuse);
  const arena = named ?? (await arenaChooseMaybeHuge(tsd, size));
  if (index >= NBINS) return largePalloc(tsd, arena, index2size(index), CACHELINE);
  const address = await arenaMallocSmall(tsd, arena, index);
  const { damage, emap } = tsd.arenas.process;
  if (damage.happened && emap.smallClass(address) !== index) misuse.handOut(address, index, damage.guiltyOf(emap.lookup(address)?.szind ?? NSIZES));
  return address;
}

/** A large block with an alignment, or one that a large block moves to: past the cache. */
async function palloc({ tsd, named, alignment }: Call, usize: number): Promise<number> {
  const arena = named ?? (await arenaChooseMaybeHuge(tsd, usize));
  return largePalloc(tsd, arena, usize, Math.max(alignment, CACHELINE));
}

/** `arena_choose_maybe_huge`: very large blocks have an arena of their own. */
async function arenaChooseMaybeHuge(tsd: Tsd, size: number): Promise<Arena> {
  return size >= OVERSIZE_THRESHOLD ? tsd.arenas.huge(tsd.thread) : arenaChoose(tsd);
}

function edataAt({ arenas }: Tsd, address: number): Edata {
  const edata = arenas.process.emap.edata(address);
  if (edata !== undefined) return edata;
  throw new UndefinedBehaviour(
    `the block at 0x${address.toString(16)} lies in a page that was given back: the process is killed where it reads what the page map does not have`,
  );
}
