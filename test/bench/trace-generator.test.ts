/** The traces of the bench are what they say: checked by the brute-force oracle, and by the definition of a pattern. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { isRepeatable, type Kind, plantedAlike, plantedLines } from '../../bench/planted-patterns.js';
import { type TraceShape, writeStdTrace } from '../../bench/trace-generator.js';
import { predictableDeadlocks } from '../lockgraph/detect/predict/oracle.js';
import { patterns, unorderedByForkJoin } from '../lockgraph/detect/predict/patterns.js';
import { Reordering } from '../lockgraph/detect/predict/reordering.js';
import { parseStd, type StdTrace } from '../lockgraph/detect/predict/std-trace.js';

function generated(shape: TraceShape): StdTrace {
  const folder = mkdtempSync(join(tmpdir(), 'lockgraph-generator-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  writeStdTrace(join(folder, 'trace.std'), shape);
  return parseStd(readFileSync(join(folder, 'trace.std'), 'utf8'));
}

/** Instances of one pattern after each other. */
function instances(kind: Kind): StdTrace {
  const lines = plantedLines(kind, kind, ['T1', 'T2', 'T3']);
  return parseStd([...lines, ...(isRepeatable(kind) ? lines : [])].join(''));
}

const sizes = (trace: StdTrace) => {
  const { syncPreserving, predictable, general } = predictableDeadlocks(trace);
  const all = patterns(trace);
  return {
    patterns: all.length > 0,
    unordered: unorderedByForkJoin(trace, all).length > 0,
    syncPreserving: syncPreserving.size > 0,
    predictable: predictable.size > 0,
    general: general.size > 0,
  };
};
const no = { patterns: false, unordered: false, syncPreserving: false, predictable: false, general: false };

test.each<readonly [Kind, ReturnType<typeof sizes>]>([
  ['syncPreserving', { ...no, patterns: true, unordered: true, syncPreserving: true, predictable: true }],
  ['threeCycle', { ...no, patterns: true, unordered: true, syncPreserving: true, predictable: true }],
  ['reversed', { ...no, patterns: true, unordered: true, predictable: true }],
  ['joinCycle', { ...no, general: true }],
  ['blocked', { ...no, patterns: true, unordered: true }],
  ['gate', no],
  ['ordered', { ...no, patterns: true }],
  ['sameThread', no],
])('what is planted as %s is that, however often', (kind, expected) => {
  expect(sizes(instances(kind))).toEqual(expected);
});

test('a generated trace is one that a program could have left', () => {
  const trace = generated({ events: 3_000, threads: 5, locks: 9, sections: 20, planted: plantedAlike(8) });
  const reordering = new Reordering(trace);
  let state = reordering.start;
  for (const { thread, line } of trace.events) {
    const at = trace.threads.indexOf(thread);
    expect([line, reordering.isEnabled(state, at)]).toEqual([line, true]);
    state = reordering.after(state, at);
  }
});

test('a generated trace has the patterns that are planted, and no other', () => {
  const none = generated({ events: 1_000, threads: 5, locks: 9, sections: 20, planted: plantedAlike(0) });
  expect(patterns(none)).toEqual([]);
  const some = generated({ events: 1_000, threads: 5, locks: 9, sections: 20, planted: plantedAlike(8), instances: 2 });
  const locks = patterns(some).map((lines) => lines.map((line) => some.events.find((event) => event.line === line)!.operand.split('.', 1)[0]));
  expect(new Set(locks.flat())).toEqual(new Set(['syncPreserving0', 'threeCycle0', 'reversed0', 'blocked0', 'ordered0']));
  for (const of of locks) expect(new Set(of).size).toBe(1);
});

test('half of the events are accesses, as asked', () => {
  const { events } = generated({ events: 20_000, planted: plantedAlike(0) });
  const share = (op: string): number => (100 * events.filter((event) => event.op === op).length) / events.length;
  expect(share('r')).toBeGreaterThan(43);
  expect(share('r')).toBeLessThan(47);
  expect(share('w')).toBeGreaterThan(9);
  expect(share('w')).toBeLessThan(11);
});

test('patterns of all kinds alike make up the number that is asked for', () => {
  const counts = Object.values(plantedAlike(77));
  expect(counts.reduce((one, other) => one + other)).toBe(77);
  expect(Math.max(...counts) - Math.min(...counts)).toBe(1);
});
