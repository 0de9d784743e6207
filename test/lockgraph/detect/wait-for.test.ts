import { expect, test } from 'vitest';
import { Run, waits } from './run.js';

test('a thread that requests the mutex that it holds is a self-deadlock', () => {
  const run = new Run();
  run.take('t0', 'm');
  run.want('t0', 'm');
  expect(run.kinds).toEqual(['self-deadlock']);
  expect(waits(run.findings[0])).toBe('t0 has m wants m');
});

test('a recursive mutex may be requested by its holder', () => {
  const run = new Run();
  run.lock('m', { recursive: true });
  run.take('t0', 'm', 'm');
  run.release('t0', 'm');
  run.release('t0', 'm');
  run.take('t1', 'm');
  expect(run.kinds).toEqual([]);
});

test('a recursive mutex is held until its last release', () => {
  const run = new Run();
  run.lock('m', { recursive: true });
  run.take('t0', 'm', 'm', 'n');
  run.release('t0', 'm');
  run.want('t1', 'm');
  run.wantJoin('t0', 't1');
  expect(run.kinds).toEqual(['deadlock']);
});

test('two threads that want what the other holds are a deadlock, found at the second request', () => {
  const run = new Run();
  run.take('t1', 'A');
  run.take('t2', 'B');
  run.want('t1', 'B');
  expect(run.kinds).toEqual([]);
  run.want('t2', 'A');
  expect(run.kinds).toEqual(['deadlock']);
  expect(waits(run.findings[0])).toBe('t2 has B wants A, t1 has A wants B');
});

test("the last entry's wish is held by the first, and each entry holds what the one before it wants", () => {
  const run = new Run();
  const threads = 200;
  for (let i = 0; i < threads; i++) run.take(`t${i}`, `m${i}`);
  for (let i = 0; i < threads; i++) run.want(`t${i}`, `m${(i + 1) % threads}`);
  const { cycle } = run.findings[0]!;
  expect(cycle).toHaveLength(threads);
  for (const [i, waiter] of cycle.entries()) expect(waiter.holds).toBe(cycle.at(i - 1)!.wants);
});

test('threads that wait for a deadlock without being in it are not part of it', () => {
  const run = new Run();
  run.take('t1', 'A');
  run.take('t2', 'B');
  run.want('t3', 'A');
  run.want('t1', 'B');
  run.want('t2', 'A');
  run.want('t4', 'B');
  expect(run.kinds).toEqual(['deadlock']);
  expect(run.findings[0]!.threads).toEqual(['t2', 't1']);
});

test('a join closes a cycle as a lock does', () => {
  const run = new Run();
  run.take('main', 'm');
  run.spawn('main', 'worker');
  run.want('worker', 'm');
  run.wantJoin('main', 'worker');
  expect(run.kinds).toEqual(['deadlock']);
  expect(waits(run.findings[0])).toBe('main has m wants worker, worker wants m');
  expect(run.findings[0]!.cycle.map(({ mode }) => mode)).toEqual(['join', 'exclusive']);
});

test('threads that join each other are a deadlock without locks', () => {
  const run = new Run();
  run.wantJoin('t1', 't2');
  run.wantJoin('t2', 't1');
  expect(run.kinds).toEqual(['deadlock']);
  expect(run.findings[0]!.locks).toEqual([]);
});

test('a thread that joins itself waits for itself', () => {
  const run = new Run();
  run.wantJoin('t1', 't1');
  expect(run.kinds).toEqual(['self-deadlock']);
  expect(run.findings[0]!.cycle[0]).toMatchObject({ wants: 't1', mode: 'join', held: [] });
});

test('a join of a thread that has ended waits for nobody', () => {
  const run = new Run();
  run.exit('t2');
  run.wantJoin('t1', 't2');
  run.monitor.finish({ stalled: false });
  expect(run.kinds).toEqual([]);
});

test('a cycle is found although a lock was free when it was requested and another thread took it', () => {
  const run = new Run();
  run.take('t1', 'A');
  run.want('t1', 'B');
  run.take('t2', 'B');
  run.want('t2', 'A');
  expect(waits(run.findings[0])).toBe('t2 has B wants A, t1 has A wants B');
});

test('a request that was given up waits for nobody', () => {
  const run = new Run();
  run.take('t1', 'A');
  run.take('t2', 'B');
  run.want('t1', 'B');
  run.cancel('t1', 'B');
  run.want('t2', 'A');
  expect(run.kinds).toEqual([]);
});

test('a deadlock that comes again is counted, whichever thread closes it', () => {
  const run = new Run();
  run.take('t1', 'A');
  run.take('t2', 'B');
  run.want('t1', 'B');
  run.want('t2', 'A');
  run.cancel('t1', 'B');
  run.want('t1', 'B');
  expect(run.findings.map(({ count }) => count)).toEqual([2]);
});

test('another stack makes it another deadlock, and the same program the same id', () => {
  const ids = (frame: string) => {
    const run = new Run();
    run.enter('t0', frame);
    run.take('t0', 'm');
    run.want('t0', 'm');
    return run.findings[0]!.id;
  };
  expect(ids('f')).toBe(ids('f'));
  expect(ids('f')).not.toBe(ids('g'));
  expect(ids('f')).toMatch(/^self-deadlock-[0-9a-f]{8}$/);
});

test('an id does not depend on which thread closed the cycle, or on what else happened', () => {
  const first = new Run();
  first.take('t1', 'A');
  first.take('t2', 'B');
  first.want('t1', 'B');
  first.want('t2', 'A');
  const second = new Run();
  second.take('t0', 'other', 'more');
  second.take('t2', 'B');
  second.take('t1', 'A');
  second.want('t2', 'A');
  second.want('t1', 'B');
  expect(second.findings[0]!.id).toBe(first.findings[0]!.id);
});

test('all that a waiting thread holds is listed in the order of acquisition', () => {
  const run = new Run();
  run.take('t0', 'c', 'x', 'a', 'b');
  run.release('t0', 'x');
  run.want('t0', 'a');
  expect(run.findings[0]!.cycle[0]!.held).toEqual(['c', 'a', 'b']);
});

test('names are data: __proto__, newlines and escapes', () => {
  const run = new Run();
  run.take('__proto__', 'constructor');
  run.take('a\nb', '\u001b[31m');
  run.want('__proto__', '\u001b[31m');
  run.want('a\nb', 'constructor');
  expect(run.findings[0]!.threads).toEqual(['a\nb', '__proto__']);
});
