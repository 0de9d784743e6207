import { expect, test } from 'vitest';
import { Run, waits } from './run.js';

/** Kind, evidence and whether it was broken up, of each finding that stood still. */
function told(run: Run): string[] {
  return run.findings
    .filter(({ cycle }) => cycle.length > 0)
    .map(({ kind, evidence, broken, count }) => `${kind} ${evidence}${broken === true ? ' broken' : ''} ${count}`);
}

function embrace(run: Run): void {
  run.take('t1', 'A');
  run.take('t2', 'B');
  run.want('t1', 'B');
  run.want('t2', 'A');
}

test('a deadlock of which a request is given up is broken, and only possible', () => {
  const run = new Run();
  embrace(run);
  expect(told(run)).toEqual(['deadlock observed 1']);
  run.cancel('t2', 'A');
  expect(told(run)).toEqual(['deadlock possible broken 1']);
});

test('a deadlock that comes again after it was broken is observed, and told as it is at the end', () => {
  const run = new Run();
  embrace(run);
  const { id } = run.findings[0]!;
  run.cancel('t1', 'B');
  run.want('t1', 'B');
  expect(told(run)).toEqual(['deadlock observed 2']);
  run.monitor.finish({ stalled: true });
  expect(told(run)).toEqual(['deadlock observed 2']);
  expect(run.findings[0]).toMatchObject({ id, cycle: [{ requestedAt: { event: 8 } }, { requestedAt: { event: 6 } }] });
});

test('a self-deadlock ends when another thread frees the mutex', () => {
  const run = new Run();
  run.lock('m', { unlock: 'pthread' });
  run.take('A', 'm');
  run.want('A', 'm');
  run.release('B', 'm');
  expect(told(run)).toEqual(['self-deadlock possible broken 1']);
  run.acquire('A', 'm');
  run.want('A', 'm');
  expect(told(run)).toEqual(['self-deadlock observed 2']);
});

test('a wrong release that changes nothing breaks nothing', () => {
  const run = new Run();
  run.lock('m', { unlock: 'throw' });
  run.take('A', 'm');
  run.want('A', 'm');
  run.release('B', 'm');
  expect(told(run)).toEqual(['self-deadlock observed 1']);
});

test('an orphaned lock that another thread frees is none for long', () => {
  const run = new Run();
  run.lock('m', { unlock: 'pthread' });
  run.take('A', 'm');
  run.exit('A');
  run.want('W', 'm');
  expect(told(run)).toEqual(['orphaned-lock observed 1']);
  run.release('B', 'm');
  run.acquire('W', 'm');
  expect(told(run)).toEqual(['orphaned-lock possible broken 1']);
});

test('an orphaned lock stays one while anybody waits for it', () => {
  const run = new Run();
  run.take('A', 'm');
  run.exit('A');
  run.want('V', 'm');
  run.want('W', 'm');
  run.cancel('V', 'm');
  expect(told(run)).toEqual(['orphaned-lock observed 1']);
  run.cancel('W', 'm');
  expect(told(run)).toEqual(['orphaned-lock possible broken 1']);
  run.want('V', 'm');
  expect(told(run)).toEqual(['orphaned-lock observed 1']);
});

test('a lock that begins its life again breaks the deadlock around it', () => {
  const run = new Run();
  embrace(run);
  run.init('t0', 'A');
  expect(told(run)).toEqual(['deadlock possible broken 1']);
});

test('a thread of a deadlock that ends leaves its lock orphaned, and the deadlock broken', () => {
  const run = new Run();
  embrace(run);
  run.exit('t1');
  expect(told(run)).toEqual(['deadlock possible broken 1', 'orphaned-lock observed 1']);
});

test('an orphaned lock is counted once, however often its holder is joined', () => {
  const run = new Run();
  run.take('A', 'm');
  run.exit('A');
  run.want('W', 'm');
  run.join('x', 'A');
  run.join('y', 'A');
  expect(told(run)).toEqual(['orphaned-lock observed 1']);
});

test('a lock that is orphaned again by another holder of the same name and place is counted', () => {
  const run = new Run();
  for (let i = 0; i < 2; i++) {
    run.spawn('main', 'A');
    run.take('A', 'm');
    run.exit('A');
    run.want('W', 'm');
    run.cancel('W', 'm');
    run.init('main', 'm');
  }
  expect(told(run)).toEqual(['orphaned-lock possible broken 2']);
});

test('all that wait for an orphaned lock are told at the end of the run', () => {
  const run = new Run();
  run.take('A', 'm');
  run.exit('A');
  for (let i = 0; i < 100; i++) run.want(`t${i}`, 'm');
  run.monitor.finish({ stalled: true });
  expect(waits(run.findings[1]).split(', ')).toHaveLength(100);
  expect(told(run)).toEqual(['orphaned-lock observed 1']);
});

test('what comes after the end of a run is not heard, and an analysis does not change', () => {
  const run = new Run();
  const heard: number[] = [];
  run.monitor.addSink({ event: (event) => heard.push(event), note: (event) => heard.push(event), end() {} });
  run.release('t0', 'm');
  const early = run.monitor.analysis('x');
  run.release('t0', 'm');
  expect(early.findings.map(({ count }) => count)).toEqual([1]);
  run.monitor.finish();
  const late = run.monitor.analysis('x');
  run.release('t0', 'm');
  run.note('t0', { kind: 'x/y' });
  expect(heard).toEqual([1, 2]);
  expect(run.monitor.analysis('x')).toEqual(late);
  expect(late.findings.map(({ count }) => count)).toEqual([2]);
});

/** What broke up the last finding that stood still. */
function brokenBy(run: Run): string | undefined {
  const by = run.findings.findLast(({ broken }) => broken === true)?.brokenBy;
  return by && `${by.event} ${by.thread} ${by.what} ${by.lock ?? by.other ?? ''} ${by.misuse ?? ''}`.trimEnd();
}

test('what broke up a deadlock is told: a request that was given up', () => {
  const run = new Run();
  embrace(run);
  run.cancel('t2', 'A');
  expect(brokenBy(run)).toBe('7 t2 cancel A');
});

test('what broke up a deadlock is told: a release by who did not hold the lock', () => {
  const run = new Run();
  run.lock('m', { unlock: 'pthread' });
  run.take('t1', 'm');
  run.want('t1', 'm');
  run.release('x', 'm');
  expect(brokenBy(run)).toBe('4 x release m unlock-foreign');
});

test('what broke up an orphaned lock is told: its life begins again', () => {
  const run = new Run();
  run.take('gone', 'm');
  run.exit('gone');
  run.want('w', 'm');
  run.init('main', 'm');
  expect(brokenBy(run)).toBe('5 main init m');
});

test('nothing broke up a deadlock that stands again', () => {
  const run = new Run();
  embrace(run);
  run.cancel('t2', 'A');
  run.want('t2', 'A');
  expect(run.findings[0]).not.toHaveProperty('broken');
  expect(run.findings[0]).not.toHaveProperty('brokenBy');
});

test('a thread that asks again for what it waits for leaves its deadlock standing', () => {
  const run = new Run();
  embrace(run);
  run.want('t2', 'A');
  expect(told(run)).toEqual(['deadlock observed 2']);
  expect(run.findings[0]).not.toHaveProperty('brokenBy');
});
