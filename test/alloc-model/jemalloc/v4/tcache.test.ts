import { describe, expect, it } from 'vitest';
import { Tcache } from '../../../../packages/alloc-model/src/jemalloc/v4/tcache.js';
import { inProcess } from './process.js';
import { TCACHE_NONE } from '../process.js';

describe('the collector', () => {
  it('gets a turn every 229 calls', () => {
    const tcache = new Tcache(36, 0);
    const turns = Array.from({ length: 700 }, () => tcache.tick()).flatMap((turn, i) => (turn ? [i + 1] : []));
    expect(turns).toEqual([229, 458, 687]);
  });

  it('gives back three quarters of what a class did not use since its last turn, and halves its next refill', async () => {
    await inProcess({}, async (p) => {
      // 100 blocks come for the first one; of the 99 left none is used from the first turn of class 0 to its second.
      await p.mallocx(8);
      const other = await p.mallocx(64);
      const turns = 41 + 1;
      p.locks();
      for (let call = 2; call <= turns * 229; call += 2) {
        await p.sdallocx(other, 64);
        await p.mallocx(64);
      }
      expect(p.locks().filter((event) => event.includes('bin[0]'))).toEqual(['L arena0.bin[0].lock', 'U arena0.bin[0].lock']);
      await p.many(24, 8);
      expect(p.locks()).toEqual([]);
      await p.mallocx(8);
      expect(p.locks()).toEqual(['L arena0.bin[0].lock', 'U arena0.bin[0].lock']);
      // 50 blocks this time.
      await p.many(49, 8);
      expect(p.locks()).toEqual([]);
      await p.mallocx(8);
      expect(p.locks()).toHaveLength(2);
    });
  });
});

describe('a thread with a cache', () => {
  it('gets the lowest region first after a refill', async () => {
    await inProcess({}, async (p) => {
      const blocks = await p.many(100, 48);
      for (let i = 1; i < blocks.length; i++) expect(blocks[i]! - blocks[i - 1]!).toBe(48);
    });
  });

  it('takes no lock for what the cache has', async () => {
    await inProcess({}, async (p) => {
      const block = await p.mallocx(100);
      p.locks();
      await p.sdallocx(block, 100);
      expect(await p.mallocx(110)).toBe(block);
      expect(p.locks()).toEqual([]);
    });
  });

  it('flushes half of a full class, the oldest blocks first', async () => {
    await inProcess({}, async (p) => {
      // Of 4096 bytes 20 blocks fit, and each is a run. They come in tens, so the cache is empty now.
      const blocks = await p.many(30, 4096);
      for (const block of blocks.slice(0, 20)) await p.sdallocx(block, 4096);
      p.locks();
      await p.sdallocx(blocks[20]!, 4096);
      expect(p.locks().filter((event) => event === 'L arena0.lock')).toHaveLength(10);
      const again = await p.many(11, 4096);
      expect(again).toEqual([blocks[20]!, ...blocks.slice(10, 20).toReversed()]);
    });
  });

  it('gets large blocks one at a time, and keeps them', async () => {
    await inProcess({}, async (p) => {
      const block = await p.mallocx(20_000);
      p.locks();
      await p.sdallocx(block, 20_000);
      expect(await p.mallocx(20_000)).toBe(block);
      expect(p.locks()).toEqual([]);
      await p.mallocx(20_000);
      expect(p.locks()).toEqual(['L arena0.lock', 'U arena0.lock']);
    });
  });

  it('goes past the cache for blocks that are larger than it holds, and where it is told to', async () => {
    await inProcess({ lgTcacheMax: 11 }, async (p) => {
      const large = await p.mallocx(20_000);
      p.locks();
      await p.sdallocx(large, 20_000);
      expect(p.locks()).toEqual(['L arena0.lock', 'U arena0.lock']);
      const small = await p.mallocx(64, TCACHE_NONE);
      expect(p.locks()).toEqual(['L arena0.bin[4].lock', 'U arena0.bin[4].lock']);
      await p.sdallocx(small, 64, TCACHE_NONE);
      expect(p.locks()).toEqual(['L arena0.bin[4].lock', 'U arena0.bin[4].lock']);
    });
  });

  it('has none if caches are off', async () => {
    await inProcess({ tcache: false }, async (p) => {
      await p.mallocx(64);
      p.locks();
      await p.mallocx(64);
      expect(p.locks()).toEqual(['L arena0.bin[4].lock', 'U arena0.bin[4].lock']);
    });
  });
});
