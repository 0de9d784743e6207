import { describe, expect, it } from 'vitest';
import { inProcess } from './process.js';

const MIB = 1024 * 1024;

describe('threads', () => {
  it('get an arena each, in the order in which they allocate, until there are no more', async () => {
    const ended = await inProcess({ narenas: 2 }, async (p) => {
      for (const thread of ['t1', 't0', 't2']) await p.mallocx(8, 0, thread);
    });
    expect(ended.locks().filter((event) => /^L arena\d\.bin\[0\]/.test(event))).toEqual([
      'L arena0.bin[0].lock',
      'L arena0.bin[0].lock',
      // The cache of the main thread was arena 0's since the start of the process.
      'L arena0.bin[0].lock',
      'L arena1.bin[0].lock',
      'L arena1.bin[0].lock',
      'L arena0.bin[0].lock',
    ]);
  });

  it('have no cache as long as they only free', async () => {
    await inProcess({}, async (p) => {
      const blocks = await p.many(2, 48);
      p.locks();
      await p.sdallocx(blocks[0]!, 48, 0, 't1');
      expect(p.locks()).toEqual(['L arena0.bin[3].lock', 'U arena0.bin[3].lock']);
      await p.dallocx(blocks[1]!, 0, 't1');
      expect(p.locks()).toEqual(['L arena0.bin[3].lock', 'U arena0.bin[3].lock']);
      await p.exit('t1');
      expect(p.locks()).toEqual([]);
    });
  });

  it('give all back when they end, and the last one of an arena has its pages purged', async () => {
    await inProcess({}, async (p) => {
      await p.mallocx(8);
      const blocks = await p.many(3, 100_000, 0, 't1');
      for (const block of blocks) await p.sdallocx(block, 100_000, 0, 't1');
      const { dirty, retained } = p.jemalloc.arenas.at(1).pac;
      expect(dirty.eset.npages).toBeGreaterThan(0);
      await p.exit('t1');
      expect([dirty.eset.npages, retained.eset.npages]).toEqual([0, 512]);
    });
  });
});

describe('very large blocks', () => {
  it('have an arena of their own, whose pages are purged as soon as they are free', async () => {
    await inProcess({}, async (p) => {
      const block = await p.mallocx(8 * MIB);
      await p.sdallocx(block, 8 * MIB);
      const { dirty, retained } = p.jemalloc.arenas.at(8).pac;
      expect([dirty.eset.npages, retained.eset.npages]).toEqual([0, (10 * MIB) / 4096]);
      expect(Math.abs((await p.mallocx(8 * MIB)) - block)).toBeLessThan(4096);
    });
  });

  it('grow and shrink where they are, if they can', async () => {
    await inProcess({}, async (p) => {
      const block = await p.mallocx(MIB);
      expect(await p.rallocx(block, 1.25 * MIB)).toBe(block);
      expect(await p.rallocx(block, MIB / 2)).toBe(block);
      const next = await p.mallocx(MIB / 2);
      expect(await p.rallocx(block, 2 * MIB)).not.toBe(block);
      expect(p.jemalloc.sallocx(next)).toBe(MIB / 2);
    });
  });
});
