/** What a run shows of its lock order, and why it is not: each reason. */
import { expect, test } from 'vitest';
import { analysed, told } from '../predict/traces.js';
import type { Locks } from '../predict/traces.js';

/** Locks as `A` or `L shared`, taken in this order and given back in the other one. */
const nested = (thread: string, ...locks: readonly string[]): string[] => [
  ...locks.map((lock) => `${thread} take ${lock}`),
  ...locks.toReversed().map((lock) => `${thread} release ${lock}`),
];

async function outcome(lines: readonly string[], locks: Locks = {}, maxCycle = 5) {
  const analysis = await analysed(lines, locks, { maxCycle });
  return { told: told(analysis), refuted: analysis.refuted, by: analysis.refutedPatterns.map(({ reason, by }) => `${reason}${by === undefined ? '' : ` ${by}`}`), truncated: analysis.search.truncated };
}

test('both orders by one thread are no pattern', async () => {
  expect(await outcome([...nested('t1', 'A', 'B'), ...nested('t1', 'B', 'A')])).toMatchObject({ told: [], by: ['same-thread'] });
});

test('a cycle through two requests of one thread is no pattern: it waits at one place', async () => {
  const lines = [...nested('t1', 'A', 'B'), ...nested('t1', 'B', 'C'), ...nested('t2', 'C', 'A')];
  expect(await outcome(lines)).toMatchObject({ told: [], by: ['never-together'] });
});

test('locks taken hand over hand in both directions by two threads are one pattern for each pair of neighbours', async () => {
  const forth = ['t1 take A', 't1 take B', 't1 release A', 't1 take C', 't1 release B', 't1 release C'];
  const back = ['t2 take C', 't2 take B', 't2 release C', 't2 take A', 't2 release B', 't2 release A'];
  expect((await outcome([...forth, ...back])).told).toEqual(['proved lock-order: t1 A->B, t2 B->A', 'proved lock-order: t1 B->C, t2 C->B']);
});

test('hand over hand in one direction, and back from the end, is a cycle of three with one thread twice', async () => {
  const forth = ['t1 take A', 't1 take B', 't1 release A', 't1 take C', 't1 release B', 't1 release C'];
  expect(await outcome([...forth, ...nested('t2', 'C', 'A')])).toMatchObject({ told: [], refuted: { 'never-together': 1 } });
});

test('a lock that both hold is a gate, and is named', async () => {
  expect(await outcome([...nested('t1', 'G', 'A', 'B'), ...nested('t2', 'G', 'B', 'A')])).toMatchObject({ told: [], by: ['gate-lock G'] });
});

test('the same cycle is a pattern where one comes without the gate', async () => {
  expect((await outcome([...nested('t1', 'G', 'A', 'B'), ...nested('t2', 'G', 'B', 'A'), ...nested('t2', 'B', 'A')])).told).toEqual(['proved lock-order: t1 A->B, t2 B->A']);
});

test('who only tries does not wait; the lock that is tried is named', async () => {
  const lines = ['t1 take A', 't1 acquire B', 't1 release B', 't1 release A', ...nested('t2', 'B', 'A')];
  expect(await outcome(lines)).toMatchObject({ told: [], by: ['try-lock B'] });
});

test('a lock that was got by trying is held as any other', async () => {
  const lines = ['t1 acquire A', 't1 take B', 't1 release B', 't1 release A', ...nested('t2', 'B', 'A')];
  expect((await outcome(lines)).told).toEqual(['proved lock-order: t1 A->B, t2 B->A']);
});

test('a request that is given up counts as one of a try-lock, and its pattern is withdrawn', async () => {
  const cancelled = ['t1 take A', 't1 request B', 't1 cancel B', 't1 release A'];
  expect(await outcome([...cancelled, ...nested('t2', 'B', 'A')])).toMatchObject({ told: [], by: ['try-lock B'] });
  expect(await outcome([...nested('t2', 'B', 'A'), ...cancelled])).toMatchObject({ told: [], by: ['try-lock B'] });
});

test('a request that was granted once keeps its pattern when it is given up another time', async () => {
  const lines = [...nested('t1', 'A', 'B'), ...nested('t2', 'B', 'A'), 't1 take A', 't1 request B', 't1 cancel B', 't1 release A'];
  expect((await outcome(lines)).told).toEqual(['proved lock-order: t1 A->B, t2 B->A']);
});

