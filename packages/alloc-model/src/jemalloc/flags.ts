/** The `flags` of the *allocx calls, as jemalloc.h defines them. */
import { NotModelled } from '../allocator.js';

const LG_ALIGN_MASK = 0x3f;
const TCACHE_MASK = 0xfff00;
const TCACHE_NONE = 0x100;
const ARENA_SHIFT = 20;

/** Alignment in bytes; 0 if none is asked for. */
export function alignmentOf(flags: number): number {
  const lg = flags & LG_ALIGN_MASK;
  return lg === 0 ? 0 : 2 ** lg;
}

/**
 * Whether the call goes past the thread cache (MALLOCX_TCACHE_NONE).
 * @throws NotModelled for MALLOCX_TCACHE(n): explicit caches are made through mallctl(), which is not modelled
 */
export function bypassesTcache(flags: number): boolean {
  const tcache = flags & TCACHE_MASK;
  if (tcache === 0 || tcache === TCACHE_NONE) return tcache === TCACHE_NONE;
  throw new NotModelled(
    `flags 0x${(flags >>> 0).toString(16)} name the explicit thread cache ${(tcache >> 8) - 2}; only MALLOCX_TCACHE_NONE (0x100) is modelled`,
  );
}

/** The arena that MALLOCX_ARENA(n) names; -1 if none. */
export function arenaOf(flags: number): number {
  return (flags >>> ARENA_SHIFT) - 1;
}

/**
 * An arena that {@link arenaOf} names, and that does not exist, can be created where it is the next one.
 * @throws NotModelled if it is not
 */
export function checkArena(ind: number, total: number): void {
  if (ind <= total) return;
  throw new NotModelled(`MALLOCX_ARENA(${ind}): there are ${total} arenas, and the next one would be arena ${total}`);
}
