import { describe, expect, test } from 'vitest';
import { type CallLog, createAllocator, replay, type ReplayOptions } from 'alloc-model';
import { Monitor } from 'lockgraph';
import { Blame, type ConfusedClasses } from '../../../../packages/alloc-model/src/lab/minimize/blame.js';
import { logOf } from './log-of.js';

/** What a replay blames, looking for overlaps. */
async function blamed(log: CallLog, options: ReplayOptions = {}): Promise<{ outcome: string; classes: ConfusedClasses | null }> {
  const model = createAllocator(options.allocator ?? 'jemalloc-4.5.0', new Monitor(), options);
  const blame = new Blame((size, flags) => model.nallocx(size, flags));
  const run = await replay(log, { ...options, overlaps: true, sinks: () => [blame] });
  return { outcome: run.result.outcome, classes: blame.of(log, run) };
}

const overlap = 'mallocx 1 48 0\nmallocx 2 48 0\nsdallocx 1 64 0\nmallocx 3 64 0\n';
const other = 'mallocx 11 448 0\nsdallocx 11 320 0\n';

/** So many blocks of a size are freed as of another. */
const confused = (first: number, count: number, size: number, claimed: number): string => {
  const ids = Array.from({ length: count }, (_, i) => first + i);
  return [...ids.map((id) => `mallocx ${id} ${size} 0\n`), ...ids.map((id) => `sdallocx ${id} ${claimed} 0\n`)].join('');
};

describe('what is to blame', () => {
  test.each([overlap, `${overlap}${other}`, `${other}${overlap}`])('for an overlap is the claim that freed the block: %j', async (text) => {
    expect(await blamed(await logOf(text))).toEqual({ outcome: 'ok', classes: { usable: 48, claimedUsable: 64 } });
  });

  test('for an overlap is the claim of the older block too, if the newer one is what it should be', async () => {
    const text = `${other}mallocx 1 48 0\nmallocx 2 48 0\nsdallocx 1 64 0\ndallocx 2 0\nmallocx 3 64 0\nmallocx 4 48 0\n`;
    expect(await blamed(await logOf(text))).toEqual({ outcome: 'ok', classes: { usable: 48, claimedUsable: 64 } });
  });

  test('for an overlap is the claim of a block that a rallocx was given', async () => {
    const text = `${other}mallocx 1 48 0\nmallocx 2 48 0\nmallocx 5 8 0\nsdallocx 1 64 0\nrallocx 5 6 64 0\n`;
    expect(await blamed(await logOf(text))).toEqual({ outcome: 'ok', classes: { usable: 48, claimedUsable: 64 } });
  });

  test('for an abort is the claim of the call itself', async () => {
    expect(await blamed(await logOf(other), { allocator: 'jemalloc-4.5.0-debug' })).toEqual({ outcome: 'abort', classes: { usable: 448, claimedUsable: 320 } });
  });

  test('for undefined behaviour is the claim of the block that the reason names, not that of the call', async () => {
    const text = `${other}${confused(1, 20, 20480, 4096)}mallocx 30 448 0\nmallocx 31 8192 0\nsdallocx 31 4096 0\n`;
    expect(await blamed(await logOf(text))).toEqual({ outcome: 'undefined', classes: { usable: 20480, claimedUsable: 4096 } });
  });

  test('is nothing where all calls return and nothing overlaps', async () => {
    expect(await blamed(await logOf(other))).toEqual({ outcome: 'ok', classes: null });
  });
});
