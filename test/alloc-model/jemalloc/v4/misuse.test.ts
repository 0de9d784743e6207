import { describe, expect, it } from 'vitest';
import { UndefinedBehaviour } from '../../../../packages/alloc-model/src/allocator.js';
import { TestProcess, inProcess } from './process.js';
import { TCACHE_NONE } from '../process.js';

const mismatches = (p: TestProcess): number[] => p.notes.filter(({ note }) => note.kind === 'alloc/size-mismatch').map(({ operation }) => operation);

/** Frees 4096-byte blocks, of which each is a run, as 3584-byte ones: the first flush of bin 27 empties runs of bin 28. */
async function wrongFlush(p: TestProcess): Promise<void> {
  const blocks = await p.many(20, 4096);
  for (const block of blocks) await p.sdallocx(block, 3584);
  await p.sdallocx(await p.mallocx(100), 3584);
}

describe('a small block that is freed with the size of another bin', () => {
  it('hangs the thread when it next needs the bin of the block', async () => {
    const p = new TestProcess();
    const outcome = await p.run(async () => {
      await wrongFlush(p);
      await p.many(11, 4096);
    });
    expect(outcome).toBe('stopped');
    expect(p.monitor.findings.map(({ kind }) => kind)).toContain('self-deadlock');
    expect(p.monitor.findings.find(({ kind }) => kind === 'self-deadlock')!.locks).toEqual(['arena0.bin[28].lock']);
  });

  it('is noted at the call that claims the size, with both sizes', async () => {
    const p = await inProcess({}, async (process) => {
      await process.sdallocx(await process.mallocx(48), 30);
    });
    expect(p.notes).toHaveLength(1);
    expect(p.notes[0]).toMatchObject({
      operation: 2,
      stack: ['sdallocx'],
      note: {
        kind: 'alloc/size-mismatch',
        data: { claimed: 30, usable: 48, claimedClass: 2, trueClass: 3, where: "it went to the thread cache's bin 2, its run is bin 3's" },
      },
    });
  });

  it('is noted with the alignment that is claimed, which decides the class too', async () => {
    const LG_ALIGN_16384 = 14;
    const p = await inProcess({}, async (process) => process.sdallocx(await process.mallocx(64), 64, LG_ALIGN_16384));
    expect(p.notes[0]!.note.data).toMatchObject({ claim: '64 aligned to 16384', claimed: 64, alignment: 16384, usable: 64, claimedClass: 36 });
  });

  it('is not wrong if only the bytes differ and not the class', async () => {
    const p = await inProcess({}, async (process) => process.sdallocx(await process.mallocx(48), 33));
    expect(p.notes).toEqual([]);
  });

  it('is noted again when a flush empties its run, which blames the calls that brought such blocks there', async () => {
    const p = new TestProcess();
    await p.run(() => wrongFlush(p));
    const wrong = p.notes.filter(({ note }) => note.kind === 'alloc/wrong-bin');
    // Ten blocks are flushed, and each is the last of its run.
    expect(wrong).toHaveLength(10);
    expect(wrong.map(({ note }) => note.data['count'])).toEqual(Array.from({ length: 10 }, () => 10));
    expect(wrong[0]).toMatchObject({
      operation: 42,
      stack: ['sdallocx', 'tcache_dalloc_small', 'tcache_bin_flush_small(bin 27)'],
      note: {
        data: { bin: 27, binSize: 3584, flushed: 10, count: 10, runBin: 28, runBinSize: 4096, lock: 'arena0.bin[28].lock' },
        operations: Array.from({ length: 20 }, (_, i) => 21 + i),
      },
    });
  });

  it('blames the first wrong claim, not who frees the block as what it was handed out as', async () => {
    const p = new TestProcess();
    await p.run(async () => {
      const blocks = await p.many(20, 4096);
      for (const block of blocks) await p.sdallocx(block, 3584);
      const again = await p.many(20, 3584);
      expect(again.toReversed()).toEqual(blocks);
      for (const block of again) await p.sdallocx(block, 3584);
      expect(mismatches(p)).toEqual(Array.from({ length: 20 }, (_, i) => 21 + i));
      await p.sdallocx(await p.mallocx(100), 3584);
    });
    const wrong = p.notes.find(({ note }) => note.kind === 'alloc/wrong-bin')!;
    expect(wrong.note.operations).toEqual(Array.from({ length: 20 }, (_, i) => 21 + i));
  });

  it('does no harm where no cache is used', async () => {
    await inProcess({}, async (p) => {
      const block = await p.mallocx(48);
      p.locks();
      await p.sdallocx(block, 30, TCACHE_NONE);
      expect(p.locks()).toEqual(['L arena0.bin[3].lock', 'U arena0.bin[3].lock']);
      expect(p.notes[0]!.note.data['where']).toBe('it went past the thread cache to where it belongs, so the claim did no harm');
    });
  });

  it('goes where it belongs if it is freed without a size', async () => {
    await inProcess({}, async (p) => {
      const block = await p.mallocx(48);
      await p.sdallocx(block, 30);
      expect(await p.mallocx(32)).toBe(block);
      await p.dallocx(block);
      expect(await p.mallocx(48)).toBe(block);
      expect(mismatches(p)).toEqual([2]);
    });
  });
});

describe('a large block that is freed with the size of another class', () => {
  it('goes back as what it is, whichever large class was claimed', async () => {
    const p = new TestProcess();
    const outcome = await p.run(async () => {
      for (const block of await p.many(40, 20_000)) await p.sdallocx(block, 30_000);
      await p.many(40, 20_000);
      await p.many(40, 30_000);
    });
    expect(outcome).toBe('finished');
    expect(mismatches(p)).toHaveLength(40);
  });

  it('is undefined at the flush if a small class was claimed, not before', async () => {
    const p = new TestProcess();
    await p.run(async () => {
      const blocks = await p.many(21, 20_000);
      for (const block of blocks.slice(0, 20)) await p.sdallocx(block, 4096);
      await expect(p.sdallocx(blocks[20]!, 4096)).rejects.toThrow(UndefinedBehaviour);
    });
    expect(p.notes[0]!.note.data['where']).toBe("it went to the thread cache's bin 28, its run is a large block's of class 37");
  });

  it('is undefined at once if a small class was claimed and there is no cache', async () => {
    await inProcess({}, async (p) => {
      const block = await p.mallocx(20_000);
      await expect(p.sdallocx(block, 64, TCACHE_NONE)).rejects.toThrow(
        /^arena_dalloc_small frees the block at 0x[0-9a-f]+ as a small one, but it is a large one of 20480 bytes: its 6 pages are read as/,
      );
      expect(p.notes[0]!.note.data['where']).toBe('it is a large block of class 37, and was freed as a small one');
    });
  });
});

describe('a small block that is freed with a large size', () => {
  it('is undefined at the flush if the claimed class is cached, and at once if not', async () => {
    await inProcess({}, async (p) => {
      const blocks = await p.many(22, 64);
      await expect(p.sdallocx(blocks[0]!, 100_000)).rejects.toThrow(/a region of bin 4 \(64 bytes\): the pages of the whole run are given back/);
    });
    await inProcess({}, async (p) => {
      const blocks = await p.many(22, 64);
      for (const block of blocks.slice(0, 20)) await p.sdallocx(block, 20_000);
      await expect(p.sdallocx(blocks[20]!, 20_000)).rejects.toThrow(/^tcache_bin_flush_large\(class 37\) frees the block/);
    });
  });
});
