import { describe, expect, test } from 'vitest';
import { Abort } from '../../../../packages/alloc-model/src/allocator.js';
import { TestProcess } from './process.js';

const ASSERTION = new Abort('<jemalloc>: src/jemalloc.c:2654: Failed assertion: "usize == isalloc(tsd_tsdn(tsd), ptr, config_prof)"');
const LG_ALIGN_4096 = 12;

describe('a build with assertions', () => {
  test.each([
    ['a small block claimed as a smaller class', 48, 32],
    ['a small block claimed as a larger class', 32, 48],
    ['a large block claimed as a small one', 20480, 4096],
    ['a small block claimed as a large one', 4096, 20480],
    ['a large block claimed as another large class', 20480, 16384],
    ['a huge block claimed as a small one', 4 << 20, 48],
    ['a huge block claimed as another huge class', 4 << 20, 5 << 20],
  ])('ends the process at %s, in that call', async (_, size, claimed) => {
    const p = new TestProcess({ debug: true });
    await expect(p.run(async () => p.sdallocx(await p.mallocx(size), claimed))).rejects.toThrow(ASSERTION);
    expect(p.notes.map(({ operation, note }) => [operation, note.kind, note.data['where']])).toEqual([
      [2, 'alloc/size-mismatch', 'an assertion stops the process before anything is freed'],
    ]);
  });

  test('passes a claim that is wrong in bytes and right in class', async () => {
    const p = new TestProcess({ debug: true });
    expect(await p.run(async () => p.sdallocx(await p.mallocx(48), 33))).toBe('finished');
  });

  test('looks at the alignment that is claimed, too', async () => {
    const p = new TestProcess({ debug: true });
    await expect(p.run(async () => p.sdallocx(await p.mallocx(100, LG_ALIGN_4096), 100))).rejects.toThrow(ASSERTION);
  });

  test('takes the locks that the plain build takes', async () => {
    const runs = [false, true].map(async (debug) => {
      const p = new TestProcess({ debug });
      await p.run(async () => {
        for (const block of await p.many(300, 48)) await p.sdallocx(block, 48);
        await p.mallocx(100_000);
      });
      return p.locks();
    });
    const [plain, checked] = await Promise.all(runs);
    expect(checked).toEqual(plain);
    expect(plain!.length).toBeGreaterThan(20);
  });
});
