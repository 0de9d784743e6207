/** Threads that have the name of one that ended before. */
import { expect, test } from 'vitest';
import { analysed, told } from './traces.js';

const nested = (thread: string, first: string, second: string): string[] => [
  `${thread} take ${first}`,
  `${thread} take ${second}`,
  `${thread} release ${second}`,
  `${thread} release ${first}`,
];

test('nothing that a thread does comes before its second start', async () => {
  const analysis = await analysed(['t0 spawn t1', ...nested('t1', 'A', 'B'), 't0 join t1', ...nested('t0', 'B', 'A'), 't0 spawn t1', ...nested('t1', 'A', 'B')]);
  expect(told(analysis)).toEqual([]);
  expect(analysis.refuted).toEqual({ ordered: 1 });
});

test('a thread that is joined needs nothing that a later one of its name does', async () => {
  const analysis = await analysed(['t0 spawn t1', 't1 write x', 't0 take A', 't0 join t1', 't0 release A', 't0 spawn t1', 't1 take A', 't1 release A']);
  expect(told(analysis)).toEqual([]);
  expect(analysis.refuted).toEqual({ ordered: 1 });
});

test('a pattern of the later one is proved, with the earlier one before it', async () => {
  const analysis = await analysed(['t0 spawn t1', 't1 write x', 't0 join t1', 't0 spawn t1', ...nested('t1', 'A', 'B'), ...nested('t0', 'B', 'A')]);
  expect(told(analysis)).toEqual(['proved lock-order: t0 B->A, t1 A->B']);
  // Lines: the header, two locks, then the events.
  expect(analysis.findings[0]!.schedule).toEqual([4, 5, 6, 7, 8, 12]);
});

test('a pattern of the later one that takes another order of critical sections is proved, too', async () => {
  const analysis = await analysed(['t0 spawn t1', 't1 write x', 't0 join t1', 't0 spawn t1', ...nested('t1', 'A', 'B'), 't0 take A', 't0 release A', ...nested('t0', 'B', 'A')]);
  expect(told(analysis)).toEqual(['proved lock-order: t0 B->A, t1 A->B']);
});
