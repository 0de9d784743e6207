/** The decisions of `arena_malloc`, `arena_palloc`, `arena_dalloc`, `arena_sdalloc` and `arena_ralloc`: cache, bin, run or chunks. */
import { arenaDallocLarge, arenaDallocSmall, arenaMallocLarge, arenaMallocSmall } from './arena-malloc.js';
import { largeGrow, largePalloc, largeShrink } from './arena-large.js';
import type { Arena } from './arena.js';
import type { JemallocCall } from '../call.js';
import { largeClass, sa2u } from './bin-info.js';
import { decayTick } from './decay.js';
import { hugeDalloc, hugePalloc, hugeRallocNoMove } from './huge.js';
import type { HugeNode } from './huge-node.js';
import { ALLOCATED, BININD_INVALID, bitsBinind, bitsValue } from './page-map.js';
import type { ArenaChunk } from './page-map.js';
import { CHUNK_SIZE, HUGE_MAXCLASS, HUGE_MININDEX, index2size, LARGE_MAXCLASS, NBINS, PAGE, s2u, size2index, SMALL_MAXCLASS } from '../size-classes.js';
import { tcacheAlloc, tcacheDalloc } from './tcache-alloc.js';
import type { Tcache } from './tcache.js';
import { arenaChoose } from './tsd.js';
import type { Tsd } from './tsd.js';

/** A call, in the types of this version. */
export type Call = JemallocCall<Tsd, Tcache, Arena>;

/** The class of the block at an address; -1 if no block is there. */
export function classAt(node: ArenaChunk | HugeNode | undefined, address: number): number {
  if (node === undefined) return -1;
  if (node.isExtent) return node.address === address ? size2index((node as HugeNode).size) : -1;
  const chunk = node as ArenaChunk;
  const bits = chunk.map[chunk.pageOf(address)]!;
  if ((bits & ALLOCATED) === 0) return -1;
  const binind = bitsBinind(bits);
  return binind === BININD_INVALID ? largeClass(bitsValue(bits)) : binind;
}

/** `arena_malloc`, or with an alignment `arena_palloc`. Returns 0 if there is no memory. */
export async function arenaAlloc(call: Call, usize: number): Promise<number> {
  if (call.alignment === 0) return arenaMalloc(call, size2index(usize));
  const { tsd, named, alignment } = call;
  if (usize <= SMALL_MAXCLASS) return arenaMalloc(call, size2index(usize));
  if (usize > LARGE_MAXCLASS) return hugePalloc(tsd, named, usize, Math.max(alignment, CHUNK_SIZE));
  if (alignment <= PAGE) {
    const block = await arenaMalloc(call, size2index(usize));
    const aligned = block - (block % PAGE);
    call.misuse.move(block, aligned);
    return aligned;
  }
  const arena = named ?? (await arenaChoose(tsd));
  const address = await largePalloc(tsd.thread, arena, usize, alignment);
  const purge = decayTick(tsd, arena);
  if (purge !== undefined) await purge;
  return address;
}

/**
 * `arena_sdalloc`: frees a block as one of class `index`, which is looked up for a huge block only.
 * @param pushedBy as the cache's bin remembers it
 */
export async function arenaSdalloc(call: Call, node: ArenaChunk | HugeNode, address: number, index: number, pushedBy: number): Promise<void> {
  const { tsd, tcache } = call;
  if (node.isExtent) return hugeDalloc(tsd, node as HugeNode);
  if (tcache !== undefined && index < tcache.bins.length) return tcacheDalloc(tsd, tcache, address, index, pushedBy);
  return (index < NBINS ? arenaDallocSmall : arenaDallocLarge)(tsd, node as ArenaChunk, address);
}

/** `arena_ralloc`, or where the alignment does not suffice `iralloct_realign`. Returns 0, and leaves the block, if there is no memory. */
export async function arenaRalloc(call: Call, node: ArenaChunk | HugeNode, address: number, oldIndex: number, size: number): Promise<number> {
  const { tsd, alignment } = call;
  const oldsize = index2size(oldIndex);
  const aligned = alignment === 0 || address % alignment === 0;
  const usize = aligned ? s2u(size) : sa2u(size, alignment);
  if (usize === 0 || usize > HUGE_MAXCLASS) return 0;
  if (aligned && (await rallocNoMove(tsd, node, address, oldsize, usize))) return address;
  const moved = await arenaAlloc(call, alignment !== 0 && aligned && usize <= LARGE_MAXCLASS ? sa2u(usize, alignment) : usize);
  if (moved !== 0) await arenaSdalloc(call, node, address, oldIndex, tsd.thread.operation);
  return moved;
}

/** `arena_ralloc_no_move`, `huge_ralloc_no_move`. */
async function rallocNoMove(tsd: Tsd, node: ArenaChunk | HugeNode, address: number, oldsize: number, usize: number): Promise<boolean> {
  if (node.isExtent) return hugeRallocNoMove(tsd, node as HugeNode, usize);
  if (usize > LARGE_MAXCLASS) return false;
  const small = oldsize <= SMALL_MAXCLASS;
  if (small !== usize <= SMALL_MAXCLASS || (small && oldsize !== usize)) return false;
  const chunk = node as ArenaChunk;
  const arena = tsd.arenas.at(chunk.arena);
  if (oldsize > usize) await largeShrink(tsd.thread, arena, chunk, address, oldsize, usize);
  else if (oldsize < usize && !(await largeGrow(tsd.thread, arena, chunk, address, oldsize, usize))) return false;
  const purge = decayTick(tsd, arena);
  if (purge !== undefined) await purge;
  return true;
}

/** `arena_malloc`. */
async function arenaMalloc({ tsd, tcache, named, misuse }: Call, index: number): Promise<number> {
  if (tcache !== undefined && index < tcache.bins.length) return tcacheAlloc(tsd, tcache, named, index, misuse);
  const arena = named ?? (await arenaChoose(tsd));
  if (index < NBINS) return arenaMallocSmall(tsd, arena, index);
  if (index < HUGE_MININDEX) return arenaMallocLarge(tsd, arena, index);
  return hugePalloc(tsd, arena, index2size(index), CHUNK_SIZE);
}
