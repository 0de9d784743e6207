/** Chunks between the arena and the system: `chunk_recycle`, `chunk_record` and what is around them. */
import type { Thread } from 'lockgraph';
import type { Arena, FreeChunks } from './arena.js';
import { ExtentNode, EXTENT_NODE_BYTES } from './extent.js';
import { extentQuantizeCeil } from './quantize.js';
import { ceilTo, CHUNK_SIZE, PAGE } from '../size-classes.js';

/** Chunks that an arena got: where, and how old they are. */
export interface Chunks {
  readonly address: number;
  readonly sn: number;
}

/** What is wanted: anywhere at a multiple of `alignment`, or at `address`. All in bytes. */
export interface Wanted {
  readonly address?: number;
  readonly size: number;
  readonly alignment: number;
}

/** `chunk_hooks_get`: the hooks are always the same, but reading them takes the lock. */
export async function chunkHooksGet(thread: Thread, arena: Arena): Promise<void> {
  const up = thread.enter(arena.process.frames.chunk_hooks_get);
  const { chunks } = arena.locks;
  const wait = chunks.acquire(thread);
  if (wait !== undefined) await wait;
  chunks.release(thread);
  thread.leave(up);
}

/** `chunk_alloc_cache`: from the cached chunks. Called with the arena's lock. */
export function chunkAllocCache(thread: Thread, arena: Arena, wanted: Wanted): Promise<Chunks | undefined> {
  return chunkRecycle(thread, arena, arena.chunksCached, wanted, true);
}

/** Takes one cached extent out as a whole; its node stays in use. Called with the arena's lock. */
export async function chunkTakeCached(thread: Thread, arena: Arena, node: ExtentNode): Promise<void> {
  const { address, size } = node;
  await chunkRecycle(thread, arena, arena.chunksCached, { address, size, alignment: CHUNK_SIZE }, false);
}

/** `chunk_alloc_wrapper`: from the retained chunks, else from the system. Called without the arena's lock. */
export async function chunkAllocWrapper(thread: Thread, arena: Arena, wanted: Wanted): Promise<Chunks | undefined> {
  const chunks = await chunkRecycle(thread, arena, arena.chunksRetained, wanted, true);
  if (chunks !== undefined) return chunks;
  const { addressSpace } = arena.process;
  if (wanted.address !== undefined) {
    return addressSpace.mapAt(wanted.address, wanted.size) ? { address: wanted.address, sn: arena.nextSn() } : undefined;
  }
  const address = addressSpace.map(wanted.size, wanted.alignment);
  return address === 0 ? undefined : { address, sn: arena.nextSn() };
}

async function chunkRecycle(
  thread: Thread,
  arena: Arena,
  from: FreeChunks,
  wanted: Wanted,
  giveNodeBack: boolean,
): Promise<Chunks | undefined> {
  const frame = arena.process.frames.chunk_recycle;
  const up = thread.enter(from.cached ? frame.cached : frame.retained);
  const { chunks } = arena.locks;
  const wait = chunks.acquire(thread);
  if (wait !== undefined) await wait;
  const node = find(from, wanted);
  if (node === undefined) {
    chunks.release(thread);
    thread.leave(up);
    return undefined;
  }
  const { sn } = node;
  const address = ceilTo(node.address, wanted.alignment);
  const lead = address - node.address;
  const trail = node.size - lead - wanted.size;
  let left: ExtentNode | undefined = node;
  take(arena, from, node);
  if (lead !== 0) {
    node.size = lead;
    put(arena, from, node);
    left = undefined;
  }
  if (trail !== 0) {
    const rest = left ?? (await nodeAlloc(thread, arena));
    rest.address = address + wanted.size;
    rest.size = trail;
    rest.sn = sn;
    put(arena, from, rest);
    left = undefined;
  }
  chunks.release(thread);
  if (giveNodeBack && left !== undefined) await nodeDalloc(thread, arena);
  thread.leave(up);
  return { address, sn };
}

/** `chunk_record`: chunks become free, and merge with those around them. */
export async function chunkRecord(thread: Thread, arena: Arena, into: FreeChunks, freed: Chunks & { size: number }): Promise<void> {
  const frame = arena.process.frames.chunk_record;
  const up = thread.enter(into.cached ? frame.cached : frame.retained);
  const { chunks } = arena.locks;
  const wait = chunks.acquire(thread);
  if (wait !== undefined) await wait;
  const { address, size, sn } = freed;
  let node = into.byAddress.nsearch(new ExtentNode(address + size, 0, 0));
  if (node !== undefined && node.address === address + size) {
    take(arena, into, node);
    node.address = address;
    node.size += size;
    node.sn = Math.min(node.sn, sn);
  } else {
    node = await nodeAlloc(thread, arena);
    node.address = address;
    node.size = size;
    node.sn = sn;
  }
  put(arena, into, node);
  const previous = into.byAddress.previous(node);
  if (previous !== undefined && previous.address + previous.size === address) {
    take(arena, into, previous);
    take(arena, into, node);
    node.address = previous.address;
    node.size += previous.size;
    node.sn = Math.min(node.sn, previous.sn);
    put(arena, into, node);
    await nodeDalloc(thread, arena);
  }
  chunks.release(thread);
  thread.leave(up);
}

/** `arena_node_alloc`: a node for an extent, left over or new. */
async function nodeAlloc(thread: Thread, arena: Arena): Promise<ExtentNode> {
  const up = thread.enter(arena.process.frames.arena_node_alloc);
  const { nodeCache } = arena.locks;
  const wait = nodeCache.acquire(thread);
  if (wait !== undefined) await wait;
  const known = arena.nodeCache > 0;
  if (known) arena.nodeCache--;
  nodeCache.release(thread);
  if (!known) await arena.process.base.alloc(thread, EXTENT_NODE_BYTES);
  thread.leave(up);
  return new ExtentNode(0, 0, 0);
}

/** `arena_node_dalloc`. */
export async function nodeDalloc(thread: Thread, arena: Arena): Promise<void> {
  const up = thread.enter(arena.process.frames.arena_node_dalloc);
  const { nodeCache } = arena.locks;
  const wait = nodeCache.acquire(thread);
  if (wait !== undefined) await wait;
  arena.nodeCache++;
  nodeCache.release(thread);
  thread.leave(up);
}

function find(from: FreeChunks, wanted: Wanted): ExtentNode | undefined {
  if (wanted.address !== undefined) {
    const node = from.byAddress.nsearch(new ExtentNode(wanted.address, 0, 0));
    return node?.address === wanted.address && node.size >= wanted.size ? node : undefined;
  }
  const size = wanted.size + wanted.alignment - CHUNK_SIZE;
  return from.bySize.nsearch(new ExtentNode(0, extentQuantizeCeil(size), 0));
}

function put(arena: Arena, into: FreeChunks, node: ExtentNode): void {
  into.bySize.insert(node);
  into.byAddress.insert(node);
  if (!into.cached) return;
  arena.runsDirty.add(node);
  arena.ndirty += node.size / PAGE;
}

function take(arena: Arena, from: FreeChunks, node: ExtentNode): void {
  from.bySize.remove(node);
  from.byAddress.remove(node);
  if (!from.cached) return;
  arena.runsDirty.remove(node);
  arena.ndirty -= node.size / PAGE;
}
