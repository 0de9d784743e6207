import { describe, expect, it } from 'vitest';
import { TCACHE_NONE } from '../process.js';
import { inProcess } from './process.js';

describe('the collector', () => {
  it('gets a turn each time that 65536 bytes were allocated, and each time that so many were freed', async () => {
    await inProcess({}, async (p) => {
      const blocks = await p.many(20, 32_768);
      p.locks();
      // 20 is all that the cache of the class takes; the turns of classes 0 to 18 find nothing to do.
      for (const block of blocks) await p.sdallocx(block, 32_768);
      expect(p.locks()).toEqual([]);
      const again = await p.many(20, 32_768);
      expect(again).toEqual(blocks.toReversed());
    });
  });

  it('gives back three quarters of what a class did not use since its last turn, and halves its next refill', async () => {
    await inProcess({ lgTcacheMax: 3 }, async (p) => {
      // Only class 0 is cached: each turn is its. 100 blocks come for the first one.
      await p.mallocx(8);
      await p.mallocx(65_536, TCACHE_NONE);
      p.locks();
      await p.mallocx(65_536, TCACHE_NONE);
      const events = p.locks().filter((event) => event.includes('bin[0]'));
      expect(events).toEqual(['L arena0.bin[0].lock', 'U arena0.bin[0].lock']);
      // 99 were not used, and 24 of them are left.
      await p.many(24, 8);
      expect(p.locks()).toEqual([]);
      await p.mallocx(8);
      expect(p.locks()).toEqual(['L arena0.bin[0].lock', 'U arena0.bin[0].lock']);
      await p.many(49, 8);
      expect(p.locks()).toEqual([]);
    });
  });
});

describe('a thread with a cache', () => {
  it('gets the lowest region first after a refill, and slabs in the order of their addresses', async () => {
    await inProcess({}, async (p) => {
      const blocks = await p.many(512, 48);
      const sorted = blocks.toSorted((a, b) => a - b);
      expect(blocks).toEqual(sorted);
      expect(blocks[1]! - blocks[0]!).toBe(48);
    });
  });

  it('gives back its oldest blocks when the cache is full: half of them', async () => {
    await inProcess({}, async (p) => {
      const blocks = await p.many(300, 48);
      p.locks();
      for (const block of blocks.slice(0, 100)) await p.sdallocx(block, 48);
      // The last refill left some: the cache of 200 is full at one of these.
      for (const block of blocks.slice(100, 201)) await p.sdallocx(block, 48);
      expect(p.locks().slice(0, 2)).toEqual(['L arena0.bin[3].lock', 'U arena0.bin[3].lock']);
      expect(await p.mallocx(48)).toBe(blocks[200]);
    });
  });

  it('gets small classes that the cache does not hold from the bin, one by one', async () => {
    await inProcess({ lgTcacheMax: 11 }, async (p) => {
      const [a] = await p.many(2, 2560);
      p.locks();
      await p.sdallocx(a!, 2560);
      expect(p.locks()).toEqual(['L arena0.bin[25].lock', 'U arena0.bin[25].lock']);
      expect(await p.mallocx(2560)).toBe(a);
      expect(p.locks()).toEqual(['L arena0.bin[25].lock', 'U arena0.bin[25].lock']);
    });
  });

  it('gets one extent at a time for a large class, under no lock but those of the pages', async () => {
    await inProcess({}, async (p) => {
      await p.mallocx(16_384);
      p.locks();
      const block = await p.mallocx(16_384);
      expect(p.locks()).toEqual([
        'L arena0.ecache_dirty.mtx',
        'U arena0.ecache_dirty.mtx',
        'L arena0.grow_mtx',
        'L arena0.ecache_retained.mtx',
        'L arena0.edata_cache.mtx',
        'U arena0.edata_cache.mtx',
        'L arena0.base.mtx',
        'U arena0.base.mtx',
        'U arena0.ecache_retained.mtx',
        'U arena0.grow_mtx',
      ]);
      expect(block % 64).toBe(0);
      await p.sdallocx(block, 16_384);
      expect(p.locks()).toEqual([]);
    });
  });
});
