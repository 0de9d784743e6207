import { describe, expect, test } from 'vitest';
import { Abort } from '../../../../packages/alloc-model/src/allocator.js';
import { TestProcess } from './process.js';

describe('a debug build', () => {
  test.each([
    ['a small block claimed as a smaller class', 48, 32, 'true size 0 vs input size 0'],
    ['a small block claimed as a larger class', 48, 320, 'true size 0 vs input size 1'],
    ['a large block claimed as a small one', 20480, 4096, 'true size 3 vs input size 2'],
    ['a very large block claimed as another', 4 << 20, 5 << 20, 'true size 5 vs input size 5'],
  ])('ends the process at %s, in that call, with numbers that are the classes of classes', async (_, size, claimed, sizes) => {
    const p = new TestProcess({ debug: true });
    let block = 0;
    const run = p.run(async () => p.sdallocx((block = await p.mallocx(size)), claimed));
    await expect(run).rejects.toThrow(Abort);
    await expect(run).rejects.toThrow(
      `<jemalloc>: size mismatch detected (${sizes}), likely caused by application sized deallocation bugs (source address: 0x${block.toString(16)}, the current pointer being freed). Suggest building with --enable-debug or address sanitizer for debugging. Abort.`,
    );
    expect(p.notes.map(({ operation, note }) => [operation, note.kind, note.data['where']])).toEqual([
      [2, 'alloc/size-mismatch', 'the check of a debug build stops the process before anything is freed'],
    ]);
  });

  test('passes a claim that is wrong in bytes and right in class', async () => {
    const p = new TestProcess({ debug: true });
    expect(await p.run(async () => p.sdallocx(await p.mallocx(48), 33))).toBe('finished');
  });
});
