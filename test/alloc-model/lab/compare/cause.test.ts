import { describe, expect, test } from 'vitest';
import { causeOf, wrongAt } from '../../../../packages/alloc-model/src/lab/compare/cause.js';
import type { CheckResult } from '../../../../packages/alloc-model/src/lab/check/check-result.js';
import type { ComparedRun } from '../../../../packages/alloc-model/src/lab/compare/compare-result.js';

const run = (allocator: ComparedRun['allocator'], outcome: ComparedRun['outcome'] = 'ok', call = 100, firstOverlap?: number): ComparedRun => ({
  trace: 'x',
  allocator,
  options: { lgTcacheMax: null },
  outcome,
  call,
  calls: 100,
  reason: 'why',
  ...(firstOverlap === undefined ? {} : { firstOverlap }),
});

const well = run('jemalloc-4.5.0');
const hangs = run('jemalloc-4.5.0', 'hang', 90);
const debug = run('jemalloc-4.5.0-debug', 'abort', 7);
const none: CheckResult['mismatches'] = { count: 0, pairs: [] };
const some = (usable: number, claimedUsable: number): CheckResult['mismatches'] => ({
  count: 2,
  pairs: [{ usable, claimedUsable, count: 2, firstCall: 7, lastCall: 8 }],
});

describe('the cause', () => {
  test('is the claimed size, where only the run with sizes goes wrong', () => {
    expect(causeOf(hangs, well, [debug], some(48, 32), true)).toEqual({ kind: 'claimed-size' });
    expect(causeOf(run('jemalloc-4.5.0', 'ok', 100, 50), well, [debug], some(48, 64), true)).toEqual({ kind: 'claimed-size' });
    expect(causeOf(run('jemalloc-4.5.0', 'undefined', 50), well, [], some(20480, 64), true)).toEqual({ kind: 'claimed-size' });
  });

  test('is the claimed size, too, where only the run itself sees that it is wrong', () => {
    expect(causeOf(hangs, well, [debug], none, true)).toEqual({ kind: 'claimed-size' });
  });

  test('is not the sizes, where the run without goes wrong as well', () => {
    expect(causeOf(hangs, hangs, [debug], some(48, 32), true)).toEqual({ kind: 'not-the-sizes' });
  });

  test('is not the sizes, where no claim is wrong', () => {
    expect(causeOf(hangs, well, [], none, false)).toEqual({ kind: 'not-the-sizes' });
    expect(causeOf(well, well, [debug], none, false)).toEqual({ kind: 'not-the-sizes' });
  });

  test('lies in wait, where claims are wrong and nothing goes wrong; another run may show it', () => {
    const overlaps = run('system', 'ok', 100, 33);
    const shownBy = [{ allocator: 'jemalloc-4.5.0-debug', call: 7 }, { allocator: 'system', call: 33 }];
    expect(causeOf(well, well, [debug, overlaps], some(48, 32), true)).toEqual({ kind: 'latent', canHarm: true, shownBy });
  });

  test('is not there, where all end well', () => {
    expect(causeOf(well, well, [run('system'), run('system', 'refused', 3)], none, false)).toEqual({ kind: 'none' });
  });
});

test.each<[string, number, number, boolean]>([
  ['of a small block, as another small one', 48, 64, true],
  ['of a small block, as a large one', 48, 20480, true],
  ['of a large block, as a small one', 20480, 48, true],
  ['of a large block, as a larger one', 20480, 24576, true],
  ['of a large block, as a smaller large one', 24576, 20480, false],
  ['of a large block, as a huge one', 24576, 2 ** 21, false],
  ['of a huge block, as anything', 2 ** 21, 48, false],
])('a claim %s can harm jemalloc 4.5.0: %d as %d: %s', (_, usable, claimedUsable, canHarm) => {
  expect(causeOf(well, well, [], some(usable, claimedUsable), true)).toMatchObject({ canHarm });
});

test('a run goes wrong at the first call that returns a block in use, or stops it', () => {
  expect(wrongAt(run('system', 'abort', 50, 40))).toBe(40);
  expect(wrongAt(run('system', 'abort', 50))).toBe(50);
  expect(wrongAt(run('system'))).toBeUndefined();
  expect(wrongAt(run('system', 'refused', 5))).toBeUndefined();
});
