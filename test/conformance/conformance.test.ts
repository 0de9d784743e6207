/** The part of `pnpm conformance` that takes seconds. */
import { describe, expect, test } from 'vitest';
import { compareLockEvents, compareOverlaps, compareResults, Logs } from './compare.js';
import { firstCrossedClaim } from './crossed-claim.js';

const logs = new Logs();

describe('the model of jemalloc 4.5.0 does what the real one did', () => {
  test('outcome, call and mutex of every run', { timeout: 120_000 }, async () => {
    const tally = await compareResults(logs);
    expect(tally.differences).toEqual([]);
    expect(tally.equal + tally.undefinedOutcomes.length).toBe(387);
  });

  test('every lock and unlock', { timeout: 120_000 }, async () => {
    const tally = await compareLockEvents(logs);
    expect(tally.differences).toEqual([]);
    expect([tally.equal, tally.events]).toEqual([26, expect.any(Number)]);
    expect(tally.events).toBeGreaterThan(56_000);
  });

  test('the first overlap', { timeout: 120_000 }, async () => {
    const tally = await compareOverlaps(logs);
    expect(tally.differences).toEqual([]);
    expect(tally.equal).toBeGreaterThan(40);
  });
});

test('only traces that claim across small and large may be undefined', async () => {
  expect(firstCrossedClaim(await logs.get('tiny-48as32.bad'))).toBeUndefined();
  expect(firstCrossedClaim(await logs.get('tiny-20480as4096.bad'))).toBeDefined();
});
