import { expect, test } from 'vitest';
import { Run, story, waits } from './run.js';

test('a thread that may still run keeps a wait from being called a hang', () => {
  const run = new Run();
  run.take('t1', 'm');
  run.want('t2', 'm');
  run.monitor.finish();
  expect(run.kinds).toEqual([]);
});

test('in a run that has stalled, a wait for a thread that does nothing is a hang', () => {
  const run = new Run();
  run.take('t1', 'm');
  run.want('t2', 'm');
  run.monitor.finish({ stalled: true });
  expect(run.kinds).toEqual(['hang']);
  expect(waits(run.findings[0])).toBe('t2 wants m');
  expect(run.findings[0]!.threads).toEqual(['t2', 't1']);
});

test('a stalled run says so to whoever records it, and a recorded end is an end', () => {
  const run = new Run();
  const ends: boolean[] = [];
  run.monitor.addSink({ event() {}, note() {}, end: (stalled) => ends.push(stalled) });
  run.take('t1', 'm');
  run.want('t2', 'm');
  run.monitor.end(true);
  run.monitor.finish();
  expect(ends).toEqual([true]);
  expect(run.kinds).toEqual(['hang']);
});

test('who waits for a deadlock or an orphaned lock is explained by it', () => {
  const run = new Run();
  run.take('t1', 'A', 'C');
  run.take('t2', 'B');
  run.want('t1', 'B');
  run.want('t2', 'A');
  run.want('t3', 'C');
  run.take('t4', 'D');
  run.exit('t4');
  run.take('t5', 'E');
  run.want('t5', 'D');
  run.want('t6', 'E');
  run.monitor.finish({ stalled: true });
  expect(run.kinds).toEqual(['deadlock', 'exit-holding', 'orphaned-lock']);
});

test('a stalled run with a deadlock and apart from it a hang has both', () => {
  const run = new Run();
  run.take('t0', 'm');
  run.want('t0', 'm');
  run.take('t1', 'n');
  run.want('t2', 'n');
  run.monitor.finish({ stalled: true });
  expect(run.kinds).toEqual(['self-deadlock', 'hang']);
});

test('when every thread waits for a condition that nobody tells, it is a hang without being told', () => {
  const run = new Run();
  run.lock('s', { kind: 'condition' });
  run.want('t1', 's');
  run.want('t2', 's');
  run.exit('t3');
  run.monitor.finish();
  expect(run.kinds).toEqual(['hang']);
  expect(waits(run.findings[0])).toBe('t1 wants s, t2 wants s');
});

test('a mutex that is free could still be granted, unless the run has stalled', () => {
  const outcome = (stalled: boolean) => {
    const run = new Run();
    run.want('t1', 'm');
    run.monitor.finish({ stalled });
    return run.kinds;
  };
  expect(outcome(false)).toEqual([]);
  expect(outcome(true)).toEqual(['hang']);
});

test('a run in which all threads ended has no hang', () => {
  const run = new Run();
  run.take('t1', 'm');
  run.release('t1', 'm');
  run.exit('t1');
  run.monitor.finish({ stalled: true });
  expect(run.kinds).toEqual([]);
});

test('a hang tells where the threads that wait took what they hold', () => {
  const run = new Run();
  run.lock('c', { kind: 'condition' });
  run.take('t1', 'A', 'B');
  run.release('t1', 'A');
  run.want('t1', 'c');
  run.monitor.finish({ stalled: true });
  expect(story(run.findings[0])).toEqual(['4 t1 acquire B', '6 t1 request c']);
});
