import { expect, test } from 'vitest';
import { Monitor, Mutex, Simulation, SimulationError } from '../../../packages/lockgraph/src/index.js';
import type { Resource } from '../../../packages/lockgraph/src/index.js';
import { Mode } from '../../../packages/lockgraph/src/trace/event.js';
import { abba, eventsOf, kinds, takeBoth } from './programs.js';

test('two threads that take two locks in opposite orders deadlock when they take turns', async () => {
  const simulation = abba({ schedule: 'round-robin' });
  const { outcome, analysis } = await simulation.run();
  expect(outcome).toBe('stopped');
  expect(kinds(simulation)).toEqual(['deadlock']);
  expect(analysis.findings[0]!.cycle.map(({ thread, wants, holds }) => `${thread} ${wants} ${holds}`).toSorted()).toEqual([
    't1 b a',
    't2 a b',
  ]);
});

test('the same two threads finish when each goes on until it waits', async () => {
  const simulation = abba({ schedule: 'in-order' });
  expect((await simulation.run()).outcome).toBe('finished');
  expect(simulation.monitor.findings.map(({ kind, evidence }) => [kind, evidence])).toEqual([['lock-order', 'possible']]);
});

test('some seeds find the deadlock, and others do not', async () => {
  const outcomes = new Set<string>();
  for (let seed = 0; seed < 20; seed++) outcomes.add((await abba({ schedule: { seed } }).run()).outcome);
  expect(outcomes).toEqual(new Set(['finished', 'stopped']));
});

test('one seed gives one run', async () => {
  const runs = [];
  for (let n = 0; n < 2; n++) {
    const simulation = abba({ schedule: { seed: 7 } });
    const events = eventsOf(simulation);
    const { schedule } = await simulation.run();
    runs.push({ schedule, events });
  }
  expect(runs[0]).toEqual(runs[1]);
});

test('without threads, a run is over at once', async () => {
  expect(await new Simulation().run()).toMatchObject({ outcome: 'finished', steps: 0, schedule: '' });
});

test('a thread that takes a lock twice stands still, and the others go on', async () => {
  const simulation = new Simulation();
  const lock = new Mutex(simulation.monitor, { name: 'm' });
  let other = false;
  simulation.spawn('t1', async (thread) => {
    await lock.acquire(thread);
    await lock.acquire(thread);
  });
  simulation.spawn('t2', () => {
    other = true;
  });
  expect((await simulation.run()).outcome).toBe('stopped');
  expect(kinds(simulation)).toEqual(['self-deadlock']);
  expect(other).toBe(true);
});

test('a thread waits for ever for a lock whose holder has ended', async () => {
  const simulation = new Simulation();
  const lock = new Mutex(simulation.monitor, { name: 'm' });
  simulation.spawn('t1', async (thread) => {
    await lock.acquire(thread);
  });
  simulation.spawn('t2', async (thread) => {
    await lock.acquire(thread);
  });
  expect((await simulation.run()).outcome).toBe('stopped');
  expect(kinds(simulation)).toEqual(['exit-holding', 'orphaned-lock']);
});

test('a join waits for the end of the thread', async () => {
  const simulation = new Simulation();
  const order: string[] = [];
  simulation.spawn('parent', async (thread) => {
    const child = thread.spawn('child', async (self) => {
      await self.yield();
      order.push('child');
    });
    await thread.join(child);
    order.push('parent');
  });
  expect((await simulation.run()).outcome).toBe('finished');
  expect(order).toEqual(['child', 'parent']);
});

test('a thread that joins one which waits for its lock is in a deadlock with it', async () => {
  const simulation = new Simulation();
  const lock = new Mutex(simulation.monitor, { name: 'm' });
  simulation.spawn('parent', async (thread) => {
    await lock.acquire(thread);
    const child = thread.spawn('child', (self) => lock.acquire(self));
    await thread.join(child);
  });
  await simulation.run();
  expect(kinds(simulation)).toEqual(['deadlock']);
});

test('what a body throws comes out at the end, when the others have run', async () => {
  const simulation = new Simulation();
  let other = false;
  simulation.spawn('t1', () => {
    throw new Error('broken');
  });
  simulation.spawn('t2', () => {
    other = true;
  });
  await expect(simulation.run()).rejects.toThrow('broken');
  expect(other).toBe(true);
});

