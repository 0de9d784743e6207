/** The functions of the simulated call stack, by jemalloc's names, with what tells a reader which bin or class they work on. */
import type { FrameId, Registry } from 'lockgraph';
import { NBINS, size2index } from '../size-classes.js';

/** Functions that are shown by their name alone. */
const PLAIN = [
  'mallocx',
  'rallocx',
  'sdallocx',
  'dallocx',
  'malloc_init_hard',
  'tsd_cleanup',
  'tsd_tcache_data_init',
  'arena_choose_hard',
  'arena_choose_huge',
  'arena_init',
  'background_thread_create',
  'base_alloc',
  'tcache_alloc_small_hard',
  'tcache_dalloc_small',
  'tcache_dalloc_large',
  'tcache_arena_associate',
  'tcache_arena_dissociate',
  'tcache_destroy',
  'tcache_stats_merge',
  'rtree_child_leaf_tryread',
  'edata_cache_get',
  'edata_cache_put',
  'extent_recycle',
  'extent_record',
  'ecache_alloc_grow',
  'ecache_evict',
  'pac_decay_to_limit',
  'arena_decay',
  'large_palloc',
  'large_dalloc',
  'large_ralloc_no_move_expand',
  'large_ralloc_no_move_shrink',
] as const;

/** Functions that are shown with the bin that they work on. */
const BY_BIN = ['arena_malloc_small', 'arena_cache_bin_fill_small', 'arena_slab_alloc', 'arena_slab_dalloc', 'arena_dalloc_bin', 'tcache_bin_flush_small'] as const;

/** Functions that are shown with the size class that they work on. */
const BY_CLASS = ['tcache_bin_flush_large', 'tcache_event'] as const;

export type Frames = Readonly<Record<(typeof PLAIN)[number], FrameId>> &
  Readonly<Record<(typeof BY_BIN | typeof BY_CLASS)[number], readonly FrameId[]>>;

/** @param tcacheMaxclass bytes of the largest blocks that thread caches hold */
export function registerFrames(registry: Registry, tcacheMaxclass: number): Frames {
  const frame = (name: string): FrameId => registry.calls.frame(name);
  const entries: [string, unknown][] = [];
  const nclasses = Math.max(NBINS, size2index(tcacheMaxclass) + 1);
  for (const name of PLAIN) entries.push([name, frame(name)]);
  for (const name of BY_BIN) entries.push([name, Array.from({ length: NBINS }, (_, bin) => frame(`${name}(bin ${bin})`))]);
  for (const name of BY_CLASS) {
    entries.push([name, Array.from({ length: nclasses }, (_, index) => frame(`${name}(${index < NBINS ? 'bin' : 'class'} ${index})`))]);
  }
  return Object.fromEntries(entries) as unknown as Frames;
}
