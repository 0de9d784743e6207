import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import * as lockgraph from 'lockgraph';
import { describe, expect, test } from 'vitest';

const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');

/** What the first column of the library's table promises: `Name` of `new Name(…)`, `name` of `name(…)` and of `name`; no methods. */
function promised(): string[] {
  const lines = readme.split('\n');
  const start = lines.findIndex((line) => line.startsWith('| from `lockgraph` |')) + 2;
  const cells = lines.slice(start, lines.indexOf('', start)).map((line) => line.split('|')[1]!);
  const spans = cells.flatMap((cell) => [...cell.matchAll(/`([^`]+)`/g)].map(([, span]) => span!));
  return spans.flatMap((span) => /^(?:new )?(\w+)(?:\(|$)/.exec(span)?.[1] ?? []);
}

describe('the table of the library in the README', () => {
  test('has rows', () => expect(promised()).toContain('Simulation'));

  test.each(promised())('promises %s, which is an export', (name) => {
    expect(lockgraph).toHaveProperty(name);
  });
});

test('a trace is written, read and analysed with what lockgraph exports', async () => {
  const { EventKind, Mode } = lockgraph;
  const registry = new lockgraph.Registry();
  const log = new lockgraph.Recorder(registry);
  const monitor = new lockgraph.Monitor({ registry, log });
  const thread = registry.threads.id('t0');
  const lock = registry.addLock({ name: 'm' });
  monitor.emit(EventKind.acquire, thread, lock, Mode.exclusive, 0, 0, 0, 0);
  monitor.emit(EventKind.request, thread, lock, Mode.exclusive, 0, 0, 0, 0);
  let text = '';
  const writer = new lockgraph.JsonlWriter(registry, (chunk) => (text += chunk));
  lockgraph.writeLog(log, writer);
  writer.end(true);

  const again = new lockgraph.Registry();
  const reader = new lockgraph.Monitor({ registry: again, log: new lockgraph.Recorder(again) });
  const source: lockgraph.TraceSource = { name: 'a run', chunks: bytes(text) };
  const summary: lockgraph.TraceSummary = await lockgraph.readTrace(source, reader, again);
  expect(summary).toMatchObject({ events: 2, complete: true });
  reader.finish();
  expect(reader.findings.map(({ kind }) => kind)).toEqual(['self-deadlock']);
});

test('what the recorder of a simulation remembers is written as a trace, which says what the run said', async () => {
  const simulation = new lockgraph.Simulation({ name: 'run' });
  const mutex = new lockgraph.Mutex(simulation.monitor, { name: 'm' });
  simulation.spawn('t', async (thread) => {
    await mutex.acquire(thread);
    await mutex.acquire(thread);
  });
  const run = await simulation.run();
  let text = '';
  const writer = new lockgraph.JsonlWriter(simulation.monitor.registry, (chunk) => (text += chunk));
  lockgraph.writeLog(simulation.monitor.log, writer);
  writer.end(run.outcome === 'stopped');
  writer.close();
  const { findings, source } = await lockgraph.analyseTrace({ name: 'run', chunks: bytes(text) });
  expect(source).toMatchObject({ complete: true, events: run.analysis.source.events });
  expect(findings.map(({ id }) => id)).toEqual(run.analysis.findings.map(({ id }) => id));
});

async function* bytes(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text);
}

test("the program in the package's README runs, and hangs as it says", () => {
  const text = readFileSync(new URL('../../packages/lockgraph/README.md', import.meta.url), 'utf8');
  const program = /```ts\n(.*?)```/s.exec(text)![1]!;
  const root = fileURLToPath(new URL('../..', import.meta.url));
  const { status, stderr } = spawnSync(process.execPath, ['--import', 'tsx', '--input-type=module', '--eval', program], { cwd: root, encoding: 'utf8' });
  expect(stderr).toContain('deadlock (observed)');
  expect(status).toBe(1);
});
