import { expect, test } from 'vitest';
import { Mutex, Simulation } from '../../../packages/lockgraph/src/index.js';
import { kinds } from './programs.js';

test('a driver makes the calls of threads without a body, and what is granted at once is no promise', async () => {
  const simulation = new Simulation();
  const thread = simulation.thread('t0');
  const lock = new Mutex(simulation.monitor, { name: 'm' });
  const granted: unknown[] = [];
  const { outcome, steps } = await simulation.drive(() => {
    granted.push(lock.acquire(thread));
    lock.release(thread);
  });
  expect(granted).toEqual([undefined]);
  expect({ outcome, steps }).toEqual({ outcome: 'finished', steps: 0 });
});

test('when a driven thread must wait and nothing else can run, the run is over', async () => {
  const simulation = new Simulation();
  const t0 = simulation.thread('t0');
  const t1 = simulation.thread('t1');
  const lock = new Mutex(simulation.monitor, { name: 'm' });
  let reached = 0;
  const { outcome } = await simulation.drive(async () => {
    await lock.acquire(t0);
    reached = 1;
    await lock.acquire(t1);
    reached = 2;
  });
  expect(outcome).toBe('stopped');
  expect(reached).toBe(1);
  expect(kinds(simulation)).toEqual(['hang']);
});

test('a driven thread that waits for itself is a self-deadlock', async () => {
  const simulation = new Simulation();
  const t0 = simulation.thread('t0');
  const lock = new Mutex(simulation.monitor, { name: 'm' });
  await simulation.drive(async () => {
    await lock.acquire(t0);
    await lock.acquire(t0);
  });
  expect(kinds(simulation)).toEqual(['self-deadlock']);
});

test('a driven thread gets the lock when a thread with a body gives it back', async () => {
  const simulation = new Simulation({ schedule: 'round-robin' });
  const driven = simulation.thread('driven');
  const lock = new Mutex(simulation.monitor, { name: 'm' });
  const order: string[] = [];
  simulation.spawn('body', async (thread) => {
    await lock.acquire(thread);
    order.push('body');
    await thread.yield();
    lock.release(thread);
  });
  const { outcome, schedule } = await simulation.drive(async () => {
    await driven.yield();
    await driven.yield();
    await lock.acquire(driven);
    order.push('driven');
    lock.release(driven);
  });
  expect(order).toEqual(['body', 'driven']);
  expect(outcome).toBe('finished');
  expect(schedule).toBe('body driven body driven body driven');
});

test('a driver may take its time, and that is no step', async () => {
  const simulation = new Simulation();
  const t0 = simulation.thread('t0');
  const lock = new Mutex(simulation.monitor, { name: 'm' });
  const { outcome, schedule } = await simulation.drive(async () => {
    await lock.acquire(t0);
    await new Promise((resolve) => setTimeout(resolve, 30));
    lock.release(t0);
    await lock.acquire(t0);
    lock.release(t0);
  });
  expect({ outcome, schedule }).toEqual({ outcome: 'finished', schedule: '' });
});

test('what the driver throws comes out as it is', async () => {
  class Damage extends Error {}
  const simulation = new Simulation();
  await expect(
    simulation.drive(() => {
      throw new Damage('here');
    }),
  ).rejects.toBeInstanceOf(Damage);
});

test('a driven thread makes no calls outside of drive()', () => {
  const simulation = new Simulation();
  const lock = new Mutex(simulation.monitor, { name: 'm' });
  const thread = simulation.thread('t0');
  expect(() => lock.acquire(thread)).toThrow('thread t0 requests m outside of drive()');
});

test('a driven thread ends when told, and makes no calls after that', async () => {
  const simulation = new Simulation();
  const lock = new Mutex(simulation.monitor, { name: 'm' });
  const thread = simulation.thread('t0');
  await expect(
    simulation.drive(async () => {
      await lock.acquire(thread);
      thread.exit();
      await lock.acquire(thread);
    }),
  ).rejects.toThrow('thread t0 requests m after its end');
  expect(kinds(simulation)).toEqual(['exit-holding']);
});

test('a thread with a body is not ended by hand', async () => {
  const simulation = new Simulation();
  simulation.spawn('t', (thread) => thread.exit());
  await expect(simulation.run()).rejects.toThrow('thread t has a body, and exits at its end');
});
