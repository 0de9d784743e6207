import { afterEach, describe, expect, it, vi } from 'vitest';
import { atOnce, inTurns } from '../../../../packages/lockgraph/src/detect/predict/parts.js';
import type { Parts } from '../../../../packages/lockgraph/src/detect/predict/parts.js';
import { analyseTrace } from '../../../../packages/lockgraph/src/detect/trace-analysis.js';

afterEach(() => vi.restoreAllMocks());

/** From now on, each look at the clock finds it so many milliseconds later. */
function everyLookTakes(milliseconds: number): void {
  let now = 0;
  vi.spyOn(performance, 'now').mockImplementation(() => (now += milliseconds));
}

/** Counts the turns of the event loop until it is stopped. */
function turns(): { count: number; stop(): void } {
  const counted = { count: 0, stop: () => clearImmediate(next) };
  const turn = (): void => {
    counted.count++;
    next = setImmediate(turn);
  };
  let next = setImmediate(turn);
  return counted;
}

function* counting(parts: number, done: number[]): Parts<string> {
  for (let part = 0; part < parts; part++) {
    done.push(part);
    yield;
  }
  return 'done';
}

describe('work in parts', () => {
  it('is all done, in order, and comes to what it returns', async () => {
    const one: number[] = [];
    const other: number[] = [];
    expect(atOnce(counting(4, one))).toBe('done');
    expect(await inTurns(counting(4, other))).toBe('done');
    expect([one, other]).toEqual([[0, 1, 2, 3], [0, 1, 2, 3]]);
  });

  it('lets the event loop turn when its time is over, and not before', async () => {
    everyLookTakes(20);
    const loop = turns();
    await inTurns(counting(300, []));
    loop.stop();
    // Three looks at the clock are 60 ms, and one starts the next turn.
    expect(loop.count).toBeGreaterThanOrEqual(99);
    expect(loop.count).toBeLessThanOrEqual(101);
  });

  it('fails as its parts do', async () => {
    const failing = function* (): Parts<void> {
      yield;
      throw new Error('no');
    };
    expect(() => atOnce(failing())).toThrow('no');
    await expect(inTurns(failing())).rejects.toThrow('no');
  });
});

describe('the analysis of a trace', () => {
  const section = (thread: string, outer: string, inner: string): string => [`acq(${outer})`, `acq(${inner})`, `rel(${inner})`, `rel(${outer})`].map((what) => `${thread}|${what}|1\n`).join('');

  it('lets the event loop turn in all that it does after reading', async () => {
    everyLookTakes(50);
    let loop: ReturnType<typeof turns> | undefined;
    async function* chunks(): AsyncGenerator<Uint8Array> {
      // What T2 does is not kept apart from T1 by any order, but comes after all else.
      yield Buffer.from(`${section('T1', 'A', 'B')}${'T3|acq(C)|1\nT3|rel(C)|1\nT4|acq(C)|1\nT4|rel(C)|1\n'.repeat(100_000)}${section('T2', 'B', 'A')}`);
      loop = turns();
    }
    const { findings } = await analyseTrace({ name: 'test', chunks: chunks() });
    loop!.stop();
    expect(findings.map(({ evidence }) => evidence)).toEqual(['proved']);
    expect(loop!.count).toBeGreaterThan(8);
  });
});
