import { beforeAll, expect, test } from 'vitest';
import { atOnce } from '../../../../packages/lockgraph/src/detect/predict/parts.js';
import { TraceWindow } from '../../../../packages/lockgraph/src/detect/predict/trace-window.js';
import { neededLimits } from '../../../../packages/lockgraph/src/detect/predict/window-limits.js';
import { WindowSearch } from '../../../../packages/lockgraph/src/detect/predict/window-search.js';
import type { WindowGoal } from '../../../../packages/lockgraph/src/detect/predict/window-search.js';
import { NONE } from '../../../../packages/lockgraph/src/detect/state/columns.js';
import { cycleKey, predictableDeadlocks } from './oracle.js';
import { patterns } from './patterns.js';
import { scheduleError } from './schedule-checker.js';
import { parseStd } from './std-trace.js';
import type { StdTrace } from './std-trace.js';
import { randomRows, stored } from './stored.js';

const SEEDS = Array.from({ length: 250 }, (_, index) => index + 1);

interface Goal {
  readonly seed: number;
  readonly trace: StdTrace;
  readonly window: TraceWindow;
  readonly goal: WindowGoal;
  /** By thread: where it stops, or NONE; and how many of its events may be done. */
  readonly caps: Int32Array;
  readonly limits: Int32Array;
  readonly lines: readonly number[];
  readonly isReached: boolean;
}

/** Each pattern of a random trace as a goal, with whether an order reaches it. */
async function* randomGoals(): AsyncGenerator<Goal> {
  for (const seed of SEEDS) {
    const text = randomRows(seed);
    const trace = parseStd(text);
    const all = patterns(trace);
    if (all.length === 0) continue;
    const { store, shape } = await stored(text);
    const window = new TraceWindow(store, shape, 0, store.size);
    const { predictable } = predictableDeadlocks(trace);
    for (const lines of all) {
      const goal: WindowGoal = { threads: lines.map((line) => window.thread[line - 1]!), stops: lines.map((line) => new Set([line - 1])) };
      const caps = new Int32Array(window.events.length).fill(NONE);
      for (const [i, thread] of goal.threads.entries()) caps[thread] = window.events[thread]!.indexOf(lines[i]! - 1);
      const limits = caps.map((cap, thread) => (cap === NONE ? window.events[thread]!.length : cap));
      yield { seed, trace, window, goal, caps, limits, lines, isReached: predictable.has(cycleKey(lines)) };
    }
  }
}

const goals: Goal[] = [];
beforeAll(async () => {
  for await (const goal of randomGoals()) goals.push(goal);
});

test('what can be reached is found, what cannot is not, and what is found is a schedule', () => {
  let reached = 0;
  let unreached = 0;
  for (const { seed, trace, window, goal, limits, lines, isReached } of goals) {
    const found = atOnce(new WindowSearch(window, goal, limits, false).run(Infinity));
    expect([seed, lines, typeof found]).toEqual([seed, lines, isReached ? 'object' : 'undefined']);
    if (isReached) reached++;
    else unreached++;
    if (typeof found !== 'object') continue;
    expect(found.stops.map((event) => event + 1)).toEqual(lines);
    expect(scheduleError(trace, found.path.map((event) => event + 1), lines)).toBeUndefined();
  }
  expect([reached > 100, unreached > 50]).toEqual([true, true]);
});

test('where only what is needed is executed, what is found is a schedule still', () => {
  let found = 0;
  for (const { trace, window, goal, caps, limits, lines, isReached } of goals) {
    const needed = neededLimits(window, caps);
    expect(needed.every((limit, thread) => limit <= limits[thread]!)).toBe(true);
    const reached = atOnce(new WindowSearch(window, goal, needed, false).run(Infinity));
    if (typeof reached !== 'object') continue;
    found++;
    expect(isReached).toBe(true);
    expect(scheduleError(trace, reached.path.map((event) => event + 1), lines)).toBeUndefined();
  }
  expect(found).toBeGreaterThan(100);
});

test('a search that may see any write finds at least what one finds that may not', () => {
  for (const { seed, window, goal, limits, lines, isReached } of goals) {
    const found = atOnce(new WindowSearch(window, goal, limits, true).run(Infinity));
    expect([seed, lines, isReached && found === undefined]).toEqual([seed, lines, false]);
  }
});

test('a search that may visit fewer states than it has to gives up', () => {
  let gaveUp = 0;
  for (const { window, goal, limits } of goals) {
    const search = new WindowSearch(window, goal, limits, false);
    const found = atOnce(search.run(1));
    expect(search.states).toBeLessThanOrEqual(1);
    if (found === 'gave-up') gaveUp++;
  }
  expect(gaveUp).toBeGreaterThan(10);
});
