/** Locks that are initialised and destroyed in a trace, in proofs: nobody takes a lock in another life of it than he did. */
import { expect, test } from 'vitest';
import { analysed, told } from './traces.js';

const nested = (thread: string, ...locks: readonly string[]): string[] => [
  ...locks.map((lock) => `${thread} take ${lock}`),
  ...locks.toReversed().map((lock) => `${thread} release ${lock}`),
];

test('nobody takes a lock before it is initialised', async () => {
  // t2 can only come to B once t1, which has given all back by then, has made it.
  const lines = [...nested('t1', 'A'), 't1 init B', ...nested('t1', 'B', 'A'), ...nested('t2', 'A', 'B')];
  expect(told(await analysed(lines))).toEqual(['proved lock-order: t1 B->A, t2 A->B']);
  const after = ['t1 init B', ...nested('t1', 'A', 'C'), 't1 destroy B', 't1 init B', ...nested('t2', 'B'), ...nested('t2', 'C', 'A')];
  expect(told(await analysed(after))).not.toContain('proved lock-order: t1 A->C, t2 C->A');
});

test('who takes a lock before it is destroyed does so in a proof, too', async () => {
  const lines = [...nested('t1', 'B'), ...nested('t1', 'A', 'C'), 't2 destroy B', ...nested('t2', 'C', 'A')];
  const { findings } = await analysed(lines);
  expect(findings.map(({ evidence, schedule }) => [evidence, schedule])).toEqual([['proved', [5, 6, 7, 11, 12]]]);
});

test('lives of locks that stand in nobody’s way do not keep from a proof', async () => {
  const lines = ['t1 init A', 't1 init B', ...nested('t1', 'A', 'B'), ...nested('t2', 'B', 'A'), 't1 destroy A', 't1 destroy B'];
  expect(told(await analysed(lines))).toEqual(['proved lock-order: t1 A->B, t2 B->A']);
});

test('a critical section ends before its lock is destroyed, whatever order that takes', async () => {
  const lines = [
    ...nested('t4', 'L'),
    't3 take L',
    't3 write x',
    't3 release L',
    't1 read x',
    ...nested('t1', 'A', 'B'),
    't2 destroy L',
    ...nested('t2', 'B', 'A'),
  ];
  expect(told(await analysed(lines))).toEqual(['proved lock-order: t1 A->B, t2 B->A']);
});

test('a request that is given up in a life of a lock counts for none of the others', async () => {
  const lines = ['t1 request L', 't2 destroy L', 't1 cancel L', 't2 destroy L', ...nested('t1', 'A', 'L'), ...nested('t2', 'L', 'A')];
  expect(told(await analysed(lines))).toEqual(['proved lock-order: t1 A->L, t2 L->A']);
});
