/** Patterns of lock classes. */
import { expect, test } from 'vitest';
import { analysed, told } from '../predict/traces.js';
import type { Locks } from '../predict/traces.js';

const nested = (thread: string, first: string, second: string): string[] => [
  `${thread} take ${first}`,
  `${thread} take ${second}`,
  `${thread} release ${second}`,
  `${thread} release ${first}`,
];

const locks: Locks = { p1: { class: 'P' }, p2: { class: 'P' }, q1: { class: 'Q' }, q2: { class: 'Q' }, g: { class: 'g' }, h1: { class: 'H' }, h2: { class: 'H' } };

test('two classes taken in both orders are a pattern, though no two locks are', async () => {
  const analysis = await analysed([...nested('t1', 'p1', 'q1'), ...nested('t2', 'q2', 'p2')], locks);
  expect(told(analysis)).toEqual(['possible lock-order by class: t1 P->Q, t2 Q->P']);
});

test('a pattern that its locks show is not told of their classes again', async () => {
  const analysis = await analysed([...nested('t1', 'p1', 'q1'), ...nested('t2', 'q1', 'p1')], locks);
  expect(told(analysis)).toEqual(['proved lock-order: t1 p1->q1, t2 q1->p1']);
});

test('another pattern of classes is told beside one of locks', async () => {
  const analysis = await analysed([...nested('t1', 'p1', 'q1'), ...nested('t2', 'q1', 'p1'), ...nested('t3', 'q2', 'p2')], locks);
  expect(told(analysis)).toContain('proved lock-order: t1 p1->q1, t2 q1->p1');
  expect(told(analysis)).toContain('possible lock-order by class: t1 P->Q, t3 Q->P');
  expect(told(analysis)).not.toContain('possible lock-order by class: t1 P->Q, t2 Q->P');
});

test('two locks of one class in both orders are a pattern of locks alone', async () => {
  const analysis = await analysed([...nested('t1', 'p1', 'p2'), ...nested('t2', 'p2', 'p1')], locks);
  expect(told(analysis)).toEqual(['proved lock-order: t1 p1->p2, t2 p2->p1']);
});

test('a class that is one lock is a gate, one of several locks is none', async () => {
  const under = (gate: string, lines: readonly string[]): string[] => {
    const thread = lines[0]!.split(' ')[0]!;
    return [`${thread} take ${gate}`, ...lines, `${thread} release ${gate}`];
  };
  expect(told(await analysed([...under('g', nested('t1', 'p1', 'q1')), ...under('g', nested('t2', 'q2', 'p2'))], locks))).toEqual([]);
  expect(told(await analysed([...under('h1', nested('t1', 'p1', 'q1')), ...under('h2', nested('t2', 'q2', 'p2'))], locks))).toEqual([
    'possible lock-order by class: t1 P->Q, t2 Q->P',
  ]);
});

test('destroyed locks take nothing of their class with them', async () => {
  const analysis = await analysed([...nested('t1', 'p1', 'q1'), 't1 destroy p1', ...nested('t2', 'q2', 'p2')], locks);
  expect(told(analysis)).toEqual(['possible lock-order by class: t1 P->Q, t2 Q->P']);
});