test('a request that was given up first and granted later makes a pattern', async () => {
  const lines = ['t1 take A', 't1 request B', 't1 cancel B', 't1 release A', ...nested('t2', 'B', 'A'), ...nested('t1', 'A', 'B')];
  expect((await outcome(lines)).told).toEqual(['proved lock-order: t1 A->B, t2 B->A']);
});

test('who starts a thread after its critical section, and who joins one before, is kept apart from it', async () => {
  expect(await outcome([...nested('t1', 'A', 'B'), 't1 spawn t2', ...nested('t2', 'B', 'A')])).toMatchObject({ told: [], by: ['ordered'] });
  expect(await outcome([...nested('t2', 'B', 'A'), 't1 join t2', ...nested('t1', 'A', 'B')])).toMatchObject({ told: [], by: ['ordered'] });
});

test('an order that holds only for the first time a lock is taken refutes nothing', async () => {
  const lines = [...nested('t1', 'A', 'B'), 't1 spawn t2', ...nested('t2', 'B', 'A'), ...nested('t1', 'A', 'B')];
  expect(await outcome(lines)).toEqual({ told: ['proved lock-order: t1 A->B, t2 B->A'], refuted: {}, by: [], truncated: [] });
});

test('locks of a longer cycle than is looked for are told as cut off', async () => {
  const lines = [...nested('t1', 'A', 'B'), ...nested('t2', 'B', 'C'), ...nested('t3', 'C', 'A')];
  expect((await outcome(lines)).told).toEqual(['proved lock-order: t1 A->B, t2 B->C, t3 C->A']);
  expect(await outcome(lines, {}, 2)).toMatchObject({ told: [], truncated: ['cycles'] });
});

test('what was known of a destroyed lock is void for its next life', async () => {
  expect(await outcome([...nested('t1', 'A', 'B'), 't1 destroy A', ...nested('t2', 'B', 'A')])).toMatchObject({ told: [], refuted: {} });
  expect(await outcome([...nested('t1', 'A', 'B'), 't1 init A', ...nested('t2', 'B', 'A')])).toMatchObject({ told: [], refuted: {} });
});

test('a pattern of one life of a lock is found', async () => {
  const lines = ['t1 init A', ...nested('t1', 'A', 'B'), ...nested('t2', 'B', 'A'), 't1 destroy A', ...nested('t2', 'B', 'A')];
  expect((await outcome(lines)).told).toEqual(['proved lock-order: t1 A->B, t2 B->A']);
});

test('what was seen before a gap is forgotten', async () => {
  expect((await outcome([...nested('t1', 'A', 'B'), '.', ...nested('t2', 'B', 'A')])).told).toEqual([]);
});

test('what a thread holds over a gap it holds behind it, as often as before', async () => {
  const locks: Locks = { A: { recursive: true } };
  const lines = ['t1 take A', 't1 take A', '.', 't1 release A', 't1 take B', 't1 release B', 't1 release A', 't1 take C', 't1 release C', ...nested('t2', 'B', 'A'), ...nested('t2', 'C', 'A')];
  expect((await outcome(lines, locks)).told).toEqual(['possible lock-order: t1 A->B, t2 B->A']);
});

test('a pattern that is seen before and behind a gap is told once', async () => {
  const both = [...nested('t1', 'A', 'B'), ...nested('t2', 'B', 'A')];
  expect((await outcome([...both, '.', ...both])).told).toEqual(['possible lock-order: t1 A->B, t2 B->A']);
  expect((await outcome([...both, '.', ...nested('t1', 'A', 'B')])).told).toEqual([]);
});

test('what stands still is told as a deadlock, and not as a pattern again', async () => {
  const lines = ['t1 take A', 't2 take B', 't1 request B', 't2 request A'];
  expect((await outcome(lines)).told).toEqual(['observed deadlock: t1 A->B, t2 B->A']);
});

test('a thread that needs the lock with which it is joined is a deadlock that did not happen', async () => {
  expect((await outcome([...nested('t2', 'A'), 't1 take A', 't1 join t2', 't1 release A'])).told).toEqual(['proved deadlock: t1 A->t2, t2 ->A']);
  expect(await outcome(['t1 spawn t2', ...nested('t2', 'A'), 't1 join t2', 't1 take A', 't1 release A'])).toMatchObject({ told: [], refuted: {} });
});
