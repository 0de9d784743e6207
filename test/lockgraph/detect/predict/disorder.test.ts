/** Traces in which a thread has events before the one that starts it. */
import { expect, test } from 'vitest';
import { analysed, told } from './traces.js';

const nested = (thread: string, ...locks: readonly string[]): string[] => [
  ...locks.map((lock) => `${thread} take ${lock}`),
  ...locks.toReversed().map((lock) => `${thread} release ${lock}`),
];

test('nothing is proved where a thread runs before it is started: what was before its start is not known', async () => {
  const analysis = await analysed([...nested('t1', 'A', 'B'), ...nested('t2', 'B', 'A'), 't1 spawn t2']);
  expect(told(analysis)).toEqual(['possible lock-order: t1 A->B, t2 B->A']);
  expect(analysis.findings[0]!.unproved).toBe('disorder');
});

test('a thread whose name was that of another one, which was started before, or has ended, is none of these', async () => {
  const pattern = [...nested('t1', 'A', 'B'), ...nested('t3', 'B', 'A')];
  const proved = ['proved lock-order: t1 A->B, t3 B->A'];
  expect(told(await analysed(['t1 spawn t2', 't2 take C', 't2 release C', 't1 spawn t2', ...pattern]))).toEqual(proved);
  expect(told(await analysed(['t2 take C', 't2 release C', 't2 exit', 't1 spawn t2', ...pattern]))).toEqual(proved);
  expect(told(await analysed(['t2 take C', 't2 release C', 't1 join t2', 't1 spawn t2', ...pattern]))).toEqual(proved);
});
