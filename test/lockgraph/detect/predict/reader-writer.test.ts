/** Reader-writer locks in patterns and in proofs. */
import { expect, test } from 'vitest';
import { analysed, told } from './traces.js';
import type { Locks } from './traces.js';

const rwlocks: Locks = { L: { kind: 'rwlock' }, M: { kind: 'rwlock' } };

/** Locks as `A` or `L shared`, taken in this order and given back in the other one. */
const nested = (thread: string, ...locks: readonly string[]): string[] => [
  ...locks.map((lock) => `${thread} take ${lock}`),
  ...locks.toReversed().map((lock) => `${thread} release ${lock}`),
];

const both = (...pair: readonly [readonly string[], readonly string[]]) => analysed([...nested('t1', ...pair[0]), ...nested('t2', ...pair[1])], rwlocks);

test('who reads and who writes keep each other out, and their pattern is proved', async () => {
  expect(told(await both(['L shared', 'M'], ['M', 'L']))).toEqual(['proved lock-order: t1 L->M, t2 M->L']);
  expect(told(await both(['L shared', 'M shared'], ['M', 'L']))).toEqual(['proved lock-order: t1 L->M, t2 M->L']);
  expect(told(await both(['L upgradable', 'M upgradable'], ['M upgradable', 'L upgradable']))).toEqual(['proved lock-order: t1 L->M, t2 M->L']);
});

test.each([
  ['a reader of a lock that is read', ['L shared', 'M'], ['M', 'L shared']],
  ['who may upgrade a lock that is read', ['L shared', 'M'], ['M', 'L upgradable']],
  ['a reader of a lock that may be upgraded', ['L upgradable', 'M'], ['M', 'L shared']],
] as const)('%s does not wait', async (_, one, other) => {
  const analysis = await both(one, other);
  expect(told(analysis)).toEqual([]);
  expect(analysis.refuted).toEqual({ readers: 1 });
});

test('a gate that both share is none', async () => {
  expect(told(await both(['L shared', 'A', 'B'], ['L shared', 'B', 'A']))).toEqual(['proved lock-order: t1 A->B, t2 B->A']);
  expect(told(await both(['L upgradable', 'A', 'B'], ['L shared', 'B', 'A']))).toEqual(['proved lock-order: t1 A->B, t2 B->A']);
});

test('a gate that one has alone is one', async () => {
  for (const mode of ['', ' upgradable']) {
    const analysis = await both(['L upgradable', 'A', 'B'], [`L${mode}`, 'B', 'A']);
    expect(told(analysis)).toEqual([]);
    expect(analysis.refuted).toEqual({ 'gate-lock': 1 });
    expect(analysis.refutedPatterns[0]!.by).toBe('L');
  }
});

test('critical sections of readers may overlap in a proof, also where they did not in the trace', async () => {
  // t2 has read L, and given it back, before it comes to its stop; t1 reads it all the time.
  const lines = [...nested('t1', 'L shared', 'A', 'B'), ...nested('t2', 'L shared'), ...nested('t2', 'B', 'A')];
  expect(told(await analysed(lines, rwlocks))).toEqual(['proved lock-order: t1 A->B, t2 B->A']);
});

test('a critical section of a writer has to end before the next one, or come after it', async () => {
  const lines = [...nested('t1', 'L', 'A', 'B'), ...nested('t2', 'L shared'), ...nested('t2', 'B', 'A')];
  const [finding] = (await analysed(lines, rwlocks)).findings;
  expect(finding!.evidence).toBe('proved');
  // Three locks and the header; t2 goes first: the other order of the sections on L.
  expect(finding!.schedule!.slice(0, 2)).toEqual([12, 13]);
});

test('who gives the right to upgrade back and keeps the lock keeps readers out: it is a gate', async () => {
  const upgraded = ['t1 take L upgradable', 't1 take L', 't1 release L upgradable', ...nested('t1', 'A', 'B'), 't1 release L'];
  expect(told(await analysed([...upgraded, ...nested('t2', 'L shared', 'B', 'A')], rwlocks))).toEqual([]);
});

test('a pattern that takes another order is proved where readers meet an upgradable hold', async () => {
  const lines = [
    't2 take L shared',
    't1 take L upgradable',
    ...nested('t1', 'A', 'B'),
    ...nested('t2', 'A'),
    ...nested('t2', 'B', 'A'),
    't2 release L shared',
    't1 release L upgradable',
  ];
  expect(told(await analysed(lines, rwlocks))).toEqual(['proved lock-order: t1 A->B, t2 B->A']);
});

test('two readers who both become writers wait for each other', async () => {
  const upgrade = (thread: string): string[] => nested(thread, 'L shared', 'L');
  expect(told(await analysed([...upgrade('t1'), ...upgrade('t2')], rwlocks))).toEqual(['proved lock-order: t1 L->L, t2 L->L']);
  expect(told(await analysed([...nested('t1', 'L upgradable', 'L'), ...nested('t2', 'L upgradable', 'L')], rwlocks))).toEqual([]);
});
