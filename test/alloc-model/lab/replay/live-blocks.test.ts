import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LiveBlocks, NO_BLOCK } from '../../../../packages/alloc-model/src/lab/replay/live-blocks.js';

describe('live blocks', () => {
  test('overlap where they share a byte, not where they touch', () => {
    const blocks = new LiveBlocks();
    expect(blocks.add(100, 10, 0)).toBe(NO_BLOCK);
    expect(blocks.add(110, 10, 1)).toBe(NO_BLOCK);
    expect(blocks.add(90, 10, 2)).toBe(NO_BLOCK);
    expect(blocks.add(109, 1, 3)).toBe(0);
    expect(blocks.add(119, 5, 4)).toBe(1);
    expect(blocks.add(0, 1000, 5)).toBe(2);
    expect(blocks.add(100, 1, 6)).toBe(0);
    blocks.remove(100);
    expect(blocks.add(101, 9, 7)).toBe(NO_BLOCK);
  });

  test('agree with a plain list through any calls', () => {
    const call = fc.record({ free: fc.boolean(), start: fc.nat(4000), size: fc.integer({ min: 1, max: 8 }) });
    fc.assert(
      fc.property(fc.array(call, { minLength: 500, maxLength: 4000 }), (calls) => {
        const blocks = new LiveBlocks();
        let list: { start: number; end: number; block: number }[] = [];
        for (const [block, { free, start, size }] of calls.entries()) {
          if (free) {
            blocks.remove(start);
            list = list.filter((each) => each.start !== start);
          } else {
            const overlapped = list.filter((each) => each.start < start + size && start < each.end).map((each) => each.block);
            expect(overlapped.length === 0 ? [NO_BLOCK] : overlapped).toContain(blocks.add(start, size, block));
            if (overlapped.length === 0) list.push({ start, end: start + size, block });
          }
        }
      }),
      { numRuns: 20 },
    );
  });

  test('hold a hundred thousand', () => {
    const blocks = new LiveBlocks();
    let overlaps = 0;
    for (let i = 0; i < 100_000; i++) if (blocks.add(((i * 7919) % 100_000) * 16, 16, i) !== NO_BLOCK) overlaps++;
    expect(overlaps).toBe(0);
    for (let i = 0; i < 100_000; i++) if (blocks.add(i * 16 + 8, 8, i) !== NO_BLOCK) overlaps++;
    expect(overlaps).toBe(100_000);
  });
});
