/** What locks that are used wrongly do to proofs. */
import { describe, expect, test } from 'vitest';
import type { Analysis } from '../../../../packages/lockgraph/src/detect/finding.js';
import { analysed, told } from './traces.js';

const nested = (thread: string, first: string, second: string): string[] => [
  `${thread} take ${first}`,
  `${thread} take ${second}`,
  `${thread} release ${second}`,
  `${thread} release ${first}`,
];
const pattern = [...nested('t1', 'A', 'B'), ...nested('t2', 'B', 'A')];

/** Patterns alone, without the misuse itself. */
const patterns = (analysis: Analysis): string[] => told(analysis).filter((line) => line.includes('lock-order'));

describe('a lock that another thread gave back', () => {
  test('is in no proof, wherever that was', async () => {
    const misuse = ['t3 take A', 't4 release A', 't3 take C', 't3 release C'];
    for (const lines of [
      [...misuse, ...pattern],
      [...pattern, ...misuse],
      [...pattern.slice(0, 4), ...misuse, ...pattern.slice(4)],
    ]) {
      expect(patterns(await analysed(lines))).toEqual(['possible lock-order: t1 A->B, t2 B->A']);
      // Also one that frees the lock, as pthread_mutex_unlock does.
      expect(patterns(await analysed(lines, { A: { unlock: 'pthread' } }))).toEqual(['possible lock-order: t1 A->B, t2 B->A']);
    }
  });

  test('does nothing to the proofs of others', async () => {
    expect(patterns(await analysed(['t3 take C', 't4 release C', ...pattern]))).toEqual(['proved lock-order: t1 A->B, t2 B->A']);
  });

  test('keeps the order that its events have in the trace', async () => {
    const [first, second] = [pattern.slice(0, 4), pattern.slice(4)];
    const taken = ['t2 take G', 't2 release G'];
    // Whoever trusts G as a lock thinks that t2 may come first.
    expect(patterns(await analysed([...first, 't1 release G', ...taken, ...second]))).toEqual(['possible lock-order: t1 A->B, t2 B->A']);
    expect(patterns(await analysed(['t1 release G', ...first, ...taken, ...second]))).toEqual(['proved lock-order: t1 A->B, t2 B->A']);
  });
});

test('a release without an acquire, at the beginning of a trace, puts its lock into no proof', async () => {
  expect(patterns(await analysed(['t1 release A', ...pattern]))).toEqual(['possible lock-order: t1 A->B, t2 B->A']);
});

test('a mutex that is given to two threads is in no proof', async () => {
  expect(patterns(await analysed(['t3 take A', 't4 take A', 't4 release A', ...pattern]))).toEqual(['possible lock-order: t1 A->B, t2 B->A']);
});
