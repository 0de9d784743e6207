import { describe, expect, test } from 'vitest';
import { lostLock } from '../../../../packages/alloc-model/src/lab/sweep/lost-lock.js';
import { recordOf } from '../replay/record-of.js';

describe('a lost lock', () => {
  test('is the one that a call leaves locked', () => {
    const record = recordOf('1 lock b', '1 unlock b', '2 lock a', '2 lock b', '2 unlock a', '5 want b');
    expect(lostLock(record, 'b', 5)).toEqual({ lock: 'b', call: 2, stack: [] });
    expect(lostLock(record, 'a', 5)).toBeUndefined();
  });

  test('is lost by the first call since which it was never left free, whatever later ones do in between', () => {
    const record = recordOf('1 lock b', '2 unlock b', '3 lock b', '4 unlock b', '4 lock b', '6 unlock b', '6 lock b');
    expect(lostLock(record, 'b', 9)).toMatchObject({ call: 3 });
  });

  test('is looked for up to a call only', () => {
    const record = recordOf('3 lock b', '5 unlock b');
    expect(lostLock(record, 'b', 2)).toBeUndefined();
    expect(lostLock(record, 'b', 4)).toMatchObject({ call: 3 });
    expect(lostLock(record, 'b', 5)).toBeUndefined();
  });

  test('is not the one that somebody waits for', () => {
    expect(lostLock(recordOf('3 want b'), 'b', 3)).toBeUndefined();
  });

  test('tells the flush around the acquire, its own lock, and why it was made', () => {
    const record = recordOf(
      '7 lock a sdallocx tcache_dalloc_small tcache_bin_flush_small(1)',
      '7 lock b sdallocx tcache_dalloc_small tcache_bin_flush_small(1) arena_dalloc_bin_run(2)',
      '7 unlock a sdallocx tcache_dalloc_small tcache_bin_flush_small(1)',
    );
    expect(lostLock(record, 'b', 7)).toEqual({
      lock: 'b',
      call: 7,
      stack: ['sdallocx', 'tcache_dalloc_small', 'tcache_bin_flush_small(1)', 'arena_dalloc_bin_run(2)'],
      flush: { by: 'tcache_bin_flush_small(1)', lock: 'a', trigger: 'full', call: 7 },
    });
  });
});
