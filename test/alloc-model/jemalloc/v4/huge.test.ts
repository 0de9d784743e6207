import { describe, expect, it } from 'vitest';
import { checkInvariants } from './invariants.js';
import { inProcess } from './process.js';
import { lgAlign } from '../process.js';

const MIB = 1024 * 1024;
const node = ['L arena0.bin[8].lock', 'U arena0.bin[8].lock'];
const chunks = ['L arena0.chunks_mtx', 'U arena0.chunks_mtx'];
const huge = ['L arena0.huge_mtx', 'U arena0.huge_mtx'];

describe('a huge block', () => {
  it('is whole chunks, and a node of bin 8', async () => {
    await inProcess({}, async (p) => {
      await p.mallocx(3 * MIB);
      p.locks();
      const block = await p.mallocx(3 * MIB);
      expect(block % (2 * MIB)).toBe(0);
      expect(p.jemalloc.sallocx(block)).toBe(3 * MIB);
      expect(p.locks()).toEqual([...node, 'L arena0.lock', ...chunks, 'U arena0.lock', ...chunks, ...huge]);
    });
  });

  it('goes to the cached chunks when it is freed, and comes from there again', async () => {
    await inProcess({}, async (p) => {
      const block = await p.mallocx(2 * MIB);
      p.locks();
      await p.dallocx(block);
      // dallocx reads the size first. 512 dirty pages may stay.
      expect(p.locks()).toEqual([
        ...huge, ...huge, 'L arena0.lock', 'L arena0.chunks_mtx', 'L arena0.node_cache_mtx', 'U arena0.node_cache_mtx', 'L base', 'U base',
        'U arena0.chunks_mtx', 'U arena0.lock',
        // The run of the node is empty, which makes one dirty page too many: all are purged.
        'L arena0.bin[8].lock', 'U arena0.bin[8].lock', 'L arena0.lock', ...chunks, ...chunks, 'U arena0.lock', 'L arena0.lock',
        'L arena0.node_cache_mtx', 'U arena0.node_cache_mtx', 'L arena0.chunks_mtx', 'L arena0.node_cache_mtx', 'U arena0.node_cache_mtx', 'U arena0.chunks_mtx',
        'U arena0.lock', 'L arena0.bin[8].lock', 'U arena0.bin[8].lock',
      ]);
      expect(await p.mallocx(2 * MIB)).toBe(block);
      checkInvariants(p.jemalloc.arenas);
    });
  });

  it('is resized in place within its chunks', async () => {
    await inProcess({}, async (p) => {
      const block = await p.mallocx(3 * MIB);
      p.locks();
      expect(await p.rallocx(block, 4 * MIB)).toBe(block);
      expect(p.locks()).toEqual([...huge, ...huge, 'L arena0.lock', 'U arena0.lock', ...huge]);
      expect(p.jemalloc.sallocx(block)).toBe(4 * MIB);
      checkInvariants(p.jemalloc.arenas);
    });
  });

  it('gives chunks at its end away when it shrinks, and takes them back when it grows', async () => {
    await inProcess({}, async (p) => {
      const block = await p.mallocx(4 * MIB);
      expect(await p.rallocx(block, 2 * MIB)).toBe(block);
      expect(p.jemalloc.arenas.at(0).ndirty).toBe(512);
      expect(await p.rallocx(block, 4 * MIB)).toBe(block);
      expect(p.jemalloc.arenas.at(0).ndirty).toBe(0);
      checkInvariants(p.jemalloc.arenas);
    });
  });

  it('moves if the chunks behind it are in use, and when it becomes large', async () => {
    await inProcess({}, async (p) => {
      const [, low] = [await p.mallocx(2 * MIB), await p.mallocx(2 * MIB)];
      const moved = await p.rallocx(low!, 4 * MIB);
      expect(moved).not.toBe(low);
      const large = await p.rallocx(moved, MIB);
      expect(p.jemalloc.sallocx(large)).toBe(MIB);
      checkInvariants(p.jemalloc.arenas);
    });
  });

  it('can be aligned to more than a chunk', async () => {
    await inProcess({}, async (p) => {
      for (const lg of [22, 24, 23]) expect((await p.mallocx(5 * MIB, lgAlign(lg))) % 2 ** lg).toBe(0);
      checkInvariants(p.jemalloc.arenas);
    });
  });

  it('is freed as what it is, whatever size is claimed', async () => {
    const p = await inProcess({}, async (process) => {
      const block = await process.mallocx(3 * MIB);
      await process.sdallocx(block, 64);
      checkInvariants(process.jemalloc.arenas);
    });
    expect(p.notes).toHaveLength(1);
    expect(p.notes[0]!.note.data['where']).toBe('a huge block is found by its address, so the claim did no harm');
  });
});
