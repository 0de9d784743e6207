/** The allocators of the lab, by the names that `--allocator` takes. */
import type { Monitor } from 'lockgraph';
import type { Allocator } from '../../allocator.js';
import { createJemalloc450 } from '../../jemalloc/v4/jemalloc.js';
import { createJemalloc530 } from '../../jemalloc/v5/jemalloc.js';
import { createSystemAllocator } from '../../system/system.js';

export const allocatorNames = ['jemalloc-4.5.0', 'jemalloc-4.5.0-debug', 'jemalloc-5.3.0', 'jemalloc-5.3.0-debug', 'system'] as const;
export type AllocatorName = (typeof allocatorNames)[number];

/** The one that is taken where none is named. */
export const DEFAULT_ALLOCATOR = 'jemalloc-4.5.0' satisfies AllocatorName;

/** What jemalloc lets one set, by the names of its option string. An allocator ignores what it does not have. */
export interface AllocatorOptions {
  /** Largest size that a thread cache holds is 2 to this power; from -1 up. Default: jemalloc's, 15. */
  readonly lgTcacheMax?: number;
  /** Number of arenas. Default: 8, for 4 a processor of the machine whose runs the model is compared with. */
  readonly narenas?: number;
  /** Whether threads have caches. Default: true. */
  readonly tcache?: boolean;
}

export function createAllocator(name: AllocatorName, monitor: Monitor, options: AllocatorOptions): Allocator {
  switch (name) {
    case 'jemalloc-4.5.0':
      return createJemalloc450(monitor, options);
    case 'jemalloc-4.5.0-debug':
      return createJemalloc450(monitor, { ...options, debug: true });
    case 'jemalloc-5.3.0':
      return createJemalloc530(monitor, options);
    case 'jemalloc-5.3.0-debug':
      return createJemalloc530(monitor, { ...options, debug: true });
    case 'system':
      return createSystemAllocator();
  }
}
