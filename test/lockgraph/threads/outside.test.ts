import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test, vi } from 'vitest';
import { Mutex, Simulation } from '../../../packages/lockgraph/src/index.js';
import { kinds } from './programs.js';

const later = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

test('while a thread awaits a timer, the others run, and then it goes on', async () => {
  const simulation = new Simulation();
  const order: string[] = [];
  simulation.spawn('t1', async () => {
    order.push('t1 begins');
    await later(20);
    order.push('t1 ends');
  });
  simulation.spawn('t2', async (thread) => {
    await thread.yield();
    order.push('t2');
  });
  expect((await simulation.run()).outcome).toBe('finished');
  expect(order).toEqual(['t1 begins', 't2', 't1 ends']);
});

test('a thread that waits for a lock of one that awaits a timer is no hang, however long the timer takes', async () => {
  const simulation = new Simulation();
  const lock = new Mutex(simulation.monitor, { name: 'm' });
  simulation.spawn('t1', async (thread) => {
    await lock.acquire(thread);
    await later(1500);
    lock.release(thread);
  });
  simulation.spawn('t2', async (thread) => {
    await lock.acquire(thread);
    lock.release(thread);
  });
  expect((await simulation.run()).outcome).toBe('finished');
  expect(kinds(simulation)).toEqual([]);
});

test('a lock that is given back outside of a scheduling point still wakes who waits for it', async () => {
  const simulation = new Simulation();
  const lock = new Mutex(simulation.monitor, { name: 'm' });
  const order: string[] = [];
  simulation.spawn('t1', async (thread) => {
    await lock.acquire(thread);
    await later(10);
    lock.release(thread);
    await later(300);
    order.push('t1');
  });
  simulation.spawn('t2', async (thread) => {
    await lock.acquire(thread);
    order.push('t2');
    lock.release(thread);
  });
  await simulation.run();
  expect(order).toEqual(['t2', 't1']);
});

test('a promise that never settles is an error that names the thread, in a process whose event loop stays alive', async () => {
  const simulation = new Simulation();
  const lock = new Mutex(simulation.monitor, { name: 'm' });
  simulation.spawn('t1', async (thread) => {
    await lock.acquire(thread);
    await new Promise(() => {});
  });
  simulation.spawn('t2', (thread) => lock.acquire(thread));
  await expect(simulation.run()).rejects.toThrow(
    /^no thread can run: t1 awaits something outside of the simulation \(last seen at test\/.*\.test\.ts:\d+:\d+\), t2 waits for m; /,
  );
  expect(kinds(simulation)).toEqual([]);
});

test('fake timers change nothing of that', async () => {
  vi.useFakeTimers();
  try {
    const simulation = new Simulation();
    simulation.spawn('t1', () => later(10));
    await expect(simulation.run()).rejects.toThrow('no thread can run: t1 awaits something outside');
  } finally {
    vi.useRealTimers();
  }
});

test('a promise that never settles is a hang when the event loop is empty', () => {
  const program = fileURLToPath(new URL('../../fixtures/threads/never-settles.ts', import.meta.url));
  const { stdout, stderr } = spawnSync(process.execPath, ['--import', 'tsx', program], { encoding: 'utf8' });
  expect(stderr).toBe('');
  expect(stdout).toBe('stopped hang: t1 waits for something outside of the simulation, t2 waits for m\n');
});
