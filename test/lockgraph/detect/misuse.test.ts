import { expect, test } from 'vitest';
import { Mode } from '../../../packages/lockgraph/src/trace/event.js';
import type { EventKind } from '../../../packages/lockgraph/src/trace/event.js';
import { Recorder } from '../../../packages/lockgraph/src/trace/recorder.js';
import { Registry } from '../../../packages/lockgraph/src/trace/registry.js';
import { Run } from './run.js';

test('a release of a lock that nobody holds is unlock-not-held', () => {
  const run = new Run();
  run.release('t0', 'm');
  expect(run.findings[0]).toMatchObject({ kind: 'unlock-not-held', threads: ['t0'], locks: ['m'], cycle: [], count: 1 });
});

test("a release of another thread's lock is unlock-foreign, and names both", () => {
  const run = new Run();
  run.take('t1', 'm');
  run.release('t2', 'm');
  expect(run.findings[0]).toMatchObject({ kind: 'unlock-foreign', threads: ['t2', 't1'], locks: ['m'] });
});

test('under the policy throw a foreign release changes nothing', () => {
  const run = new Run();
  run.take('t1', 'm');
  run.release('t2', 'm');
  run.want('t1', 'm');
  expect(run.kinds).toEqual(['unlock-foreign', 'self-deadlock']);
});

test('under the policy pthread a foreign release frees the lock', () => {
  const run = new Run();
  run.lock('m', { unlock: 'pthread' });
  run.take('t1', 'm');
  run.release('t2', 'm');
  run.take('t3', 'm');
  run.release('t1', 'm');
  expect(run.findings).toMatchObject([{ kind: 'unlock-foreign', threads: ['t2', 't1'], count: 2 }]);
});

test('a release of one lock too many in a recursive mutex is misuse', () => {
  const run = new Run();
  run.lock('m', { recursive: true });
  run.take('t0', 'm', 'm');
  run.release('t0', 'm');
  run.release('t0', 'm');
  run.release('t0', 'm');
  expect(run.kinds).toEqual(['unlock-not-held']);
});

test('a thread that ends with locks has a finding for each', () => {
  const run = new Run();
  run.take('t0', 'a', 'b', 'c');
  run.release('t0', 'b');
  run.exit('t0');
  expect(run.findings.map(({ kind, locks }) => [kind, ...locks])).toEqual([
    ['exit-holding', 'a'],
    ['exit-holding', 'c'],
  ]);
});

test('a lock that is destroyed while held is destroy-held, and is free then', () => {
  const run = new Run();
  run.take('t1', 'm');
  run.destroy('t0', 'm');
  run.init('t0', 'm');
  run.take('t2', 'm');
  expect(run.findings).toMatchObject([{ kind: 'destroy-held', threads: ['t0', 't1'] }]);
});

test('a lock that is initialised while held is init-held', () => {
  const run = new Run();
  run.init('t0', 'm');
  run.take('t0', 'm');
  run.init('t0', 'm');
  expect(run.kinds).toEqual(['init-held']);
});

test('the same misuse on the same stack is counted; on another stack it is another', () => {
  const run = new Run();
  for (let i = 0; i < 3; i++) run.release('t0', 'm');
  run.enter('t0', 'f');
  run.release('t0', 'm');
  expect(run.findings.map(({ count }) => count)).toEqual([3, 1]);
  expect(new Set(run.findings.map(({ id }) => id)).size).toBe(2);
});

test('the same misuse by many threads is one finding, which names the first of them', () => {
  const run = new Run();
  for (let i = 0; i < 3000; i++) run.release(`t${i}`, 'm');
  expect(run.findings).toHaveLength(1);
  expect(run.findings[0]!.count).toBe(3000);
  expect(run.findings[0]!.threads.slice(0, 2)).toEqual(['t0', 't1']);
  expect(run.findings[0]!.threads).toHaveLength(64);
});

/** Counts the rows that are looked at. */
class CountingRecorder extends Recorder {
  looks = 0;

  override kind(row: number): EventKind {
    this.looks++;
    return super.kind(row);
  }
}

test('of ten thousand different misuses only the first look back in the log; the others tell themselves', () => {
  const registry = new Registry();
  const log = new CountingRecorder(registry);
  const run = new Run(log, registry);
  for (let i = 0; i < 100; i++) run.release('t', `m${i}`);
  const { looks } = log;
  expect(looks).toBeGreaterThan(0);
  for (let i = 100; i < 10_000; i++) run.release('t', `m${i}`);
  expect(log.looks).toBe(looks);
  expect(run.findings).toHaveLength(10_000);
  expect(run.findings.at(-1)!.history).toMatchObject([{ misuse: 'unlock-not-held', lock: 'm9999', first: true }]);
});

test('a release marks its event with how it was wrong, for whoever records it', () => {
  const run = new Run();
  const modes: number[] = [];
  run.monitor.addSink({ event: (_event, _kind, _thread, _object, mode) => modes.push(mode), note() {}, end() {} });
  run.acquire('t0', 'm');
  run.release('t0', 'm');
  run.release('t0', 'm');
  run.acquire('t1', 'm');
  run.release('t0', 'm');
  expect(modes).toEqual([Mode.exclusive, Mode.exclusive, Mode.unheld, Mode.exclusive, Mode.foreign]);
});

test('who gives a lock back that another thread was given meanwhile did no wrong: his release came too late in the trace', () => {
  const run = new Run();
  run.take('t0', 'm');
  run.take('t1', 'm');
  run.release('t0', 'm');
  run.release('t1', 'm');
  expect(run.kinds).toEqual([]);
  run.release('t0', 'm');
  expect(run.kinds).toEqual(['unlock-not-held']);
});

test('a second release is misuse all the same, and so is one after the lock was got again', () => {
  const run = new Run();
  run.take('t0', 'm');
  run.take('t1', 'm');
  run.release('t1', 'm');
  run.take('t0', 'm');
  run.release('t0', 'm');
  run.release('t0', 'm');
  expect(run.kinds).toEqual(['unlock-not-held']);
});

test('the same of a reader that a writer came after', () => {
  const run = new Run();
  run.lock('rw', { kind: 'rwlock' });
  run.takeIn(Mode.shared, 't0', 'rw');
  run.takeIn(Mode.shared, 't1', 'rw');
  run.takeIn(Mode.exclusive, 't2', 'rw');
  run.release('t0', 'rw', Mode.shared);
  run.release('t1', 'rw', Mode.shared);
  run.release('t2', 'rw');
  expect(run.kinds).toEqual([]);
});

test('of a recursive lock that was lost, as many releases are no misuse as there were acquires; none in another life', () => {
  const run = new Run();
  run.lock('r', { recursive: true });
  run.take('t0', 'r', 'r');
  run.take('t1', 'r');
  run.release('t0', 'r');
  run.release('t0', 'r');
  run.release('t1', 'r');
  expect(run.kinds).toEqual([]);
  run.take('t0', 'm');
  run.take('t1', 'm');
  run.release('t1', 'm');
  run.destroy('t1', 'm');
  run.init('t1', 'm');
  run.release('t0', 'm');
  expect(run.kinds).toEqual(['unlock-not-held']);
});

test('a lock that its holder got again, though it is not recursive, can be destroyed once it was given back', () => {
  const run = new Run();
  run.takeAtOnce('t0', 'm');
  run.takeAtOnce('t0', 'm');
  run.release('t0', 'm');
  run.destroy('t0', 'm');
  run.takeAtOnce('t0', 'n');
  run.monitor.finish();
  expect(run.kinds).toEqual([]);
});
