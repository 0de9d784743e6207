import { Monitor } from 'lockgraph';
import { describe, expect, it } from 'vitest';
import { createJemalloc450 } from '../../../../packages/alloc-model/src/jemalloc/v4/jemalloc.js';
import { Settings } from '../../../../packages/alloc-model/src/jemalloc/v4/options.js';

describe('the options', () => {
  it.each([
    [-1, 36], [11, 36], [13, 36], [14, 37], [15, 41], [16, 45], [17, 49], [18, 53], [20, 61], [21, 64], [62, 64],
  ])('let a cache with lgTcacheMax %i hold %i classes', (lgTcacheMax, nhbins) => {
    expect(new Settings({ lgTcacheMax }).nhbins).toBe(nhbins);
  });

  it('have defaults: 41 classes in a cache, 8 arenas', () => {
    expect(new Settings({})).toMatchObject({ nhbins: 41, narenas: 8, tcache: true });
  });

  it.each([
    [{ lgTcacheMax: 63 }, 'option lgTcacheMax must be an integer from -1 to 62, and is 63 (number)'],
    [{ lgTcacheMax: 1.5 }, 'option lgTcacheMax must be an integer from -1 to 62, and is 1.5 (number)'],
    [{ lgTcacheMax: '15' as never }, 'option lgTcacheMax must be an integer from -1 to 62, and is "15"'],
    [{ narenas: 0 }, 'option narenas must be an integer from 1 to 4094, and is 0 (number)'],
    [{ tcache: 1 as never }, 'option tcache must be true or false, and is 1 (number)'],
  ])('say what is wrong with %o', (options, message) => {
    expect(() => createJemalloc450(new Monitor(), options)).toThrow(message);
  });
});