test('what several bodies throw comes out as one error that names their threads', async () => {
  const simulation = new Simulation();
  for (const name of ['t1', 't2']) simulation.spawn(name, () => Promise.reject(new Error(name)));
  const error: unknown = await simulation.run().catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(AggregateError);
  expect((error as AggregateError).message).toBe('2 errors, in t1, t2');
  expect((error as AggregateError).errors.map(String)).toEqual(['Error: t1', 'Error: t2']);
});

test('what was found before a body threw is in the monitor', async () => {
  const simulation = new Simulation();
  const lock = new Mutex(simulation.monitor, { name: 'm' });
  simulation.spawn('t1', async (thread) => {
    await lock.acquire(thread);
    throw new Error('broken');
  });
  await expect(simulation.run()).rejects.toThrow('broken');
  expect(kinds(simulation)).toEqual(['exit-holding']);
});

test('a thousand threads share a lock', async () => {
  const simulation = new Simulation({ schedule: { seed: 1 } });
  const lock = new Mutex(simulation.monitor, { name: 'm' });
  let counter = 0;
  for (let n = 0; n < 1000; n++) {
    simulation.spawn(`t${n}`, async (thread) => {
      await lock.acquire(thread);
      const seen = counter;
      await thread.yield();
      counter = seen + 1;
      lock.release(thread);
    });
  }
  expect((await simulation.run()).outcome).toBe('finished');
  expect(counter).toBe(1000);
});

test('a name that is taken gets a number behind it', () => {
  const simulation = new Simulation();
  expect(['t', 't', 't'].map((name) => simulation.spawn(name, () => {}).name)).toEqual(['t', 't#2', 't#3']);
});

test('what a body throws comes out as it is, and the hang of the others is in the analysis', async () => {
  const simulation = new Simulation();
  const lock = new Mutex(simulation.monitor, { name: 'm' });
  const broken = new Error('broken');
  simulation.spawn('t1', async (thread) => {
    await lock.acquire(thread);
    throw broken;
  });
  simulation.spawn('t2', (thread) => lock.acquire(thread));
  await expect(simulation.run()).rejects.toBe(broken);
  expect(simulation.monitor.analysis('run').findings.map(({ kind }) => kind)).toEqual(['exit-holding', 'orphaned-lock']);
});

test('many names that are taken cost no more each than few', () => {
  const simulation = new Simulation();
  const started = performance.now();
  for (let n = 0; n < 20_000; n++) {
    simulation.thread('t');
    simulation.monitor.registry.addLock({ name: 'm' });
  }
  expect(simulation.thread('t').name).toBe('t#20001');
  expect(new Mutex(simulation.monitor, { name: 'm' }).name).toBe('m#20001');
  // It takes 50 ms; with all numbers tried from the first, 10 s and more.
  expect(performance.now() - started).toBeLessThan(2000);
});

test('a number that somebody has taken is left out', () => {
  const simulation = new Simulation();
  expect(['t#2', 't', 't', 't#2', 't'].map((name) => simulation.thread(name).name)).toEqual(['t#2', 't', 't#3', 't#2#2', 't#4']);
});

test('names that are special to objects or terminals are names like any other', async () => {
  const simulation = new Simulation({ schedule: 'round-robin' });
  const a = new Mutex(simulation.monitor, { name: '__proto__' });
  const b = new Mutex(simulation.monitor, { name: 'constructor' });
  simulation.spawn('__proto__', (thread) => takeBoth(thread, a, b));
  simulation.spawn('\u001b[31m "x"\n', (thread) => takeBoth(thread, b, a));
  const { schedule } = await simulation.run();
  expect(kinds(simulation)).toEqual(['deadlock']);
  expect(schedule).toBe('__proto__ "\\u001b[31m \\"x\\"\\n" __proto__ "\\u001b[31m \\"x\\"\\n"');
});

test('events carry the place in the source that made them', async () => {
  const simulation = abba({ schedule: 'round-robin' });
  await simulation.run();
  const [waiter] = simulation.monitor.findings[0]!.cycle;
  expect(waiter!.requestedAt.site).toMatch(/^test\/lockgraph\/threads\/programs\.ts:17:16$/);
  expect(waiter!.acquiredAt!.site).toMatch(/^test\/lockgraph\/threads\/programs\.ts:16:15$/);
  expect(waiter!.requestedAt.stack).toEqual(['takeBoth']);
});

test('without sites, events carry the simulated stack alone', async () => {
  const simulation = abba({ schedule: 'round-robin', sites: false });
  await simulation.run();
  expect(simulation.monitor.findings[0]!.cycle[0]!.requestedAt.site).toBeUndefined();
});

