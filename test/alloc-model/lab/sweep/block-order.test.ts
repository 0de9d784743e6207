import { CallLogBuilder } from 'alloc-model';
import { describe, expect, test } from 'vitest';
import { blockOrder } from '../../../../packages/alloc-model/src/lab/sweep/block-order.js';
import { createSystemAllocator } from '../../../../packages/alloc-model/src/system/system.js';

const SIZE = 56;

/** @param from,to the addresses of one block after the other */
function orderOf(from: number[], to: number[]): ReturnType<typeof blockOrder> {
  const log = new CallLogBuilder('x');
  for (const block of from.keys()) log.mallocx(block, SIZE, 0, 0);
  return blockOrder(log.build(), createSystemAllocator(), SIZE, { from: Float64Array.from(from), to: Float64Array.from(to) }, from.length);
}

describe('the order of blocks in two runs', () => {
  test('says nothing where all lie at the same addresses', () => {
    expect(orderOf([10, 20, 10], [10, 20, 10])).toBeUndefined();
  });

  test('is the same where all are moved alike', () => {
    const order = orderOf([10, 20, 40, 20], [10, 25, 90, 25])!;
    expect(order).toEqual({ size: SIZE, elsewhere: { call: { call: 2, operation: 'mallocx', arguments: { size: SIZE } }, from: 20, to: 25 } });
  });

  test('differs from the first block that lies between other ones', () => {
    expect(orderOf([10, 20, 40, 30, 50], [10, 25, 90, 20, 99])!.reordered).toMatchObject({ call: 4 });
  });

  test("differs from the first block that takes another one's place", () => {
    expect(orderOf([10, 20, 20, 10], [10, 25, 10, 25])!.reordered).toMatchObject({ call: 3 });
    expect(orderOf([10, 20, 20], [10, 25, 30])!.reordered).toMatchObject({ call: 3 });
  });

  test('is looked at in blocks of the size alone, whether they are new or resized', () => {
    const log = new CallLogBuilder('x');
    log.mallocx(1, SIZE, 0, 0);
    log.mallocx(2, 4096, 0, 0);
    log.rallocx(2, 3, SIZE, 0, 0);
    log.rallocx(1, 4, 4096, 0, 0);
    // The second and the last are of another size, and lie elsewhere.
    const order = blockOrder(log.build(), createSystemAllocator(), SIZE, { from: Float64Array.of(10, 20, 30, 40), to: Float64Array.of(10, 90, 35, 95) }, 4);
    expect(order).toEqual({ size: SIZE, elsewhere: { call: { call: 3, operation: 'rallocx', arguments: { block: 2, size: SIZE } }, from: 30, to: 35 } });
  });
});
