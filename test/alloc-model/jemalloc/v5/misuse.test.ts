import { describe, expect, it } from 'vitest';
import { UndefinedBehaviour } from '../../../../packages/alloc-model/src/allocator.js';
import { TCACHE_NONE } from '../process.js';
import { inProcess, TestProcess } from './process.js';

describe('a wrong size', () => {
  it('is told at the call, and where the block goes', async () => {
    const ended = await inProcess({}, async (p) => p.sdallocx(await p.mallocx(48), 32));
    expect(ended.notes.map(({ operation, note }) => [operation, note])).toEqual([
      [
        2,
        {
          kind: 'alloc/size-mismatch',
          data: {
            claim: '32',
            claimed: 32,
            alignment: 0,
            usable: 48,
            claimedClass: 2,
            trueClass: 3,
            where: "it went to the thread cache's bin 2, it lies in a slab of bin 3: a flush will free it as if it lay in a slab of bin 2",
          },
          operations: [],
        },
      ],
    ]);
  });

  it.each([
    [20_480, 16_384, "it went to the thread cache's class 36, it is a large block of class 37: a flush will give back its own pages"],
    [48, 20_480, "it went to the thread cache's class 37, it lies in a slab of bin 3: a flush will give back the whole slab"],
    [20_480, 4096, "it went to the thread cache's bin 28, it is a large block of class 37: a flush will free it as if it lay in a slab of bin 28"],
    [1 << 20, 1 << 21, 'it went past the thread cache to where it belongs, so the claim did no harm'],
  ])('of %i bytes claimed as %i says what a flush will do', async (size, claimed, where) => {
    const ended = await inProcess({}, async (p) => p.sdallocx(await p.mallocx(size), claimed));
    expect(ended.notes.map(({ note }) => note.data['where'])).toEqual([where]);
  });

  it('does no harm past the cache, where the page says which class it is', async () => {
    const ended = await inProcess({}, async (p) => {
      const blocks = await p.many(3, 48);
      await p.sdallocx(blocks[1]!, 32, TCACHE_NONE);
    });
    expect(ended.notes.map(({ note }) => note.data['where'])).toEqual(['it went past the thread cache to where it belongs, so the claim did no harm']);
  });

  it('frees another region when the cache is flushed, whose block is then handed out twice', async () => {
    const ended = await inProcess({}, async (p) => {
      const blocks = await p.many(100, 48);
      await p.mallocx(8, 0, 't1');
      // In steps of 32 bytes, the start of region 4 is region 6.
      await p.sdallocx(blocks[4]!, 32, 0, 't1');
      await p.exit('t1');
      expect(await p.mallocx(48)).toBe(blocks[6]);
    });
    const wrong = ended.notes.find(({ note }) => note.kind === 'alloc/wrong-region')!;
    expect([wrong.operation, wrong.note.operations]).toEqual([103, [102]]);
    expect(wrong.note.data).toEqual({ bin: 2, binSize: 32, flushed: 1, count: 1, what: 'lie in slabs of bin 3', slab: '0x7ffff7808000', region: 4, cleared: 6 });
    expect(wrong.stack.at(-1)).toBe('tcache_bin_flush_small(bin 2)');
  });

  it('is not told again of a block that the next refill hands out as what was claimed', async () => {
    const ended = await inProcess({}, async (p) => {
      const blocks = await p.many(300, 48);
      await p.mallocx(8, 0, 't1');
      // The first slab has no free region: from now on it lies in the heap of the claimed bin.
      await p.sdallocx(blocks[4]!, 32, 0, 't1');
      await p.exit('t1');
      expect(await p.mallocx(32)).toBe(blocks[4]);
      await p.sdallocx(blocks[4]!, 32);
      expect(await p.mallocx(32)).toBe(blocks[4]);
      await p.sdallocx(blocks[4]!, 48);
    });
    const told = ended.notes.filter(({ note }) => note.kind === 'alloc/size-mismatch');
    expect(told.map(({ operation, note }) => [operation, note.data['claimed']])).toEqual([[302, 32]]);
  });

  it('gives back a slab in use, where a small block is claimed to be large', async () => {
    const ended = await inProcess({}, async (p) => {
      const blocks = await p.many(3, 48);
      await p.sdallocx(blocks[0]!, 20_480, TCACHE_NONE);
    });
    expect(ended.notes.map(({ operation, note }) => [operation, note.kind])).toEqual([
      [4, 'alloc/size-mismatch'],
      [4, 'alloc/slab-freed-in-use'],
    ]);
    expect(ended.notes[1]!.note).toMatchObject({ operations: [4], data: { slabBin: 3, inUse: 99, nregs: 256 } });
  });

  it('is the end where a slab becomes empty that the heap of the claimed bin does not have', async () => {
    const p = new TestProcess({ lgTcacheMax: 12 });
    const run = p.run(async () => {
      // One region a slab is all that a claim of 4096 bytes leaves.
      const blocks = await p.many(40, 3584);
      for (const block of blocks) await p.sdallocx(block, 4096);
    });
    await expect(run).rejects.toThrow(UndefinedBehaviour);
  });
});
