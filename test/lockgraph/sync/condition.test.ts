import { expect, test } from 'vitest';
import { Condition, Mutex, Simulation } from '../../../packages/lockgraph/src/index.js';
import type { SchedulePolicy } from '../../../packages/lockgraph/src/index.js';

/** A consumer that waits for an item, or (`careless`) for a notification without looking whether there is an item. */
function queue(schedule: SchedulePolicy, careless: boolean) {
  const simulation = new Simulation({ schedule });
  const lock = new Mutex(simulation.monitor, { name: 'lock' });
  const notEmpty = new Condition(simulation.monitor, { name: 'not empty' });
  const items: number[] = [];
  const taken: number[] = [];
  simulation.spawn('producer', async (thread) => {
    await lock.acquire(thread);
    items.push(1);
    notEmpty.notify();
    lock.release(thread);
  });
  simulation.spawn('consumer', async (thread) => {
    await lock.acquire(thread);
    if (careless) await notEmpty.wait(thread, lock);
    while (items.length === 0) await notEmpty.wait(thread, lock);
    taken.push(items.shift()!);
    lock.release(thread);
  });
  return { simulation, taken };
}

test('a notification wakes a thread that waits', async () => {
  const { simulation, taken } = queue({ schedule: 'consumer*2 producer*2' }, true);
  expect((await simulation.run()).outcome).toBe('finished');
  expect(taken).toEqual([1]);
});

test('a notification that comes before the wait is lost, and the waiter hangs', async () => {
  const { simulation } = queue('in-order', true);
  const { outcome, analysis } = await simulation.run();
  expect(outcome).toBe('stopped');
  expect(analysis.findings.map(({ kind, cycle }) => [kind, cycle.map(({ thread, wants }) => [thread, wants])])).toEqual([
    ['hang', [['consumer', 'not empty']]],
  ]);
  expect(analysis.findings[0]!.cycle[0]!.requestedAt.site).toMatch(/condition\.test\.ts:\d+:\d+$/);
});

test('who looks before it waits never hangs', async () => {
  for (let seed = 0; seed < 20; seed++) {
    const { simulation } = queue({ seed }, false);
    expect((await simulation.run()).outcome).toBe('finished');
  }
});

test('notify wakes the one that has waited longest, notifyAll all of them', async () => {
  const simulation = new Simulation();
  const lock = new Mutex(simulation.monitor, { name: 'lock' });
  const condition = new Condition(simulation.monitor, { name: 'c' });
  const order: string[] = [];
  for (const name of ['t1', 't2', 't3']) {
    simulation.spawn(name, async (thread) => {
      await lock.acquire(thread);
      await condition.wait(thread, lock);
      order.push(name);
      lock.release(thread);
    });
  }
  simulation.spawn('notifier', async (thread) => {
    condition.notify();
    await thread.yield();
    order.push('then');
    condition.notifyAll();
  });
  expect((await simulation.run()).outcome).toBe('finished');
  expect(order).toEqual(['t1', 'then', 't2', 't3']);
});

test('a thread waits only with the mutex that it has', async () => {
  const simulation = new Simulation();
  const lock = new Mutex(simulation.monitor, { name: 'lock' });
  const condition = new Condition(simulation.monitor, { name: 'c' });
  simulation.spawn('t', (thread) => condition.wait(thread, lock));
  await expect(simulation.run()).rejects.toThrow('lock lock: thread t waits for c without it; acquire it before wait()');
});

test('a thread does not wait with a mutex that it has more than once', async () => {
  const simulation = new Simulation();
  const lock = new Mutex(simulation.monitor, { name: 'lock', recursive: true });
  const condition = new Condition(simulation.monitor, { name: 'c' });
  simulation.spawn('t', async (thread) => {
    await lock.acquire(thread);
    await lock.acquire(thread);
    await expect(condition.wait(thread, lock)).rejects.toThrow(
      'lock lock: thread t waits for c while it has it 2 times; release all but one before wait()',
    );
    expect(lock.depth).toBe(2);
    lock.release(thread);
    lock.release(thread);
  });
  expect((await simulation.run()).outcome).toBe('finished');
});

test('a wait that is refused gives nothing back', async () => {
  const simulation = new Simulation({ schedule: 'round-robin' });
  const lock = new Mutex(simulation.monitor, { name: 'lock' });
  const other = new Mutex(simulation.monitor, { name: 'other' });
  const condition = new Condition(simulation.monitor, { name: 'c' });
  simulation.spawn('t1', async (thread) => {
    await lock.acquire(thread);
    await thread.yield();
    const pending = other.acquire(thread);
    await expect(condition.wait(thread, lock)).rejects.toThrow('thread t1 requests c while it waits for other');
    expect(lock.owner).toBe(thread);
    await pending;
    condition.notify();
    lock.release(thread);
  });
  simulation.spawn('t2', (thread) => other.runExclusive(thread, () => thread.yield()));
  expect((await simulation.run()).outcome).toBe('finished');
});

test('a condition has a name', () => {
  expect(() => new Condition(new Simulation().monitor, {} as never)).toThrow('the name of a condition must be a string');
});
