import { describe, expect, test } from 'vitest';
import type { Finding, Waiter } from '../../../packages/lockgraph/src/detect/finding.js';
import type { Suppression } from '../../../packages/lockgraph/src/detect/suppression.js';
import { suppress } from '../../../packages/lockgraph/src/detect/suppressions.js';
import { analysisOf, findingOf } from '../report/analyses.js';
import { Run } from './run.js';

/** `t1 has a wants b, …`, on stacks named after the locks. */
function pattern(parts: readonly (readonly [holds: string, wants: string])[], finding: Partial<Finding> = {}): Finding {
  const cycle = parts.map(
    ([holds, wants], i): Waiter => ({
      thread: `t${i}`,
      wants,
      holds,
      mode: 'exclusive',
      held: [holds],
      requestedAt: { event: 10 + i, site: `src/${wants}.ts:14:${i}`, stack: ['main', `want(${wants})`] },
      acquiredAt: { event: i, site: `src/${holds}.ts:7:1` },
    }),
  );
  return findingOf({ kind: 'lock-order', evidence: 'possible', locks: parts.map(([holds]) => holds), cycle, ...finding });
}

const triangle = pattern([
  ['a', 'b'],
  ['b', 'c'],
  ['c', 'a'],
]);

/** How many findings are left, and how many each rule matched. */
function outcome(findings: readonly Finding[], ...rules: Suppression[]): { readonly left: number; readonly matched: number[] } {
  const { findings: left, suppressions } = suppress(analysisOf(findings), rules);
  return { left: left.length, matched: suppressions!.map(({ matched }) => matched) };
}

const pair = (one: string, other: string): Suppression => ({ locks: [one, other], reason: 'the queue keeps them apart' });
const at = (site: string): Suppression => ({ site, reason: 'at start-up there is one thread' });

describe('a pair of locks', () => {
  test.each([
    ['a', 'b', 1],
    ['b', 'a', 1],
    ['a', 'c', 1],
    ['a*', '*b', 1],
    ['*', 'c', 1],
    ['a', 'a', 0],
    ['?', 'b', 0],
    ['a', 'x', 0],
  ])('%s with %s, of three locks in a ring: matched %i', (one, other, matched) => {
    expect(outcome([triangle], pair(one, other))).toEqual({ left: 1 - matched, matched: [matched] });
  });

  test('matches where one is wanted with the other held, not anywhere in the cycle', () => {
    const square = pattern([
      ['a', 'b'],
      ['b', 'c'],
      ['c', 'd'],
      ['d', 'a'],
    ]);
    expect(outcome([square], pair('a', 'c'), pair('b', 'd'), pair('d', 'a'))).toEqual({ left: 0, matched: [0, 0, 1] });
  });

  test('is no thread that is joined', () => {
    const joined = pattern([['a', 'b']]);
    const cycle = [{ ...joined.cycle[0]!, wants: 't1', mode: 'join' as const }];
    expect(outcome([{ ...joined, cycle }], pair('a', 't1'))).toEqual({ left: 1, matched: [0] });
  });
});

describe('a site', () => {
  test.each(['src/b.ts:14:0', 'src/b.ts:*', 'src/c.ts:7:1', 'want(a)', 'want(*)'])('%s matches where a lock is wanted or taken, or a call above', (site) => {
    expect(outcome([triangle], at(site))).toEqual({ left: 0, matched: [1] });
  });

  test.each(['src/b.ts', 'want', 'src/d.ts:*'])('%s does not match', (site) => {
    expect(outcome([triangle], at(site))).toEqual({ left: 1, matched: [0] });
  });
});

describe('what can be kept out', () => {
  const everything = at('*');
  const everyPair = pair('*', '*');

  test.each([
    ['lock-order', 'possible', 0],
    ['lock-order', 'proved', 0],
    ['deadlock', 'possible', 0],
    ['deadlock', 'proved', 0],
    ['deadlock', 'observed', 1],
    ['self-deadlock', 'observed', 1],
    ['unlock-not-held', 'observed', 1],
    ['alloc/size-mismatch', 'observed', 1],
  ] as const)('a finding of %s, %s: %i stays', (kind, evidence, left) => {
    expect(outcome([{ ...triangle, kind, evidence }], everything, everyPair).left).toBe(left);
  });
});

describe('a rank violation', () => {
  const run = new Run();
  run.lock('a', { rank: 1 });
  run.lock('b', { rank: 2 });
  run.enter('t0', 'outer', 'src/outer.ts:1:1');
  run.take('t0', 'b');
  run.enter('t0', 'inner', 'src/inner.ts:2:2');
  run.take('t0', 'a');

  test.each([pair('a', 'b'), pair('b', 'a'), pair('*', 'b'), at('src/outer.ts:*'), at('src/inner.ts:2:2'), at('inner')])('is kept out by %j', (rule) => {
    expect(outcome(run.findings, rule)).toEqual({ left: 0, matched: [1] });
  });

  test.each([pair('a', 'a'), pair('a', 'c'), at('elsewhere')])('is not kept out by %j', (rule) => {
    expect(outcome(run.findings, rule)).toEqual({ left: 1, matched: [0] });
  });
});

test('a rule that matched nothing is told, and one finding counts for each rule that matches it', () => {
  expect(outcome([triangle, triangle], pair('a', 'b'), pair('x', 'y'), at('want(c)'))).toEqual({ left: 0, matched: [2, 0, 2] });
});

test('the rules are told with their reasons, and the analysis is else as it was', () => {
  const analysis = analysisOf([triangle]);
  const rule = pair('a', 'b');
  expect(suppress(analysis, [rule])).toEqual({ ...analysis, findings: [], suppressed: [triangle], suppressions: [{ ...rule, matched: 1 }] });
  expect(analysis.findings).toHaveLength(1);
});

test('without rules nothing is told of suppressions', () => {
  expect(suppress(analysisOf([triangle]), [])).toEqual(analysisOf([triangle]));
});

test('a rule that matches what happened is not one that matched nothing: the finding is told, and the rule says so', () => {
  const happened = [
    { ...triangle, kind: 'deadlock', evidence: 'observed' as const },
    { ...pattern([['a', 'a']]), kind: 'self-deadlock', evidence: 'observed' as const },
  ];
  const { findings, suppressions } = suppress(analysisOf([...happened, triangle]), [pair('a', 'b'), at('src/a.ts:7:1'), pair('x', 'y')]);
  expect(findings).toEqual(happened);
  expect(suppressions!.map(({ matched, overruled }) => [matched, overruled])).toEqual([
    [1, 1],
    [1, 2],
    [0, undefined],
  ]);
});

test('a rule counts what another one kept out before it', () => {
  const once = suppress(analysisOf([triangle]), [pair('a', 'b')]);
  const twice = suppress(once, [at('want(c)'), pair('x', 'y')]);
  expect(twice.findings).toEqual([]);
  expect(twice.suppressed).toEqual([triangle]);
  expect(twice.suppressions!.map(({ matched }) => matched)).toEqual([1, 1, 0]);
});

test('rules come one after the other, too', () => {
  const once = suppress(analysisOf([triangle]), [pair('x', 'y')]);
  expect(suppress(once, [pair('a', 'b')]).suppressions).toMatchObject([{ matched: 0 }, { matched: 1 }]);
});
