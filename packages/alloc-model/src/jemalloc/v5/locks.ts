/** The mutexes of version 5.3.0, and their ranks. */
import type { Monitor, Mutex } from 'lockgraph';
import { mutex } from '../mutex.js';
import { NBINS } from '../size-classes.js';

/** Locks must be taken in rising rank, and of one rank only one. The order is that of `witness_rank_e`. */
const RANK = {
  init: 1,
  arenas: 4,
  backgroundThreadGlobal: 5,
  backgroundThread: 13,
  decay: 14,
  tcacheQl: 15,
  extentGrow: 17,
  extents: 18,
  edataCache: 21,
  rtree: 22,
  base: 23,
  arenaLarge: 24,
  leaf: 0x1000,
} as const;

/** The locks of the process. */
export interface GlobalLocks {
  /** Start-up. */
  readonly init: Mutex;
  /** Creating arenas, and choosing one for a thread. */
  readonly arenas: Mutex;
  readonly backgroundThreadGlobal: Mutex;
  /** Of the threads that jemalloc could have for itself; they are off. */
  readonly backgroundThreads: readonly Mutex[];
  /** New leaves of the page map. */
  readonly rtree: Mutex;
}

/** The locks of one arena. */
export interface ArenaLocks {
  readonly decayDirty: Mutex;
  readonly decayMuzzy: Mutex;
  /** The list of thread caches. */
  readonly tcacheQl: Mutex;
  readonly grow: Mutex;
  readonly ecacheDirty: Mutex;
  readonly ecacheMuzzy: Mutex;
  readonly ecacheRetained: Mutex;
  readonly edataCache: Mutex;
  /** The list of large blocks, of arenas that are not automatic. */
  readonly large: Mutex;
  readonly bins: readonly Mutex[];
}

/** `opt_max_background_threads`. */
export const BACKGROUND_THREADS = 4;

export function globalLocks(monitor: Monitor): GlobalLocks {
  return {
    init: mutex(monitor, 'init_lock', 'init_lock', RANK.init),
    arenas: mutex(monitor, 'arenas_lock', 'arenas', RANK.arenas),
    backgroundThreadGlobal: mutex(monitor, 'background_thread_lock', 'background_thread_global', RANK.backgroundThreadGlobal),
    backgroundThreads: Array.from({ length: BACKGROUND_THREADS }, (_, i) =>
      mutex(monitor, `background_thread_info[${i}].mtx`, 'background_thread', RANK.backgroundThread),
    ),
    rtree: mutex(monitor, 'rtree.init_lock', 'rtree', RANK.rtree),
  };
}

/** The lock of an arena's base, which is older than the arena. */
export function baseLock(monitor: Monitor, ind: number): Mutex {
  return mutex(monitor, `arena${ind}.base.mtx`, 'base', RANK.base);
}

export function arenaLocks(monitor: Monitor, ind: number): ArenaLocks {
  const name = `arena${ind}`;
  return {
    decayDirty: mutex(monitor, `${name}.decay_dirty.mtx`, 'decay', RANK.decay),
    decayMuzzy: mutex(monitor, `${name}.decay_muzzy.mtx`, 'decay', RANK.decay),
    tcacheQl: mutex(monitor, `${name}.tcache_ql_mtx`, 'tcache_ql', RANK.tcacheQl),
    grow: mutex(monitor, `${name}.grow_mtx`, 'extent_grow', RANK.extentGrow),
    ecacheDirty: mutex(monitor, `${name}.ecache_dirty.mtx`, 'extents', RANK.extents),
    ecacheMuzzy: mutex(monitor, `${name}.ecache_muzzy.mtx`, 'extents', RANK.extents),
    ecacheRetained: mutex(monitor, `${name}.ecache_retained.mtx`, 'extents', RANK.extents),
    edataCache: mutex(monitor, `${name}.edata_cache.mtx`, 'edata_cache', RANK.edataCache),
    large: mutex(monitor, `${name}.large_mtx`, 'arena_large', RANK.arenaLarge),
    bins: Array.from({ length: NBINS }, (_, bin) => mutex(monitor, `${name}.bin[${bin}].lock`, 'bin', RANK.leaf)),
  };
}
