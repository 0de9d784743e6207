import { expect, test } from 'vitest';
import { flushesOf } from '../../../../packages/alloc-model/src/lab/sweep/flushes.js';
import { recordOf } from '../replay/record-of.js';

test('flushes are known by their lock, and by why they are made', () => {
  const record = recordOf(
    '1 lock a sdallocx tcache_dalloc_small tcache_bin_flush_small(1)',
    '1 unlock a sdallocx tcache_dalloc_small tcache_bin_flush_small(1)',
    '2 lock a mallocx arena_tcache_fill_small(1)',
    '3 lock a mallocx tcache_event_hard(1) tcache_bin_flush_small(1)',
    '4 lock b mallocx tcache_event_hard(2) tcache_bin_flush_small(2)',
    '5 lock a tsd_cleanup tcache_destroy tcache_bin_flush_small(1)',
  );
  expect(flushesOf(record, new Set(['a'])).map(({ call, trigger }) => [call, trigger])).toEqual([[1, 'full'], [3, 'collector'], [5, 'exit']]);
});
