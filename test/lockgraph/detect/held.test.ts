import { expect, test } from 'vitest';
import { heldBy, MOST_HELD } from '../../../packages/lockgraph/src/detect/held.js';
import { Run } from './run.js';

test('what is held is named in the order in which it was taken, each lock once', () => {
  expect(heldBy(['c', 'a', 'b', 'a'], 4, 'a')).toEqual({ held: ['b', 'a', 'c'] });
  expect(heldBy([], 0, undefined)).toEqual({ held: [] });
});

test('of very many locks the newest are named, and the one that others wait for; no more are asked for', () => {
  let asked = 0;
  function* newestFirst(): Generator<string> {
    for (;;) yield `L${asked++}`;
  }
  const { held, heldCut } = heldBy(newestFirst(), 10_000, 'wanted');
  expect(asked).toBe(MOST_HELD);
  expect(held).toEqual(['wanted', ...Array.from({ length: MOST_HELD }, (_, i) => `L${i}`).toReversed()]);
  expect(heldCut).toBe(10_000 - MOST_HELD);
  expect(heldBy(Array.from({ length: 100 }, (_, i) => `L${i}`), 100, 'L5').held).toHaveLength(MOST_HELD);
});

test('two threads that nest a hundred locks in opposite orders are told with the newest of what they hold, wait or not', () => {
  const names = Array.from({ length: 100 }, (_, i) => `L${i}`);
  const run = new Run();
  for (const name of names) run.lock(name);
  for (const name of names.slice(0, -1)) run.take('t1', name);
  for (const name of names.slice(0, -1).toReversed()) run.release('t1', name);
  for (const name of names.toReversed()) run.take('t2', name);
  const order = run.findings.filter(({ kind }) => kind === 'lock-order');
  expect(order.map(({ locks }) => locks)).toHaveLength(98);
  for (const { cycle } of order) for (const { held, heldCut = 0 } of cycle) expect(held.length).toBeLessThanOrEqual(heldCut > 0 ? MOST_HELD + 1 : MOST_HELD);
  run.want('t1', 'L0');
  run.want('t2', 'L1');
  const own = run.findings.find(({ kind }) => kind === 'self-deadlock');
  expect(own?.cycle[0]).toMatchObject({ holds: 'L1', heldCut: 100 - MOST_HELD });
});
