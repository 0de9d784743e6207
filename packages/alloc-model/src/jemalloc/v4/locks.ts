/** The mutexes of version 4.5.0, and their ranks. */
import type { Monitor, Mutex } from 'lockgraph';
import { mutex } from '../mutex.js';
import { NBINS } from '../size-classes.js';

/** Locks must be taken in rising rank, and of leaves only one. */
const RANK = { arenas: 3, arena: 9, chunks: 10, nodeCache: 11, base: 12, leaf: 0xffff_ffff } as const;

/** The locks of one arena. */
export interface ArenaLocks {
  /** Runs, pages and chunks of the arena. */
  readonly lock: Mutex;
  /** Cached and retained chunks. */
  readonly chunks: Mutex;
  readonly nodeCache: Mutex;
  /** The list of huge blocks. */
  readonly huge: Mutex;
  readonly bins: readonly Mutex[];
}

/** `arenas_lock`: creating arenas, and choosing one for a thread. */
export function arenasLock(monitor: Monitor): Mutex {
  return mutex(monitor, 'arenas', 'arenas', RANK.arenas);
}

/** `base_mtx`: the allocator of what is never freed. */
export function baseLock(monitor: Monitor): Mutex {
  return mutex(monitor, 'base', 'base', RANK.base);
}

export function arenaLocks(monitor: Monitor, ind: number): ArenaLocks {
  const name = `arena${ind}`;
  return {
    lock: mutex(monitor, `${name}.lock`, 'arena.lock', RANK.arena),
    chunks: mutex(monitor, `${name}.chunks_mtx`, 'arena.chunks_mtx', RANK.chunks),
    nodeCache: mutex(monitor, `${name}.node_cache_mtx`, 'arena.node_cache_mtx', RANK.nodeCache),
    huge: mutex(monitor, `${name}.huge_mtx`, 'arena.huge_mtx', RANK.leaf),
    bins: Array.from({ length: NBINS }, (_, bin) => mutex(monitor, `${name}.bin[${bin}].lock`, 'arena.bin', RANK.leaf)),
  };
}
