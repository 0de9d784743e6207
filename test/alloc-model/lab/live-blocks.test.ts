import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LiveBlocks } from '../../../packages/alloc-model/src/lab/live-blocks.js';

describe('live blocks', () => {
  test('overlap where they share a byte, not where they touch', () => {
    const blocks = new LiveBlocks();
    expect(blocks.add(100, 10)).toBe(false);
    expect(blocks.add(110, 10)).toBe(false);
    expect(blocks.add(90, 10)).toBe(false);
    expect(blocks.add(109, 1)).toBe(true);
    expect(blocks.add(119, 5)).toBe(true);
    expect(blocks.add(0, 1000)).toBe(true);
    expect(blocks.add(100, 1)).toBe(true);
    blocks.remove(100);
    expect(blocks.add(101, 9)).toBe(false);
  });

  test('agree with a plain list through any calls', () => {
    const call = fc.record({ free: fc.boolean(), start: fc.nat(4000), size: fc.integer({ min: 1, max: 8 }) });
    fc.assert(
      fc.property(fc.array(call, { minLength: 500, maxLength: 4000 }), (calls) => {
        const blocks = new LiveBlocks();
        let list: { start: number; end: number }[] = [];
        for (const { free, start, size } of calls) {
          if (free) {
            blocks.remove(start);
            list = list.filter((block) => block.start !== start);
          } else {
            const overlaps = list.some((block) => block.start < start + size && start < block.end);
            expect(blocks.add(start, size)).toBe(overlaps);
            if (!overlaps) list.push({ start, end: start + size });
          }
        }
      }),
      { numRuns: 20 },
    );
  });

  test('hold a hundred thousand', () => {
    const blocks = new LiveBlocks();
    let overlaps = 0;
    for (let i = 0; i < 100_000; i++) if (blocks.add(((i * 7919) % 100_000) * 16, 16)) overlaps++;
    expect(overlaps).toBe(0);
    for (let i = 0; i < 100_000; i++) if (blocks.add(i * 16 + 8, 8)) overlaps++;
    expect(overlaps).toBe(100_000);
  });
});
