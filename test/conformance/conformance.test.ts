/** `pnpm conformance`, as a part of `npm test`. */
import { describe, expect, test } from 'vitest';
import { comparisons } from './everything.js';
import { Logs } from './logs.js';
import { comparePredictions } from './predict.js';
import { firstCrossedClaim, firstWrongClaim } from './wrong-claims.js';

const logs = new Logs();

describe('the models do what the real allocators did', () => {
  test.each(comparisons)('$what', { timeout: 120_000 }, async ({ runs, equal, compare }) => {
    const tally = await compare(logs);
    expect(tally.differences).toEqual([]);
    expect([tally.compared, tally.equal]).toEqual([runs, equal]);
    expect(tally.undefinedOutcomes.length).toBeGreaterThanOrEqual(runs - equal);
  });
});

describe('a model may be undefined', () => {
  test('of jemalloc 4.5.0 in traces that claim across small and large', async () => {
    expect(firstCrossedClaim(await logs.get('tiny-48as32.bad'))).toBeUndefined();
    expect(firstCrossedClaim(await logs.get('tiny-20480as4096.bad'))).toBeDefined();
  });

  test('of jemalloc 5.3.0 in traces that claim a wrong class', async () => {
    expect(firstWrongClaim(await logs.get('tiny-48as32.ok'))).toBeUndefined();
    expect(firstWrongClaim(await logs.get('tiny-48as32.bad'))).toBe(601);
  });
});

test('the prediction proves what can happen, and nothing else', async () => {
  expect(await comparePredictions()).toEqual({
    traces: 217,
    proofs: 193,
    syncPreserving: { proved: 125, of: 125 },
    reordered: { proved: 48, of: 48 },
    throughJoins: { proved: 20, of: 20 },
    violations: [],
  });
});
