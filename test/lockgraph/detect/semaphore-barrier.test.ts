import { expect, test } from 'vitest';
import { Mode } from '../../../packages/lockgraph/src/trace/event.js';
import { Recorder } from '../../../packages/lockgraph/src/trace/recorder.js';
import { Registry } from '../../../packages/lockgraph/src/trace/registry.js';
import { Run, story, waits } from './run.js';

const { permits } = Mode;

function runWith(count: number, parties = 2): Run {
  const registry = new Registry();
  const run = new Run(new Recorder(registry), registry);
  run.lock('s', { kind: 'semaphore', permits: count });
  run.lock('b', { kind: 'barrier', parties });
  run.lock('m');
  return run;
}

test('any thread may release a semaphore, before it was taken and after, and end with permits', () => {
  const run = runWith(0);
  run.release('t1', 's', permits);
  run.takeIn(permits, 't2', 's');
  run.release('t3', 's', permits, 2);
  run.takeAtOnce('t4', 's', permits, 2);
  run.exit('t4');
  run.destroy('t1', 's');
  run.monitor.finish({ stalled: true });
  expect(run.kinds).toEqual([]);
});

test('no cycle goes through a semaphore, for anybody may release it', () => {
  const run = runWith(1);
  run.takeIn(permits, 't1', 's');
  run.take('t2', 'm');
  run.want('t1', 'm');
  run.want('t2', 's', permits);
  run.want('t2', 's', permits);
  expect(run.kinds).toEqual([]);
});

test('when a run has stalled, who waits for permits hangs, and the history begins with the permit that is out for longest', () => {
  const run = runWith(2);
  run.takeIn(permits, 't0', 's');
  run.release('t0', 's', permits);
  run.takeIn(permits, 't1', 's');
  run.takeIn(permits, 't2', 's');
  run.want('t3', 's', permits);
  run.monitor.finish({ stalled: true });
  expect(run.kinds).toEqual(['hang']);
  expect(waits(run.findings[0])).toBe('t3 wants s');
  expect(run.findings[0]!.cycle[0]!.mode).toBe('permits');
  expect(story(run.findings[0])).toEqual(['5 t1 acquire s', '6 t2 request s', '7 t2 acquire s', '8 t3 request s']);
});

/** Whether a run hangs in which one thread waits for so many permits, and all others have ended. */
function hangs(count: number, wanted: number, before: (run: Run) => void): boolean {
  const run = runWith(count);
  before(run);
  for (const thread of ['t1', 't2']) run.exit(thread);
  run.want('t3', 's', permits, wanted);
  run.monitor.finish();
  return run.kinds.includes('hang');
}

test.each<[string, number, number, (run: Run) => void, boolean]>([
  ['permits are there', 1, 0, () => {}, false],
  ['none is', 0, 0, () => {}, true],
  ['fewer are than are wanted', 2, 3, () => {}, true],
  ['all are taken', 2, 1, (run) => run.takeIn(permits, 't1', 's', 2), true],
  ['one of those taken was given back', 2, 1, (run) => [run.takeIn(permits, 't1', 's', 2), run.release('t2', 's', permits)], false],
  ['a new life gave all back', 1, 1, (run) => [run.takeIn(permits, 't1', 's'), run.init('t2', 's')], false],
])('at the end of a run in which nothing else can run, a wait for a semaphore is a hang unless it could be granted: %s', (_, count, wanted, before, hang) => {
  expect(hangs(count, wanted, before)).toBe(hang);
});

test('after a gap nobody knows how many permits there are: no hang without a stall', () => {
  const run = runWith(0);
  run.want('t1', 's', permits);
  run.monitor.event(100, 2, run.registry.threads.id('t2'), 0, permits, 0, 0, 0, 0);
  run.exit('t2');
  run.takeIn(permits, 't1', 's');
  run.want('t1', 's', permits);
  run.monitor.finish();
  expect(run.kinds).toEqual([]);
});

test('nobody holds a barrier: who left it may meet there again, end, and wait for others', () => {
  const run = runWith(0);
  for (let round = 0; round < 3; round++) {
    run.want('t1', 'b');
    run.takeAtOnce('t2', 'b');
    run.acquire('t1', 'b');
  }
  run.exit('t1');
  run.exit('t2');
  run.destroy('t3', 'b');
  run.monitor.finish({ stalled: true });
  expect(run.kinds).toEqual([]);
});

test('a barrier at which too few arrive is a hang, also without a stall', () => {
  const run = runWith(0, 3);
  run.want('t1', 'b');
  run.want('t2', 'b');
  run.exit('t3');
  run.monitor.finish();
  expect(run.kinds).toEqual(['hang']);
  expect(waits(run.findings[0])).toBe('t1 wants b, t2 wants b');
});

test('at a barrier at which enough have arrived, who has not left yet may', () => {
  const run = runWith(0);
  run.want('t1', 'b');
  run.want('t2', 'b');
  run.acquire('t2', 'b');
  run.exit('t2');
  run.monitor.finish();
  expect(run.kinds).toEqual([]);
});

test('who arrives in the next round waits for the others of that', () => {
  const run = runWith(0);
  run.want('t1', 'b');
  run.takeAtOnce('t2', 'b');
  run.acquire('t1', 'b');
  run.want('t1', 'b');
  run.exit('t2');
  run.monitor.finish();
  expect(run.kinds).toEqual(['hang']);
});

test('a thread that waits at a barrier with a lock explains nothing of who wants the lock but that it waits', () => {
  const run = runWith(0);
  run.take('t1', 'm');
  run.want('t1', 'b');
  run.want('t2', 'm');
  run.exit('t3');
  run.monitor.finish();
  expect(run.kinds).toEqual(['hang']);
  expect(waits(run.findings[0])).toBe('t1 wants b, t2 wants m');
});

test('who leaves a barrier is woken by it', () => {
  const run = runWith(0);
  run.take('t1', 'm');
  run.want('t1', 'b');
  run.takeAtOnce('t2', 'b');
  run.acquire('t1', 'b');
  run.want('t2', 'b');
  run.exit('t1');
  run.monitor.finish();
  const hang = run.findings.find(({ kind }) => kind === 'hang');
  expect(story(hang)).toEqual(['5 t1 wake b', '6 t2 request b']);
});

test('an analysis says at which kinds of locks waits are told only where they happened', () => {
  const run = new Run();
  run.lock('m');
  expect(run.monitor.analysis('run').search).not.toHaveProperty('observedOnly');
  run.lock('c', { kind: 'condition' });
  run.lock('s', { kind: 'semaphore' });
  run.lock('t', { kind: 'semaphore' });
  expect(run.monitor.analysis('run').search.observedOnly).toEqual(['semaphore', 'condition']);
});
