import { describe, expect, it } from 'vitest';
import { checkInvariants } from './invariants.js';
import { inProcess } from './process.js';
import { lgAlign, TCACHE_NONE } from '../process.js';
import type { TestProcess } from './process.js';

const PAST_CACHE = { lgTcacheMax: 11 };
const pageOf = (block: number): number => Math.floor(block / 4096);
const pages = (p: TestProcess): { nactive: number; ndirty: number } => {
  const { nactive, ndirty } = p.jemalloc.arenas.at(0);
  return { nactive, ndirty };
};

describe('pages of an arena', () => {
  it('are taken from the lowest run that fits, and merge when they are free', async () => {
    await inProcess(PAST_CACHE, async (p) => {
      const [a, b, c] = [await p.mallocx(16_384), await p.mallocx(16_384), await p.mallocx(16_384)];
      await p.sdallocx(a!, 16_384);
      await p.sdallocx(b!, 16_384);
      expect(pageOf(await p.mallocx(30_000))).toBe(pageOf(a!));
      expect(pageOf(await p.mallocx(16_384))).toBeGreaterThan(pageOf(c!));
      checkInvariants(p.jemalloc.arenas);
    });
  });

  it('are counted: those in use, and the free ones that are dirty', async () => {
    await inProcess(PAST_CACHE, async (p) => {
      await p.mallocx(8);
      const before = pages(p);
      const block = await p.mallocx(100_000);
      expect(pages(p)).toEqual({ nactive: before.nactive + 29, ndirty: 0 });
      await p.sdallocx(block, 100_000);
      expect(pages(p)).toEqual({ nactive: before.nactive, ndirty: 29 });
    });
  });

  it('are all purged once more were stashed than are left: the subtraction wraps', async () => {
    await inProcess(PAST_CACHE, async (p) => {
      const large = await p.mallocx(1_572_864);
      const [small, last] = [await p.mallocx(393_216), await p.mallocx(393_216)];
      await p.sdallocx(large, 1_572_864);
      await p.sdallocx(small!, 393_216);
      expect(pages(p).ndirty).toBe(385 + 97);
      p.locks();
      await p.sdallocx(last!, 393_216);
      // 579 dirty pages are 67 too many; without the wrap, 97 would stay.
      expect(pages(p).ndirty).toBe(0);
      expect(p.locks()).toEqual(['L arena0.lock', 'L arena0.chunks_mtx', 'U arena0.chunks_mtx', 'U arena0.lock', 'L arena0.lock', 'U arena0.lock']);
      checkInvariants(p.jemalloc.arenas);
    });
  });

  it('are purged only as far as needed if less is stashed than is left', async () => {
    await inProcess(PAST_CACHE, async (p) => {
      const blocks: number[] = [];
      for (let i = 0; i < 8; i++) {
        blocks.push(await p.mallocx(262_144));
        await p.mallocx(16_384);
      }
      for (const block of blocks) await p.sdallocx(block, 262_144);
      expect(pages(p).ndirty).toBe(7 * 65);
      checkInvariants(p.jemalloc.arenas);
    });
  });

  it('of a chunk that is free as a whole are kept as the spare, and the one before it is cached', async () => {
    await inProcess(PAST_CACHE, async (p) => {
      await p.mallocx(8);
      const blocks = await p.many(3, 1_835_008);
      for (const block of blocks.slice(0, 2)) await p.sdallocx(block, 1_835_008);
      p.locks();
      await p.mallocx(1_835_008);
      // From the spare: no other lock.
      expect(p.locks()).toEqual(['L arena0.lock', 'U arena0.lock']);
      checkInvariants(p.jemalloc.arenas);
    });
  });
});

