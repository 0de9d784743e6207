import { expect, test } from 'vitest';
import { TraceWindow } from '../../../../packages/lockgraph/src/detect/predict/trace-window.js';
import { WindowState } from '../../../../packages/lockgraph/src/detect/predict/window-state.js';
import { NONE } from '../../../../packages/lockgraph/src/detect/state/columns.js';
import { RandomNumbers } from './random-numbers.js';
import { Reordering } from './reordering.js';
import type { State } from './reordering.js';
import { parseStd } from './std-trace.js';
import { randomRows, stored } from './stored.js';

const SEEDS = Array.from({ length: 100 }, (_, index) => index + 1);

/** All that a state tells. */
function seen(state: WindowState, variables: number): unknown {
  const { window } = state;
  return {
    done: [...state.done],
    path: [...state.path],
    isDone: Array.from({ length: window.size }, (_, event) => state.isDone(event)),
    next: window.events.map((_, thread) => state.next(thread)),
    enabled: window.events.map((_, thread) => state.next(thread) !== NONE && state.isEnabled(state.next(thread))),
    owners: window.owner.map((_, lock) => state.owner(lock)),
    values: Array.from({ length: variables }, (_, variable) => state.value(variable)),
    hash: state.hash,
  };
}

test('the way back leads to the very state that was there, however long it is', async () => {
  for (const seed of SEEDS) {
    const { store, shape } = await stored(randomRows(seed));
    const random = new RandomNumbers(seed);
    const from = random.chance(50) ? 0 : random.below(store.size);
    const window = new TraceWindow(store, shape, from, store.size);
    const variables = 1 + Math.max(0, ...Array.from({ length: window.size }, (_, event) => window.object[event]!));
    const state = new WindowState(window);
    const before = [seen(state, variables)];
    for (let step = 0; step < 100; step++) {
      const enabled = window.events.flatMap((_, thread) => (state.next(thread) !== NONE && state.isEnabled(state.next(thread)) ? [state.next(thread)] : []));
      if (enabled.length > 0 && random.chance(75)) {
        state.do(random.pick(enabled));
        before.push(seen(state, variables));
        expect(state.path).toHaveLength(before.length - 1);
      } else {
        const length = random.below(before.length);
        before.length = length + 1;
        state.backTo(length);
        expect([seed, seen(state, variables)]).toEqual([seed, before[length]]);
      }
    }
  }
});

test('of a whole trace, an event is enabled exactly where a naive check says so', async () => {
  let enabled = 0;
  for (const seed of SEEDS) {
    const text = randomRows(seed);
    const { store, shape } = await stored(text);
    const reordering = new Reordering(parseStd(text));
    const random = new RandomNumbers(seed);
    const window = new TraceWindow(store, shape, 0, store.size);
    const state = new WindowState(window);
    let naive: State = reordering.start;
    for (;;) {
      const threads = [...reordering.trace.threads.keys()];
      const may = threads.filter((thread) => reordering.isEnabled(naive, thread));
      expect([seed, threads.filter((thread) => state.next(thread) !== NONE && state.isEnabled(state.next(thread)))]).toEqual([seed, may]);
      expect(threads.map((thread) => state.next(thread) + 1)).toEqual(threads.map((thread) => reordering.next(naive, thread)?.line ?? 0));
      if (may.length === 0) break;
      const thread = random.pick(may);
      state.do(state.next(thread));
      naive = reordering.after(naive, thread);
      enabled++;
    }
  }
  expect(enabled).toBeGreaterThan(1_000);
});

test('two orders have the same hash exactly if they come to the same state', async () => {
  let met = 0;
  for (const seed of SEEDS) {
    const { store, shape } = await stored(randomRows(seed));
    const random = new RandomNumbers(seed);
    const window = new TraceWindow(store, shape, 0, store.size);
    const hashes = new Map<string, number>();
    const states = new Map<number, string>();
    for (let walk = 0; walk < 20; walk++) {
      const state = new WindowState(window);
      for (;;) {
        const values = [...Array.from({ length: 3 }).keys()].map((variable) => state.value(variable));
        const key = `${state.done.join()} ${values.join()}`;
        if (hashes.has(key)) met++;
        expect([hashes.get(key) ?? state.hash, states.get(state.hash) ?? key]).toEqual([state.hash, key]);
        hashes.set(key, state.hash);
        states.set(state.hash, key);
        const enabled = window.events.flatMap((_, thread) => (state.next(thread) !== NONE && state.isEnabled(state.next(thread)) ? [state.next(thread)] : []));
        if (enabled.length === 0) break;
        state.do(random.pick(enabled));
      }
    }
  }
  expect(met).toBeGreaterThan(1_000);
});
