import { expect, it } from 'vitest';
import { Examples } from '../../../../packages/lockgraph/src/detect/knowledge/examples.js';
import type { Spot } from '../../../../packages/lockgraph/src/detect/knowledge/knowledge.js';

function listed(...examples: readonly (readonly [thread: string, trace: string, spot: Spot])[]): string[] {
  const kept = new Examples();
  for (const [thread, trace, requestedAt] of examples) kept.add({ thread, trace, requestedAt, acquiredAt: [] });
  return kept.list().map(({ thread, trace, requestedAt }) => `${thread} ${trace} ${requestedAt.site ?? requestedAt.event}`);
}

it('one example is kept for each of the first three threads by name', () => {
  const threads = ['t3', 't9', 't1', 't7', 't5', 't2', 't8'];
  expect(listed(...threads.map((thread) => [thread, 'run', { event: 1 }] as const))).toEqual(['t1 run 1', 't2 run 1', 't3 run 1']);
});

it('of the examples of a thread, one with a place in the source is kept, then the first by run and event', () => {
  expect(listed(['t', 'b', { event: 1 }], ['t', 'c', { event: 9, site: 'a.ts:1' }], ['t', 'a', { event: 2, line: 2 }])).toEqual(['t c a.ts:1']);
  expect(listed(['t', 'b', { event: 1 }], ['t', 'a', { event: 10 }], ['t', 'a', { event: 9 }])).toEqual(['t a 9']);
});
