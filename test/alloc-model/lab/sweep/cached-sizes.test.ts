import { type BetweenLimits, CallLogBuilder } from 'alloc-model';
import { describe, expect, test } from 'vitest';
import { betweenLimits } from '../../../../packages/alloc-model/src/lab/sweep/cached-sizes.js';
import { createSystemAllocator } from '../../../../packages/alloc-model/src/system/system.js';

/** MALLOCX_TCACHE_NONE. */
const NO_CACHE = 1 << 8;
/** Both are sizes that the allocator has. */
const limits = { above: 1000, upTo: 2008 };

function between(build: (log: CallLogBuilder) => void): BetweenLimits {
  const builder = new CallLogBuilder('x');
  build(builder);
  const log = builder.build();
  return betweenLimits(log, createSystemAllocator(), limits, log.calls);
}

describe('the calls between two limits', () => {
  test('are those for more bytes than the one, and at most the other', () => {
    const found = between((log) => [900, 1000, 1001, 2008, 2009].forEach((size, id) => log.mallocx(id, size, 0, 0)));
    expect(found).toEqual({ ...limits, of: 5, calls: 2, first: { call: 3, operation: 'mallocx', arguments: { size: 1001 } } });
  });

  test('free what their block is, or what they claim', () => {
    const found = between((log) => {
      log.mallocx(1, 5000, 0, 0);
      log.mallocx(2, 1504, 0, 0);
      log.mallocx(3, 1504, 0, 0);
      log.sdallocx(1, 1504, 0, 0);
      log.sdallocx(2, 5000, 0, 0);
      log.dallocx(3, 0, 0);
    });
    expect(found).toMatchObject({ calls: 4, first: { call: 2 } });
  });

  test('resize from such a size, or to one', () => {
    const found = between((log) => {
      log.mallocx(1, 100, 0, 0);
      log.rallocx(1, 2, 1504, 0, 0);
      log.rallocx(2, 3, 5000, 0, 0);
      log.rallocx(3, 4, 6000, 0, 0);
      log.dallocx(4, 0, 0);
    });
    expect(found).toMatchObject({ calls: 2, first: { call: 2 } });
  });

  test('are not those that go past the caches anyway, but their blocks are known', () => {
    const found = between((log) => {
      log.mallocx(1, 1504, NO_CACHE, 0);
      log.mallocx(2, 1504, NO_CACHE, 0);
      log.dallocx(2, NO_CACHE, 0);
      log.dallocx(1, 0, 0);
      log.texit(0);
    });
    expect(found).toMatchObject({ of: 5, calls: 1, first: { call: 4, operation: 'dallocx' } });
  });
});
