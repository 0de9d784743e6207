import { expect, test } from 'vitest';
import { Run, waits } from './run.js';

test('a request for a lock whose holder has ended is an orphaned lock', () => {
  const run = new Run();
  run.take('t1', 'm');
  run.exit('t1');
  run.want('t2', 'm');
  expect(run.kinds).toEqual(['exit-holding', 'orphaned-lock']);
  expect(waits(run.findings[1])).toBe('t2 wants m');
  expect(run.findings[1]!.threads).toEqual(['t2', 't1']);
});

test('a holder that ends while others wait orphans them', () => {
  const run = new Run();
  run.take('t1', 'm');
  run.want('t2', 'm');
  run.want('t3', 'm');
  expect(run.kinds).toEqual([]);
  run.exit('t1');
  expect(waits(run.findings[1])).toBe('t2 wants m, t3 wants m');
});

test('who comes later is told in the same finding', () => {
  const run = new Run();
  run.take('t1', 'm');
  run.exit('t1');
  run.want('t2', 'm');
  const { id } = run.findings[1]!;
  run.want('t3', 'm');
  expect(run.kinds).toEqual(['exit-holding', 'orphaned-lock']);
  expect(waits(run.findings[1])).toBe('t2 wants m, t3 wants m');
  expect(run.findings[1]).toMatchObject({ id, count: 1 });
});

test('a join tells that a thread has ended', () => {
  const run = new Run();
  run.take('t1', 'm');
  run.join('t0', 't1');
  run.want('t0', 'm');
  expect(run.kinds).toEqual(['orphaned-lock']);
});

test('a thread that starts again under the name of one that ended is alive', () => {
  const run = new Run();
  run.exit('t1');
  run.spawn('t0', 't1');
  run.take('t1', 'm');
  run.want('t0', 'm');
  expect(run.kinds).toEqual([]);
});
