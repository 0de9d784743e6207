import { afterEach, expect, test, vi } from 'vitest';
import type { Analysis } from '../../../packages/lockgraph/src/detect/finding.js';
import { Monitor } from '../../../packages/lockgraph/src/detect/monitor.js';
import { analyseTrace } from '../../../packages/lockgraph/src/detect/trace-analysis.js';
import { EventStore } from '../../../packages/lockgraph/src/trace/event-store.js';
import { readTrace } from '../../../packages/lockgraph/src/trace/open.js';
import { Registry } from '../../../packages/lockgraph/src/trace/registry.js';

afterEach(() => vi.unstubAllEnvs());

const HEADER = '{"lockgraph":"trace","version":1}';
/** More than the recorder of an analysis remembers. */
const MANY = 70_000;

async function analysed(...lines: readonly string[]): Promise<Analysis> {
  async function* chunks(): AsyncGenerator<Uint8Array> {
    yield Buffer.from(`${lines.join('\n')}\n`);
  }
  return analyseTrace({ name: 'test', chunks: chunks() });
}

test('a place long before the end of a trace has its line, also where events before it were dropped', async () => {
  const nested = (from: number, thread: string, outer: string, inner: string): string[] => [
    `[${from},"take","${thread}","${outer}",0,0]`,
    `[${from + 1},"take","${thread}","${inner}",0,0]`,
    `[${from + 2},"release","${thread}","${inner}",0,0]`,
    `[${from + 3},"release","${thread}","${outer}",0,0]`,
  ];
  const others = Array.from({ length: MANY }, (_, i) => `[${i + 105},"${i % 2 === 0 ? 'take' : 'release'}","t3","c",0,0]`);
  const { findings } = await analysed(HEADER, '["lock","a"]', '["lock","b"]', '["lock","c"]', ...nested(101, 't1', 'a', 'b'), ...others, ...nested(105 + MANY, 't2', 'b', 'a'));
  expect(findings.map(({ kind }) => kind)).toEqual(['lock-order']);
  expect(findings[0]!.cycle.map(({ requestedAt: { event, line } }) => [event, line]).toSorted()).toEqual([[102, 6], [105 + MANY + 1, 9 + MANY + 1]]);
});

/** Two threads that nest two locks in opposite orders, before and after many events of a third. */
const LONG_STD = [
  'T1|acq(A)|1\nT1|acq(B)|2\nT1|rel(B)|3\nT1|rel(A)|4\n',
  'T3|acq(C)|5\nT3|rel(C)|6\n'.repeat(2 * MANY),
  'T2|acq(B)|7\nT2|acq(A)|8\nT2|rel(A)|9\nT2|rel(B)|10\n',
].join('');

async function predicted(store: EventStore, registry: Registry): Promise<Analysis> {
  async function* chunks(): AsyncGenerator<Uint8Array> {
    yield Buffer.from(LONG_STD);
  }
  const monitor = new Monitor({ registry, store });
  await readTrace({ name: 'test', chunks: chunks() }, monitor, registry);
  monitor.finish();
  await monitor.predictInTurns();
  store.close();
  return monitor.analysis('test');
}

test('where the events cannot all be kept, what is possible is told, and why no more is', async () => {
  vi.stubEnv('TMPDIR', '/dev/null');
  const { findings, search, source } = await predicted(new EventStore({ line: 0 }, undefined, 0), new Registry());
  expect(findings.map(({ kind, evidence, unproved }) => [kind, evidence, unproved])).toEqual([['lock-order', 'possible', 'storage']]);
  expect(search).toEqual({ maxCycle: 5, truncated: ['storage'], storage: { folder: '/dev/null', error: 'ENOTDIR: not a directory' } });
  expect(source.complete).toBe(true);
});

test('where there are more events than are kept, the search has given up', async () => {
  const { findings, search } = await predicted(new EventStore({ line: 0 }, 1000), new Registry());
  expect(findings.map(({ evidence, unproved }) => [evidence, unproved])).toEqual([['possible', 'gave-up']]);
  expect(search).toEqual({ maxCycle: 5, truncated: ['events'] });
});
