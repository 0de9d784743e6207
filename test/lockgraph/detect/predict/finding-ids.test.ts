import { expect, test } from 'vitest';
import { analysed } from './traces.js';
import type { Locks } from './traces.js';

const nested = (thread: string, first: string, second: string): string[] => [
  `${thread} take ${first}`,
  `${thread} take ${second}`,
  `${thread} release ${second}`,
  `${thread} release ${first}`,
];

const ids = async (lines: readonly string[], locks: Locks = {}): Promise<string[]> => (await analysed(lines, locks)).findings.map(({ id }) => id);

test('a pattern has the same id on every run, whoever comes first, and whatever else happens', async () => {
  const [one, other] = [nested('t1', 'A', 'B'), nested('t2', 'B', 'A')];
  const [id] = await ids([...one, ...other]);
  expect(await ids([...other, ...one])).toEqual([id]);
  expect(await ids(['t0 write x', ...nested('t3', 'C', 'D'), ...one, ...one, 't0 read x', ...other])).toEqual([id]);
});

test('a pattern has the same id whether it is proved, or only possible', async () => {
  const [one, other] = [nested('t1', 'A', 'B'), nested('t2', 'B', 'A')];
  expect(await ids([...one, 't1 write x', 't2 read x', ...other])).toEqual(await ids([...one, ...other]));
});

test('patterns of other threads, locks or held sets have other ids', async () => {
  const all = await Promise.all([
    ids([...nested('t1', 'A', 'B'), ...nested('t2', 'B', 'A')]),
    ids([...nested('t1', 'A', 'B'), ...nested('t3', 'B', 'A')]),
    ids([...nested('t1', 'A', 'C'), ...nested('t2', 'C', 'A')]),
    ids([...nested('t1', 'B', 'A'), ...nested('t2', 'A', 'B')]),
    ids(['t1 take C', ...nested('t1', 'A', 'B'), 't1 release C', ...nested('t2', 'B', 'A')]),
  ]);
  expect(new Set(all.flat()).size).toBe(5);
});

test('a pattern of classes has another id than one of locks of those names', async () => {
  const classes: Locks = { a1: { class: 'A' }, a2: { class: 'A' }, b1: { class: 'B' }, b2: { class: 'B' } };
  const [byClass] = await ids([...nested('t1', 'a1', 'b1'), ...nested('t2', 'b2', 'a2')], classes);
  const [byLock] = await ids([...nested('t1', 'A', 'B'), ...nested('t2', 'B', 'A')]);
  expect(byClass).toBeDefined();
  expect(byClass).not.toBe(byLock);
});
