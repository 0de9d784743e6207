import { describe, expect, test } from 'vitest';
import { analysed, told } from '../predict/traces.js';
import type { Locks } from '../predict/traces.js';

const nested = (thread: string, first: string, second: string): string[] => [
  `${thread} take ${first}`,
  `${thread} take ${second}`,
  `${thread} release ${second}`,
  `${thread} release ${first}`,
];

/** Whether the two nestings in a trace are kept apart. */
async function isOrdered(lines: readonly string[], locks: Locks): Promise<boolean> {
  const { findings, refuted } = await analysed(lines, locks);
  expect(findings.length + (refuted.ordered ?? 0)).toBe(1);
  return refuted.ordered === 1;
}

const semaphore = (permits: number): Locks => ({ S: { kind: 'semaphore', permits } });
const barrier = (parties: number): Locks => ({ P: { kind: 'barrier', parties } });

describe('a semaphore that begins without a permit', () => {
  test('orders what comes before a release and what comes after its permit is taken', async () => {
    const lines = [...nested('t1', 'A', 'B'), 't1 release S permits', 't2 take S permits', ...nested('t2', 'B', 'A')];
    expect(await isOrdered(lines, semaphore(0))).toBe(true);
  });

  test('orders nothing that comes after the release', async () => {
    const lines = ['t1 release S permits', ...nested('t1', 'A', 'B'), 't2 take S permits', ...nested('t2', 'B', 'A')];
    expect(await isOrdered(lines, semaphore(0))).toBe(false);
  });

  test('orders what comes before the second of two releases only for who takes both permits', async () => {
    const released = ['t1 release S permits', ...nested('t1', 'A', 'B'), 't1 release S permits'];
    expect(await isOrdered([...released, 't2 take S permits 2', ...nested('t2', 'B', 'A')], semaphore(0))).toBe(true);
    expect(await isOrdered([...released, 't2 take S permits', 't2 take S permits', ...nested('t2', 'B', 'A')], semaphore(0))).toBe(true);
    expect(await isOrdered([...released, 't2 take S permits', ...nested('t2', 'B', 'A')], semaphore(0))).toBe(false);
    // On another schedule, t2 takes the first one.
    expect(await isOrdered([...released, 't3 take S permits', 't2 take S permits', ...nested('t2', 'B', 'A')], semaphore(0))).toBe(false);
  });

  test('orders nothing if several threads release', async () => {
    const lines = ['t3 release S permits', ...nested('t1', 'A', 'B'), 't1 release S permits', 't2 take S permits 2', ...nested('t2', 'B', 'A')];
    expect(await isOrdered(lines, semaphore(0))).toBe(false);
  });
});

test('a semaphore that begins with a permit orders nothing', async () => {
  const lines = [...nested('t1', 'A', 'B'), 't1 release S permits', 't2 take S permits', ...nested('t2', 'B', 'A')];
  expect(await isOrdered(lines, semaphore(1))).toBe(false);
});

describe('a barrier', () => {
  const meet = (...threads: readonly string[]): string[] => [...threads.map((thread) => `${thread} request P`), ...threads.map((thread) => `${thread} acquire P`)];

  test('orders what comes before it and what comes after it, of different threads', async () => {
    expect(await isOrdered([...nested('t1', 'A', 'B'), ...meet('t1', 't2'), ...nested('t2', 'B', 'A')], barrier(2))).toBe(true);
  });

  test('orders nothing that comes on the same side of it', async () => {
    expect(await isOrdered([...nested('t1', 'A', 'B'), ...nested('t2', 'B', 'A'), ...meet('t1', 't2')], barrier(2))).toBe(false);
    expect(await isOrdered([...meet('t1', 't2'), ...nested('t1', 'A', 'B'), ...nested('t2', 'B', 'A')], barrier(2))).toBe(false);
  });

  test('orders each meeting of the same threads', async () => {
    expect(await isOrdered([...meet('t1', 't2'), ...nested('t1', 'A', 'B'), ...meet('t1', 't2'), ...nested('t2', 'B', 'A')], barrier(2))).toBe(true);
  });

  test('orders nothing before all have come', async () => {
    expect(await isOrdered([...nested('t1', 'A', 'B'), 't1 request P', ...nested('t2', 'B', 'A')], barrier(2))).toBe(false);
  });

  test('orders nothing any more when more threads use it than it waits for: any of them may meet', async () => {
    const lines = [...meet('t1', 't2'), ...nested('t3', 'A', 'B'), ...meet('t3', 't4'), ...nested('t4', 'B', 'A')];
    expect(await isOrdered(lines, barrier(2))).toBe(false);
  });
});

test('what a barrier keeps apart is not proved either', async () => {
  const lines = [...nested('t1', 'A', 'B'), 't1 request P', 't2 request P', 't1 acquire P', 't2 acquire P', ...nested('t2', 'B', 'A')];
  expect(told(await analysed(lines, barrier(2)))).toEqual([]);
});
