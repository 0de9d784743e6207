import { expect, test, vi } from 'vitest';
import { Mutex, Simulation } from '../../../packages/lockgraph/src/index.js';
import type { SchedulePolicy } from '../../../packages/lockgraph/src/index.js';

const POLICIES: readonly SchedulePolicy[] = ['in-order', 'round-robin', { seed: 1 }];
const later = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** What the run of a simulation, which must finish, warns of. */
async function warningsOf(simulation: Simulation): Promise<string[]> {
  const emitWarning = vi.spyOn(process, 'emitWarning').mockImplementation(() => {});
  try {
    expect((await simulation.run()).outcome).toBe('finished');
    return emitWarning.mock.calls.map(([message]) => String(message));
  } finally {
    emitWarning.mockRestore();
  }
}

test('threads that spin with tryAcquire are no error, however often they yield', async () => {
  const simulation = new Simulation({ schedule: 'round-robin', sites: false, capacity: 0 });
  const lock = new Mutex(simulation.monitor, { name: 'm' });
  for (const name of ['t1', 't2']) {
    simulation.spawn(name, async (thread) => {
      for (let n = 0; n < 600_000; n++) {
        if (lock.tryAcquire(thread)) lock.release(thread);
        await thread.yield();
      }
    });
  }
  expect(await warningsOf(simulation)).toEqual([]);
});

test('a thread that yields a million times while it computes is no error; a warning says so, once', async () => {
  const simulation = new Simulation({ sites: false });
  simulation.spawn('t1', async (thread) => {
    for (let n = 0; n < 2_000_001; n++) await thread.yield();
  });
  expect(await warningsOf(simulation)).toEqual([
    'the threads that can run, as t1, have only yielded, 1000000 times on end: if they wait for something in a loop, ' +
      'wait for it with a lock, a Condition or join',
  ]);
});

test.each(POLICIES)('threads that yield in a loop let timers run, so that a test runner can end them: %j', async (schedule) => {
  const simulation = new Simulation({ schedule, sites: false });
  const timer = { fired: false };
  for (const name of ['t1', 't2']) {
    simulation.spawn(name, async (thread) => {
      while (!timer.fired) await thread.yield();
    });
  }
  setTimeout(() => (timer.fired = true), 5);
  expect((await simulation.run()).outcome).toBe('finished');
});

test.each(POLICIES)('threads that spin do not starve one that awaits a timer: %j', async (schedule) => {
  for (const spin of ['yield', 'acquire'] as const) {
    const simulation = new Simulation({ schedule, sites: false, capacity: 0 });
    const lock = new Mutex(simulation.monitor, { name: 'm' });
    const timer = { fired: false };
    simulation.spawn('sleeper', async () => {
      await later(5);
      timer.fired = true;
    });
    simulation.spawn('spinner', async (thread) => {
      while (!timer.fired) {
        if (spin === 'yield') await thread.yield();
        else {
          await lock.acquire(thread);
          lock.release(thread);
        }
      }
    });
    expect((await simulation.run()).outcome).toBe('finished');
  }
});

test('a driver that spins with yields lets timers run', async () => {
  const simulation = new Simulation({ sites: false });
  const thread = simulation.thread('t');
  const timer = { fired: false };
  setTimeout(() => (timer.fired = true), 5);
  await simulation.drive(async () => {
    while (!timer.fired) await thread.yield();
  });
  expect(timer.fired).toBe(true);
});

test('the turns of the event loop change nothing of the run', async () => {
  const run = async (): Promise<string> => {
    const simulation = new Simulation({ schedule: { seed: 5 }, sites: false });
    for (const name of ['t1', 't2', 't3']) {
      simulation.spawn(name, async (thread) => {
        for (let n = 0; n < 20_000; n++) await thread.yield();
      });
    }
    return (await simulation.run()).schedule;
  };
  expect(await run()).toBe(await run());
});