test('a simulation runs once', async () => {
  const simulation = new Simulation();
  await simulation.run();
  await expect(simulation.run()).rejects.toThrow('a simulation runs once');
  expect(() => simulation.spawn('late', () => {})).toThrow('thread late comes after the end of the run');
});

test('a monitor serves one simulation, for what it found out at the end of one hides what another would find', async () => {
  const { monitor } = new Simulation();
  expect(() => new Simulation({ monitor })).toThrow('a monitor serves one simulation, and this one has had one; make a new Monitor');
  const own = new Monitor();
  expect(() => new Simulation({ monitor: own, schedule: 'random' as never })).toThrow(TypeError);
  expect((await new Simulation({ monitor: own }).run()).outcome).toBe('finished');
  expect(() => new Simulation({ monitor: own })).toThrow(SimulationError);
});

test.each([
  [{ schedule: 'random' }, 'schedule must be'],
  [{ schedule: { seed: -1 } }, 'and is {"seed":-1}'],
  [{ schedule: { seed: 1.5 } }, 'schedule must be'],
  [{ schedule: null }, 'and is null'],
  [{ capacity: -1 }, 'capacity must be'],
  [{ schedule: { schedule: 't1*0' } }, 'the schedule has "t1*0" at column 1'],
])('the options %j are refused, with the value', (options, message) => {
  expect(() => new Simulation(options as object)).toThrow(message);
});

test('a body must be a function', () => {
  expect(() => new Simulation().spawn('t', 1 as never)).toThrow('the body of thread t must be a function, and is number');
});

test('two requests at a time of one thread are an error', async () => {
  const simulation = new Simulation({ schedule: 'round-robin' });
  const a = new Mutex(simulation.monitor, { name: 'a' });
  const b = new Mutex(simulation.monitor, { name: 'b' });
  simulation.spawn('t2', (thread) => thread.yield());
  simulation.spawn('t1', async (thread) => {
    await Promise.all([a.acquire(thread), b.acquire(thread)]);
  });
  simulation.spawn('t3', (thread) => thread.yield());
  await expect(simulation.run()).rejects.toThrow('thread t1 requests b while it waits for a: await each request before the next');
});

test('operations are numbered in the run, and do not nest', async () => {
  const simulation = new Simulation();
  const name = simulation.monitor.registry.operation('malloc', ['size']);
  const numbers: number[] = [];
  for (const thread of ['t1', 't2']) {
    simulation.spawn(thread, (self) => {
      numbers.push(self.begin(name, 8));
      self.end();
      numbers.push(self.begin(name, 8));
      if (thread === 't2') self.begin(name);
    });
  }
  await expect(simulation.run()).rejects.toThrow('thread t2 begins "malloc" while operation #4 is under way: call end() first');
  expect(numbers).toEqual([1, 2, 3, 4]);
});

/** A resource that fails when it is asked, or when it is given. */
function failing(method: 'available' | 'take'): Resource {
  const fail = (): never => {
    throw new TypeError(`${method} is broken`);
  };
  let asked = 0;
  // Asked a second time, when the first thread has had its turn: the failure is on the stack of another one.
  return { id: 0, name: 'r', available: () => (method === 'available' && ++asked > 1 ? fail() : asked > 0 || method === 'take'), take: fail };
}

test.each(['available', 'take'] as const)('what a resource throws when it is asked on the stack of another thread ends the run: %s', async (method) => {
  const simulation = new Simulation({ schedule: 'round-robin', sites: false });
  const resource = failing(method);
  simulation.monitor.registry.addLock({ name: 'r' });
  simulation.spawn('t1', (thread) => thread.request(resource, Mode.exclusive));
  simulation.spawn('t2', async (thread) => {
    await thread.yield();
    await thread.yield();
  });
  await expect(simulation.run()).rejects.toThrow(`${method} is broken`);
});

test.each([
  [[NaN], '(NaN, 0)'],
  [[1, Infinity], '(1, Infinity)'],
  [['8'], '("8", 0)'],
])('an operation has finite numbers, and not %j', async (numbers, shown) => {
  const simulation = new Simulation();
  const name = simulation.monitor.registry.operation('malloc', ['size']);
  simulation.spawn('t', (thread) => thread.begin(name, ...(numbers as number[])));
  await expect(simulation.run()).rejects.toThrow(`thread t begins "malloc" with ${shown}: both must be finite numbers`);
});
