/** Both versions of jemalloc, for tests of what holds of each. */
import type { Monitor } from 'lockgraph';
import type { Allocator } from '../../../packages/alloc-model/src/allocator.js';
import type { JemallocOptions } from '../../../packages/alloc-model/src/jemalloc/options.js';
import { createJemalloc450, Jemalloc450 } from '../../../packages/alloc-model/src/jemalloc/v4/jemalloc.js';
import { createJemalloc530 } from '../../../packages/alloc-model/src/jemalloc/v5/jemalloc.js';
import { checkInvariants } from './v4/invariants.js';

export interface Version {
  readonly version: string;
  readonly create: (monitor: Monitor, options: JemallocOptions) => Allocator;
}

export const versions: readonly Version[] = [
  { version: '4.5.0', create: createJemalloc450 },
  { version: '5.3.0', create: createJemalloc530 },
];

/**
 * That the pages are in order, between two calls. What there is to check is known of 4.5.0 only.
 * @throws Error that says what does not hold, and where
 */
export function checkPages(jemalloc: Allocator): void {
  if (jemalloc instanceof Jemalloc450) checkInvariants(jemalloc.arenas);
}
