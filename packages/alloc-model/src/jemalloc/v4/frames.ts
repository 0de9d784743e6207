/** The functions of the simulated call stack, by jemalloc's names, with what tells a reader which bin or class they work on. */
import type { FrameId, Registry } from 'lockgraph';
import { NBINS } from '../size-classes.js';

/** Functions that are shown by their name alone. */
const PLAIN = [
  'mallocx',
  'rallocx',
  'sdallocx',
  'dallocx',
  'tsd_cleanup',
  'arena_choose_hard',
  'arena_init',
  'arena_tdata_get_hard',
  'arenas_tdata_cleanup',
  'base_alloc',
  'tcache_alloc_small_hard',
  'tcache_dalloc_small',
  'tcache_dalloc_large',
  'tcache_create',
  'tcache_arena_associate',
  'tcache_destroy',
  'tcache_arena_dissociate',
  'tcache_stats_merge',
  'arena_chunk_alloc_internal_hard',
  'arena_node_alloc',
  'arena_node_dalloc',
  'chunk_register',
  'chunk_hooks_get',
  'arena_purge',
  'arena_purge_to_limit',
  'arena_stash_dirty',
  'arena_purge_stashed',
  'arena_unstash_purged',
  'arena_spare_discard',
  'arena_ralloc_large_grow',
  'arena_ralloc_large_shrink',
  'arena_palloc_large',
  'arena_dalloc_large',
  'huge_palloc',
  'huge_dalloc',
  'huge_salloc',
  'huge_ralloc_no_move_similar',
  'huge_ralloc_no_move_shrink',
  'huge_ralloc_no_move_expand',
  'arena_chunk_alloc_huge',
  'arena_chunk_dalloc_huge',
  'arena_chunk_ralloc_huge_similar',
  'arena_chunk_ralloc_huge_shrink',
  'arena_chunk_ralloc_huge_expand',
  'arena_chunk_ralloc_huge_expand_hard',
] as const;

/** Functions that are shown with the bin that they work on. */
const BY_BIN = [
  'arena_malloc_small',
  'arena_tcache_fill_small',
  'arena_bin_nonfull_run_get',
  'arena_dalloc_bin',
  'arena_dalloc_bin_run',
  'tcache_bin_flush_small',
] as const;

/** Functions that are shown with the size class that they work on. */
const BY_CLASS = ['arena_malloc_large', 'tcache_bin_flush_large', 'tcache_event_hard'] as const;

/** Functions that are shown with the chunks that they look through. */
const BY_CHUNKS = ['chunk_recycle', 'chunk_record'] as const;

export type Frames = Readonly<Record<(typeof PLAIN)[number], FrameId>> &
  Readonly<Record<(typeof BY_BIN | typeof BY_CLASS)[number], readonly FrameId[]>> &
  Readonly<Record<(typeof BY_CHUNKS)[number], { readonly cached: FrameId; readonly retained: FrameId }>>;

/** @param nclasses number of classes that are not huge */
export function registerFrames(registry: Registry, nclasses: number): Frames {
  const frame = (name: string): FrameId => registry.calls.frame(name);
  const entries: [string, unknown][] = [];
  for (const name of PLAIN) entries.push([name, frame(name)]);
  for (const name of BY_BIN) entries.push([name, Array.from({ length: NBINS }, (_, bin) => frame(`${name}(bin ${bin})`))]);
  for (const name of BY_CLASS) {
    entries.push([name, Array.from({ length: nclasses }, (_, index) => frame(`${name}(${index < NBINS ? 'bin' : 'class'} ${index})`))]);
  }
  for (const name of BY_CHUNKS) entries.push([name, { cached: frame(`${name}(cached)`), retained: frame(`${name}(retained)`) }]);
  return Object.fromEntries(entries) as unknown as Frames;
}