describe('rallocx', () => {
  it('leaves a block of the same class where it is, without a lock', async () => {
    await inProcess({}, async (p) => {
      const [small, large] = [await p.mallocx(100), await p.mallocx(20_000)];
      p.locks();
      expect([await p.rallocx(small, 112), await p.rallocx(large, 17_000)]).toEqual([small, large]);
      expect(p.locks()).toEqual([]);
    });
  });

  it('moves a small block to its new class, and frees it as what it is', async () => {
    await inProcess({}, async (p) => {
      const block = await p.mallocx(100);
      const moved = await p.rallocx(block, 200);
      expect(moved).not.toBe(block);
      expect(await p.mallocx(100)).toBe(block);
    });
  });

  it('makes a large block larger in place if what lies behind it is free, and smaller always', async () => {
    await inProcess({}, async (p) => {
      const block = await p.mallocx(20_000);
      p.locks();
      expect(await p.rallocx(block, 100_000)).toBe(block);
      expect(p.jemalloc.sallocx(block)).toBe(114_688);
      expect(await p.rallocx(block, 16_384)).toBe(block);
      expect(p.locks()).toEqual(['L arena0.lock', 'U arena0.lock', 'L arena0.lock', 'U arena0.lock']);
      const behind = await p.mallocx(20_000);
      expect(await p.rallocx(block, 100_000)).not.toBe(block);
      expect(pageOf(behind)).toBe(pageOf(block) + 5);
      checkInvariants(p.jemalloc.arenas);
    });
  });

  it('moves a block whose address does not have the alignment that is asked for', async () => {
    await inProcess({}, async (p) => {
      const blocks = await p.many(2, 48);
      const moved = await p.rallocx(blocks[1]!, 48, lgAlign(9));
      expect(moved % 512).toBe(0);
      expect(moved).not.toBe(blocks[1]);
    });
  });
});

describe('alignment', () => {
  it('beyond a page is cut from a run that is large enough, and the rest is given back clean', async () => {
    await inProcess({}, async (p) => {
      await p.mallocx(8);
      const before = pages(p);
      const block = await p.mallocx(20_000, lgAlign(16));
      expect(block % 65_536).toBe(0);
      expect(pages(p)).toEqual({ nactive: before.nactive + 6, ndirty: 0 });
      checkInvariants(p.jemalloc.arenas);
    });
  });

  it('leaves the rest of a dirty run dirty', async () => {
    await inProcess(PAST_CACHE, async (p) => {
      await p.sdallocx(await p.mallocx(400_000), 400_000);
      expect(pages(p).ndirty).toBe(113);
      await p.mallocx(20_000, lgAlign(16));
      expect(pages(p).ndirty).toBe(113 - 6);
      checkInvariants(p.jemalloc.arenas);
    });
  });

  it('to a page puts a large block at the start of its run', async () => {
    await inProcess({}, async (p) => {
      const blocks: number[] = [];
      for (let i = 0; i < 20; i++) blocks.push(await p.mallocx(20_000, lgAlign(12)));
      expect(blocks.filter((block) => block % 4096 !== 0)).toEqual([]);
    });
  });

  it('shows in the usable size', async () => {
    await inProcess({}, async (p) => {
      expect(p.jemalloc.nallocx(100, lgAlign(7))).toBe(128);
      expect(p.jemalloc.nallocx(100, lgAlign(13))).toBe(16_384);
      expect(p.jemalloc.sallocx(await p.mallocx(100, lgAlign(13)))).toBe(16_384);
      expect(p.jemalloc.nallocx(2 ** 63, 0)).toBe(0);
    });
  });
});

describe('wrong calls', () => {
  it.each([
    ['mallocx of nothing', (p: TestProcess) => p.mallocx(0), 'mallocx: the size must be a whole number of bytes from 1, and is 0'],
    ['mallocx of a fraction', (p: TestProcess) => p.mallocx(1e5 + 0.5), 'and is 100000.5'],
    ['sdallocx of nothing', async (p: TestProcess) => p.sdallocx(await p.mallocx(8), 0), 'sdallocx: the size must be'],
    ['dallocx of no block', (p: TestProcess) => p.dallocx(0x1234), 'dallocx: no block is at 0x1234'],
    ['an explicit cache', (p: TestProcess) => p.mallocx(8, 0x200), 'only MALLOCX_TCACHE_NONE (0x100) is modelled'],
  ])('say what is wrong: %s', async (_, call, message) => {
    await inProcess({}, async (p) => {
      await expect(call(p)).rejects.toThrow(message);
    });
  });

  it('get no memory if the size has no class, or the address space no room', async () => {
    await inProcess({}, async (p) => {
      const before = pages(p);
      expect(await p.mallocx(2 ** 63)).toBe(0);
      expect(await p.mallocx(2 ** 48, TCACHE_NONE)).toBe(0);
      expect(pages(p).nactive - before.nactive).toBeLessThan(20);
      checkInvariants(p.jemalloc.arenas);
    });
  });
});
