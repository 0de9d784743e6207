import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Learned } from '../../../../packages/lockgraph/src/detect/predict/learned.js';

test.each([
  ['few', 5],
  ['many', 5_000],
])('what is learned of %s threads is news once, and again when it is more', (_, threads) => {
  const thread = fc.integer({ min: threads - 5, max: threads - 1 });
  fc.assert(
    fc.property(fc.array(fc.tuple(thread, thread, fc.nat(6))), (all) => {
      const learned = new Learned(threads);
      const known = new Map<string, number>();
      for (const [one, other, steps] of all) {
        const pair = `${one} ${other}`;
        expect(learned.isNews(one, other, steps)).toBe(steps > (known.get(pair) ?? 0));
        known.set(pair, Math.max(steps, known.get(pair) ?? 0));
      }
    }),
    { numRuns: 50 },
  );
});
