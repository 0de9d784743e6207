import { Monitor } from 'lockgraph';
import { describe, expect, it } from 'vitest';
import { createJemalloc530 } from '../../../../packages/alloc-model/src/jemalloc/v5/jemalloc.js';
import { Settings } from '../../../../packages/alloc-model/src/jemalloc/v5/options.js';

describe('the options', () => {
  it.each([
    [0, 1, 1616], [11, 25, 22_224], [12, 29, 22_864], [13, 33, 23_504], [14, 37, 24_144], [15, 41, 24_784], [16, 45, 25_424], [20, 61, 27_984], [23, 73, 29_904], [62, 73, 29_904],
  ])('let a cache with lgTcacheMax %i hold %i classes in %i bytes', (lgTcacheMax, nhbins, tcacheBytes) => {
    expect(new Settings({ lgTcacheMax })).toMatchObject({ nhbins, tcacheBytes });
  });

  it('read -1 as the most that there is', () => {
    expect(new Settings({ lgTcacheMax: -1 })).toMatchObject({ nhbins: 73, tcacheMaxclass: 8 << 20 });
  });

  it('are refused as those of 4.5.0 are', () => {
    expect(() => createJemalloc530(new Monitor(), { narenas: 0 })).toThrow('option narenas must be an integer from 1 to 4094, and is 0 (number)');
  });

  it('say what the caches hold', () => {
    expect(createJemalloc530(new Monitor()).threadCaches).toEqual({ classes: 41, largest: 32_768 });
    expect(createJemalloc530(new Monitor(), { tcache: false }).threadCaches).toEqual({ classes: 0, largest: 0 });
  });
});
