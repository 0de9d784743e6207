import { expect, test } from 'vitest';
import { Monitor } from '../../../packages/lockgraph/src/detect/monitor.js';
import { EventKind, Mode } from '../../../packages/lockgraph/src/trace/event.js';
import { Recorder } from '../../../packages/lockgraph/src/trace/recorder.js';
import { Registry } from '../../../packages/lockgraph/src/trace/registry.js';
import { Run, story } from './run.js';

test('events and notes of a live run are numbered from 1', () => {
  const run = new Run();
  const numbers: number[] = [];
  run.monitor.addSink({ event: (event) => numbers.push(event), note: (event) => numbers.push(event), end() {} });
  run.take('t0', 'm');
  run.note('t0', { kind: 'x/y' });
  run.release('t0', 'm');
  expect(numbers).toEqual([1, 2, 3, 4]);
});

test('whoever listens hears an event before it is judged', () => {
  const run = new Run();
  const before: number[] = [];
  run.monitor.addSink({ event: () => before.push(run.findings.length), note() {}, end() {} });
  run.take('t0', 'm');
  run.want('t0', 'm');
  expect(before).toEqual([0, 0, 0]);
  expect(run.findings).toHaveLength(1);
});

test('what fails inside does not reach the locks; the end of the run tells it', () => {
  const monitor = new Monitor();
  monitor.addSink({
    event() {
      throw new Error('disk full');
    },
    note() {},
    end() {},
  });
  expect(() => monitor.emit(EventKind.exit, 0, 0, 0, 0, 0, 0, 0)).not.toThrow();
  expect(() => monitor.finish()).toThrow('disk full');
});

test('an analysis counts events, threads, locks and operations', () => {
  const run = new Run();
  run.begin('t0', 'f');
  run.take('t0', 'm');
  run.begin('t1', 'f');
  run.take('t1', 'n');
  run.monitor.finish();
  expect(run.monitor.analysis('x')).toEqual({
    source: { name: 'x', events: 6, threads: 2, locks: 2, operations: 2, complete: true },
    findings: [],
    refuted: {},
    refutedPatterns: [],
    search: { maxCycle: 5, truncated: [] },
  });
});

test('an analysis is complete only if no event is missing and the run has ended', () => {
  const cutOff = new Monitor();
  expect(cutOff.analysis('x').source.complete).toBe(false);
  const dropped = new Monitor();
  dropped.event(7, EventKind.begin, 0, 0, 0, 0, 1, 0, 0);
  dropped.end(false);
  expect(dropped.analysis('x').source.complete).toBe(false);
});

test('an analysis counts the events that came, not those that were dropped', () => {
  const monitor = new Monitor();
  const thread = monitor.registry.threads.id('t0');
  for (const event of [7, 8, 900_719_925_474]) monitor.event(event, EventKind.exit, thread, 0, 0, 0, 0, 0, 0);
  monitor.note(900_719_925_480, thread, 0, 0, { kind: 'a/b', data: {}, operations: [] });
  expect(monitor.analysis('x').source.events).toBe(4);
});

test('an analysis is complete though its recorder dropped old rows, for the detectors have seen them', () => {
  const registry = new Registry();
  const log = new Recorder(registry, { capacity: 16 });
  const monitor = new Monitor({ registry, log });
  for (let operation = 1; operation <= 1000; operation++) monitor.emit(EventKind.operation, 0, 0, Mode.exclusive, 0, operation, 0, 0);
  monitor.finish();
  expect(log.dropped).toBeGreaterThan(900);
  expect(monitor.analysis('x').source).toMatchObject({ events: 1000, complete: true });
});

test('what was found before the end of the run is not found again at a second end', () => {
  const run = new Run();
  run.take('t1', 'm');
  run.want('t2', 'm');
  run.monitor.finish({ stalled: true });
  run.monitor.finish({ stalled: true });
  expect(run.findings.map(({ count }) => count)).toEqual([1]);
});

test('a take is a request and its acquire: it ends a wait, holds the lock, and is told as an acquire', () => {
  const registry = new Registry();
  const run = new Run(new Recorder(registry), registry);
  run.take('t1', 'A');
  run.takeAtOnce('t2', 'B');
  run.want('t1', 'B');
  run.want('t2', 'A');
  expect(run.findings.map(({ kind, evidence }) => [kind, evidence])).toEqual([['deadlock', 'observed']]);
  expect(story(run.findings[0])).toEqual(['2 t1 acquire A', '3 t2 acquire B', '4 t1 request B', '5 t2 request A']);
  run.takeAtOnce('t2', 'C');
  expect(run.findings[0]).toMatchObject({ evidence: 'possible', broken: true });
  run.release('t2', 'C');
  run.release('t2', 'B');
  expect(run.kinds).toEqual(['deadlock']);
});

test('a take by a thread that was seen to end says that it lives', () => {
  const run = new Run();
  run.exit('t1');
  run.takeAtOnce('t1', 'm');
  run.want('t2', 'm');
  expect(run.kinds).toEqual([]);
});

test('a monitor gives the log that it was given, and says how to get one where it has none', () => {
  const registry = new Registry();
  const log = new Recorder(registry);
  expect(new Monitor({ registry, log }).log).toBe(log);
  expect(() => new Monitor().log).toThrow(/^this monitor remembers nothing: give it a log, as new Monitor\(\{ registry, log: new Recorder\(registry\) \}\) does/);
});
