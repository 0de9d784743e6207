import { describe, expect, test } from 'vitest';
import { causeOf as causeFrom, wrongAt } from '../../../../packages/alloc-model/src/lab/compare/cause.js';
import { size2index } from '../../../../packages/alloc-model/src/jemalloc/size-classes.js';
import type { MetClasses } from '../../../../packages/alloc-model/src/lab/compare/claims-met.js';
import type { Cause, ComparedRun } from '../../../../packages/alloc-model/src/lab/compare/compare-result.js';

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
const none: readonly MetClasses[] = [];
const some = (usable: number, claimedUsable: number): MetClasses[] => [{ trueClass: size2index(usable), claimedClass: size2index(claimedUsable) }];

const causeOf = (sized: ComparedRun, unsized: ComparedRun, others: readonly ComparedRun[], met: readonly MetClasses[], wrongClaims = met.length > 0): Cause =>
  causeFrom({ sized, unsized, others, met, wrongClaims });

describe('the cause', () => {
  test('is the claimed size, where only the run with sizes goes wrong', () => {
    expect(causeOf(hangs, well, [debug], some(48, 32))).toEqual({ kind: 'claimed-size' });
    expect(causeOf(run('jemalloc-4.5.0', 'ok', 100, 50), well, [debug], some(48, 64))).toEqual({ kind: 'claimed-size' });
    expect(causeOf(run('jemalloc-4.5.0', 'undefined', 50), well, [], some(20480, 64))).toEqual({ kind: 'claimed-size' });
  });

  test('is not the sizes, where the claims are wrong for another version only', () => {
    expect(causeOf(hangs, well, [run('jemalloc-5.3.0-debug', 'abort', 5)], none, true)).toEqual({ kind: 'not-the-sizes' });
  });

  test('lies in wait, but cannot harm, where the claims are wrong for another version only', () => {
    const shownBy = [{ allocator: 'jemalloc-5.3.0-debug', call: 5 }];
    expect(causeOf(well, well, [run('jemalloc-5.3.0-debug', 'abort', 5)], none, true)).toEqual({ kind: 'latent', canHarm: false, shownBy });
  });

  test('can harm, if one of several claims can', () => {
    expect(causeOf(well, well, [], [...some(2 ** 21, 48), ...some(112, 128)])).toMatchObject({ canHarm: true });
  });

  test('is not the sizes, where the run without goes wrong as well', () => {
    expect(causeOf(hangs, hangs, [debug], some(48, 32))).toEqual({ kind: 'not-the-sizes' });
  });

  test('is not the sizes, where no claim is wrong', () => {
    expect(causeOf(hangs, well, [], none)).toEqual({ kind: 'not-the-sizes' });
    expect(causeOf(well, well, [debug], none)).toEqual({ kind: 'not-the-sizes' });
  });

  test('lies in wait, where claims are wrong and nothing goes wrong; another run may show it', () => {
    const overlaps = run('system', 'ok', 100, 33);
    const shownBy = [{ allocator: 'jemalloc-4.5.0-debug', call: 7 }, { allocator: 'system', call: 33 }];
    expect(causeOf(well, well, [debug, overlaps], some(48, 32))).toEqual({ kind: 'latent', canHarm: true, shownBy });
  });

  test('is not there, where all end well', () => {
    expect(causeOf(well, well, [run('system'), run('system', 'refused', 3)], none)).toEqual({ kind: 'none' });
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
  expect(causeOf(well, well, [], some(usable, claimedUsable))).toMatchObject({ canHarm });
});

test('a run goes wrong at the first call that returns a block in use, or stops it', () => {
  expect(wrongAt(run('system', 'abort', 50, 40))).toBe(40);
  expect(wrongAt(run('system', 'abort', 50))).toBe(50);
  expect(wrongAt(run('system'))).toBeUndefined();
  expect(wrongAt(run('system', 'refused', 5))).toBeUndefined();
});
