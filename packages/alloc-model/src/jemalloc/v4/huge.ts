/** Huge blocks: whole chunks, and a node that tells their size. */
import { arenaDallocSmall, arenaMallocSmall } from './arena-malloc.js';
import { chunkAllocHuge, chunkCeiling, chunkDallocHuge, chunkRallocHugeExpand, chunkRallocHugeShrink, chunkRallocHugeSimilar } from './arena-huge.js';
import type { Arena } from './arena.js';
import { chunkKey } from './chunk-key.js';
import { chunkHooksGet } from './chunk.js';
import { decayTick } from './decay.js';
import { EXTENT_NODE_BYTES } from './extent.js';
import { HugeNode } from './huge-node.js';
import type { ArenaChunk } from './page-map.js';
import { CHUNK_SIZE, size2index } from '../size-classes.js';
import { arenaChoose, arenaIchoose } from './tsd.js';
import type { Tsd } from './tsd.js';

const NODE_BIN = size2index(EXTENT_NODE_BYTES);

/**
 * `huge_palloc`.
 * @param arena the one that the caller named, if any
 * @returns the address; 0 if the address space is used up
 */
export async function hugePalloc(tsd: Tsd, named: Arena | undefined, usize: number, alignment: number): Promise<number> {
  const { thread, arenas } = tsd;
  const { frames, chunksRtree } = arenas.process;
  const up = thread.enter(frames.huge_palloc);
  const node = await arenaMallocSmall(tsd, await arenaIchoose(tsd), NODE_BIN);
  const arena = named ?? (await arenaChoose(tsd));
  const chunks = await chunkAllocHuge(thread, arena, usize, alignment);
  if (chunks === undefined) {
    await freeNode(tsd, node);
    thread.leave(up);
    return 0;
  }
  const grown = chunksRtree.register(thread, new HugeNode(chunks.address, usize, chunks.sn, arena.ind, node));
  if (grown !== undefined) await grown;
  await touchHuge(tsd, arena);
  const purge = decayTick(tsd, arena);
  if (purge !== undefined) await purge;
  thread.leave(up);
  return chunks.address;
}

/** `huge_dalloc`. */
export async function hugeDalloc(tsd: Tsd, node: HugeNode): Promise<void> {
  const { thread, arenas } = tsd;
  const { frames, chunksRtree } = arenas.process;
  const up = thread.enter(frames.huge_dalloc);
  const arena = arenas.at(node.arena);
  chunksRtree.deregister(node.address);
  await touchHuge(tsd, arena);
  await chunkDallocHuge(thread, arena, node, node.size);
  await freeNode(tsd, node.node);
  const purge = decayTick(tsd, arena);
  if (purge !== undefined) await purge;
  thread.leave(up);
}

/** `huge_salloc`: the size of a block, under the lock of the list. */
export async function hugeSalloc(tsd: Tsd, node: HugeNode): Promise<number> {
  const { thread, arenas } = tsd;
  const up = thread.enter(arenas.process.frames.huge_salloc);
  await touchHuge(tsd, arenas.at(node.arena));
  thread.leave(up);
  return node.size;
}

/** `huge_ralloc_no_move`: makes a block larger or smaller in place. Returns whether that was possible. */
export async function hugeRallocNoMove(tsd: Tsd, node: HugeNode, usize: number): Promise<boolean> {
  if (usize < CHUNK_SIZE) return false;
  const oldsize = node.size;
  const arena = tsd.arenas.at(node.arena);
  if (chunkCeiling(usize) > chunkCeiling(oldsize)) {
    if (!(await expand(tsd, arena, node, usize))) return false;
  } else if (chunkCeiling(usize) < chunkCeiling(oldsize)) await shrink(tsd, arena, node, usize);
  else await resize(tsd, arena, node, usize);
  const purge = decayTick(tsd, arena);
  if (purge !== undefined) await purge;
  return true;
}

/** `huge_ralloc_no_move_similar`: as many chunks as before. */
async function resize(tsd: Tsd, arena: Arena, node: HugeNode, usize: number): Promise<void> {
  const oldsize = node.size;
  if (usize === oldsize) return;
  const { thread } = tsd;
  const up = thread.enter(arena.process.frames.huge_ralloc_no_move_similar);
  if (usize < oldsize) await chunkHooksGet(thread, arena);
  await setSize(tsd, arena, node, usize);
  await chunkRallocHugeSimilar(thread, arena, oldsize, usize);
  thread.leave(up);
}

/** `huge_ralloc_no_move_shrink`. */
async function shrink(tsd: Tsd, arena: Arena, node: HugeNode, usize: number): Promise<void> {
  const { thread } = tsd;
  const oldsize = node.size;
  const up = thread.enter(arena.process.frames.huge_ralloc_no_move_shrink);
  await chunkHooksGet(thread, arena);
  await setSize(tsd, arena, node, usize);
  await chunkRallocHugeShrink(thread, arena, node, oldsize, usize);
  thread.leave(up);
}

/** `huge_ralloc_no_move_expand`. */
async function expand(tsd: Tsd, arena: Arena, node: HugeNode, usize: number): Promise<boolean> {
  const { thread } = tsd;
  const up = thread.enter(arena.process.frames.huge_ralloc_no_move_expand);
  await touchHuge(tsd, arena);
  const expanded = await chunkRallocHugeExpand(thread, arena, node.address, node.size, usize);
  if (expanded) await setSize(tsd, arena, node, usize);
  thread.leave(up);
  return expanded;
}

async function setSize({ thread }: Tsd, arena: Arena, node: HugeNode, usize: number): Promise<void> {
  const { huge } = arena.locks;
  const wait = huge.acquire(thread);
  if (wait !== undefined) await wait;
  node.size = usize;
  huge.release(thread);
}

/** Reads or changes the arena's list of huge blocks, of which the model needs only the lock. */
async function touchHuge({ thread }: Tsd, arena: Arena): Promise<void> {
  const { huge } = arena.locks;
  const wait = huge.acquire(thread);
  if (wait !== undefined) await wait;
  huge.release(thread);
}

function freeNode(tsd: Tsd, address: number): Promise<void> {
  const chunk = tsd.arenas.process.chunksRtree.get(chunkKey(address)) as ArenaChunk;
  return arenaDallocSmall(tsd, chunk, address);
}
