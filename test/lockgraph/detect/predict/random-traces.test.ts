import { expect, test } from 'vitest';
import { predictableDeadlocks } from './oracle.js';
import { randomTrace } from './random-traces.js';
import { Reordering } from './reordering.js';
import { parseStd } from './std-trace.js';

const SEEDS = Array.from({ length: 500 }, (_, index) => index + 1);

test('a random trace is itself one of its correct reorderings', () => {
  for (const seed of SEEDS) {
    const trace = parseStd(randomTrace(seed));
    const reordering = new Reordering(trace);
    let state = reordering.start;
    for (const { thread, line } of trace.events) {
      const at = trace.threads.indexOf(thread);
      expect([seed, line, reordering.isEnabled(state, at)]).toEqual([seed, line, true]);
      state = reordering.after(state, at);
    }
  }
});

test('the same seed gives the same trace, another seed another', () => {
  expect(new Set([...SEEDS, ...SEEDS].map(randomTrace)).size).toBeGreaterThan(490);
  expect(new Set([...SEEDS, ...SEEDS].map(randomTrace)).size).toBeLessThanOrEqual(500);
});

test('random traces are small, and have all that a trace can have', () => {
  const traces = SEEDS.map((seed) => ({ text: randomTrace(seed), trace: parseStd(randomTrace(seed)) }));
  expect(Math.max(...traces.map(({ trace }) => trace.events.length))).toBeLessThanOrEqual(36);
  for (const op of ['fork', 'join', 'r', 'w', 'req']) expect(traces.filter(({ text }) => text.includes(`|${op}(`)).length).toBeGreaterThan(50);
  const found = traces.map(({ trace }) => predictableDeadlocks(trace));
  expect(found.filter(({ syncPreserving }) => syncPreserving.size > 0).length).toBeGreaterThan(80);
  expect(found.filter(({ predictable, syncPreserving }) => predictable.size > syncPreserving.size).length).toBeGreaterThan(30);
  expect(found.filter(({ general }) => general.size > 0).length).toBeGreaterThan(5);
});
