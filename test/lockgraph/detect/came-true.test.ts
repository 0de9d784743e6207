import { expect, test } from 'vitest';
import { cameTrue } from '../../../packages/lockgraph/src/detect/came-true.js';
import type { Finding } from '../../../packages/lockgraph/src/detect/finding.js';
import { findingOf } from '../report/analyses.js';

/** Each thread wants the lock behind it: `t1 A`. */
function cycle(kind: string, waits: readonly string[], finding: Partial<Finding> = {}): Finding {
  const waiters = waits.map((wait) => {
    const [thread, wants] = wait.split(' ');
    return { thread: thread!, wants: wants!, mode: 'exclusive' as const, held: [], requestedAt: { event: 1 } };
  });
  return findingOf({ kind, cycle: waiters, ...finding });
}

test('a cycle came true where the same threads wait for the same, or did for a while', () => {
  const possible = cycle('lock-order', ['t1 A', 't2 B']);
  expect(cameTrue([cycle('deadlock', ['t2 B', 't1 A'])])(possible)).toBe(true);
  expect(cameTrue([cycle('deadlock', ['t2 B', 't1 A'], { evidence: 'possible', broken: true })])(possible)).toBe(true);
  expect(cameTrue([cycle('deadlock', ['t2 B', 't1 C'])])(possible)).toBe(false);
  expect(cameTrue([cycle('deadlock', ['t2 B', 't1 A'], { evidence: 'proved' })])(possible)).toBe(false);
});

test('of threads that share a lock and wait for themselves, each two wait for each other', () => {
  const isTrue = cameTrue([cycle('self-deadlock', ['t1 rw', 't2 rw', 't3 rw'])]);
  expect(isTrue(cycle('lock-order', ['t3 rw', 't1 rw']))).toBe(true);
  expect(isTrue(cycle('lock-order', ['t3 rw', 't4 rw']))).toBe(false);
});

test('one thread that waits for itself makes no cycle of two true', () => {
  const alone = [cycle('self-deadlock', ['t1 rw']), cycle('self-deadlock', ['t2 rw'])];
  expect(cameTrue(alone)(cycle('lock-order', ['t1 rw', 't2 rw']))).toBe(false);
});
