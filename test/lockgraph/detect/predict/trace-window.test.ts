import { describe, expect, test } from 'vitest';
import { Deed, TraceWindow } from '../../../../packages/lockgraph/src/detect/predict/trace-window.js';
import { WindowState } from '../../../../packages/lockgraph/src/detect/predict/window-state.js';
import { neededLimits } from '../../../../packages/lockgraph/src/detect/predict/window-limits.js';
import { NONE } from '../../../../packages/lockgraph/src/detect/state/columns.js';
import { stored } from './stored.js';

async function windowOf(lines: readonly string[], from = 0, to = lines.length): Promise<TraceWindow> {
  const { store, shape } = await stored(`${lines.map((line) => `${line}|1`).join('\n')}\n`);
  return new TraceWindow(store, shape, from, to);
}

describe('a stretch of a trace', () => {
  test('has its threads, locks and variables by small numbers, and its events by thread', async () => {
    const window = await windowOf(['T9|w(x)', 'T8|acq(A)', 'T7|acq(B)', 'T8|rel(A)', 'T7|r(x)'], 1);
    expect([window.start, window.size]).toEqual([1, 4]);
    expect(window.events).toEqual([
      [0, 2],
      [1, 3],
    ]);
    expect([...window.deed]).toEqual([Deed.acquire, Deed.acquire, Deed.release, Deed.read]);
    expect([...window.object]).toEqual([0, 1, 0, 0]);
    expect([...window.release]).toEqual([2, NONE, NONE, NONE]);
  });

  test('knows the write that a read saw, or that it was before', async () => {
    const window = await windowOf(['T1|r(x)', 'T1|w(x)', 'T2|r(x)', 'T1|w(x)', 'T2|r(x)', 'T1|r(x)']);
    expect([...window.writer]).toEqual([NONE, NONE, 1, NONE, 3, 3]);
    expect(window.firstReads).toEqual([[0]]);
    expect([...window.readsOf]).toEqual([
      [1, [2]],
      [3, [4, 5]],
    ]);
  });

  test('has a lock held from the beginning if it is given back first', async () => {
    const window = await windowOf(['T1|acq(A)', 'T1|rel(A)', 'T2|acq(A)', 'T2|rel(A)'], 1);
    expect([window.owner, window.depth]).toEqual([[0], [1]]);
    const state = new WindowState(window);
    expect(state.isEnabled(1)).toBe(false);
    state.do(0);
    expect(state.isEnabled(1)).toBe(true);
  });

  test('keeps a lock that was taken twice until it is given back twice', async () => {
    const state = new WindowState(await windowOf(['T1|acq(A)', 'T1|acq(A)', 'T1|rel(A)', 'T1|rel(A)', 'T2|acq(A)']));
    for (const event of [0, 1, 2]) state.do(event);
    expect(state.isEnabled(4)).toBe(false);
    state.do(3);
    expect(state.isEnabled(4)).toBe(true);
  });

  test('joins a thread after what it had done in the stretch, and one that did nothing there at any time', async () => {
    const window = await windowOf(['T2|w(x)', 'T3|w(x)', 'T1|join(T2)', 'T1|join(T3)'], 1);
    expect([...window.needs]).toEqual([NONE, NONE, 0]);
  });

  test('starts a thread before its next event, as often as it is started', async () => {
    const window = await windowOf(['T1|fork(T2)', 'T2|w(x)', 'T2|w(x)', 'T1|join(T2)', 'T1|fork(T2)', 'T2|w(x)', 'T1|fork(T3)', 'T1|fork(T3)', 'T3|w(x)']);
    expect([...window.startedBy]).toEqual([NONE, 0, NONE, NONE, NONE, 4, NONE, NONE, 7]);
    expect(window.needs[7]).toBe(6);
  });
});

describe('as far as a thread has to go for a stop', () => {
  const limits = (window: TraceWindow, stops: Readonly<Record<number, number>>): number[] =>
    [...neededLimits(window, Int32Array.from(window.events, (_, thread) => stops[thread] ?? NONE))];

  test('are its events before the stop, and nothing of others without a need', async () => {
    const window = await windowOf(['T1|acq(A)', 'T2|acq(B)', 'T2|rel(B)', 'T1|acq(B)', 'T1|rel(B)', 'T1|rel(A)']);
    expect(limits(window, { 0: 1 })).toEqual([1, 0]);
  });

  test('are the writes that it reads, with all before them, and the ends of critical sections that these are in', async () => {
    const window = await windowOf(['T2|w(y)', 'T2|acq(B)', 'T2|w(x)', 'T2|w(y)', 'T2|rel(B)', 'T2|w(y)', 'T1|r(x)', 'T1|acq(A)']);
    expect(limits(window, { 1: 1 })).toEqual([5, 1]);
  });

  test('are starts and joins, also of a thread that stops before its first event', async () => {
    const window = await windowOf(['T1|w(x)', 'T1|fork(T2)', 'T1|w(x)', 'T2|acq(A)', 'T2|rel(A)', 'T3|join(T2)', 'T3|acq(B)']);
    expect(limits(window, { 1: 0 })).toEqual([2, 0, 0]);
    expect(limits(window, { 2: 1 })).toEqual([2, 2, 1]);
  });

  test('go never beyond the last stop of a thread', async () => {
    const window = await windowOf(['T2|acq(A)', 'T2|w(x)', 'T2|rel(A)', 'T1|r(x)', 'T1|acq(B)']);
    expect(limits(window, { 0: 0, 1: 1 })).toEqual([0, 1]);
  });
});
