import { expect, test } from 'vitest';
import { LockUsageError, Mutex, Simulation } from '../../../packages/lockgraph/src/index.js';
import type { MutexOptions, SimulatedThread } from '../../../packages/lockgraph/src/index.js';

/** Runs `action` with two driven threads and a mutex, and gives the kinds of what was found. */
async function driven(
  options: Partial<MutexOptions>,
  action: (lock: Mutex, t1: SimulatedThread, t2: SimulatedThread) => unknown,
): Promise<string[]> {
  const simulation = new Simulation({ sites: false });
  const lock = new Mutex(simulation.monitor, { name: 'm', ...options });
  const t1 = simulation.thread('t1');
  const t2 = simulation.thread('t2');
  await simulation.drive(() => action(lock, t1, t2));
  return simulation.monitor.findings.map(({ kind }) => kind);
}

test('who asks first has it, until it gives it back', async () => {
  await driven({}, async (lock, t1, t2) => {
    await lock.acquire(t1);
    expect(lock.owner).toBe(t1);
    expect(lock.tryAcquire(t2)).toBe(false);
    lock.release(t1);
    expect(lock.owner).toBeUndefined();
    expect(lock.tryAcquire(t2)).toBe(true);
    expect(lock.owner).toBe(t2);
  });
});

test('a mutex that is not recursive is refused to its owner by a try', async () => {
  await driven({}, (lock, t1) => {
    expect([lock.tryAcquire(t1), lock.tryAcquire(t1)]).toEqual([true, false]);
  });
});

test('a recursive mutex is free after as many releases as acquires', async () => {
  const found = await driven({ recursive: true }, async (lock, t1, t2) => {
    await lock.acquire(t1);
    await lock.acquire(t1);
    expect(lock.depth).toBe(2);
    lock.release(t1);
    expect(lock.tryAcquire(t2)).toBe(false);
    lock.release(t1);
    expect(lock.tryAcquire(t2)).toBe(true);
  });
  expect(found).toEqual([]);
});

test('under the policy throw, a release by another thread is an error and changes nothing', async () => {
  const found = await driven({}, async (lock, t1, t2) => {
    await lock.acquire(t1);
    expect(() => lock.release(t2)).toThrow(LockUsageError);
    expect(() => lock.release(t2)).toThrow('lock m: thread t2 releases it, but thread t1 has it; release where it was acquired, once');
    expect(lock.owner).toBe(t1);
    expect(lock.tryAcquire(t2)).toBe(false);
  });
  expect(found).toEqual(['unlock-foreign']);
});

test('under the policy throw, a release of a free mutex is an error', async () => {
  const found = await driven({}, (lock, t1) => {
    expect(() => lock.release(t1)).toThrow('but nobody has it');
  });
  expect(found).toEqual(['unlock-not-held']);
});

test('under the policy pthread, a release by another thread frees the mutex without a word', async () => {
  const found = await driven({ unlock: 'pthread' }, async (lock, t1, t2) => {
    await lock.acquire(t1);
    lock.release(t2);
    expect(lock.tryAcquire(t2)).toBe(true);
    lock.release(t1);
    expect(lock.owner).toBeUndefined();
  });
  expect(found).toEqual(['unlock-foreign']);
});

test('under the policy pthread, a release of a free mutex leaves it free', async () => {
  const found = await driven({ unlock: 'pthread' }, (lock, t1) => {
    lock.release(t1);
    expect(lock.tryAcquire(t1)).toBe(true);
  });
  expect(found).toEqual(['unlock-not-held']);
});

test('runExclusive gives the mutex back, and what the action returns', async () => {
  await driven({}, async (lock, t1) => {
    expect(await lock.runExclusive(t1, () => lock.owner)).toBe(t1);
    expect(lock.owner).toBeUndefined();
  });
});

test('runExclusive gives the mutex back when the action throws', async () => {
  await driven({}, async (lock, t1) => {
    await expect(lock.runExclusive(t1, () => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
    expect(lock.owner).toBeUndefined();
  });
});

test('when the action throws and the release does too, the error of the action comes out', async () => {
  const found = await driven({}, async (lock, t1) => {
    const action = (): never => {
      lock.release(t1);
      throw new Error('broken');
    };
    await expect(lock.runExclusive(t1, action)).rejects.toThrow('broken');
    await expect(lock.runExclusive(t1, () => lock.release(t1))).rejects.toThrow(LockUsageError);
  });
  expect(found).toEqual(['unlock-not-held']);
});

test('a hold releases once, by hand or at the end of a block', async () => {
  const found = await driven({}, async (lock, t1) => {
    const hold = await lock.hold(t1);
    hold.release();
    hold.release();
    expect(lock.owner).toBeUndefined();
    const other = await lock.hold(t1);
    await other[Symbol.asyncDispose]();
    expect(lock.owner).toBeUndefined();
  });
  expect(found).toEqual([]);
});

test('a hold is made where the platform has no Symbol.asyncDispose', async () => {
  const symbol = Object.getOwnPropertyDescriptor(Symbol, 'asyncDispose')!;
  if (symbol.configurable !== true) return;
  Reflect.deleteProperty(Symbol, 'asyncDispose');
  try {
    await driven({}, async (lock, t1) => {
      (await lock.hold(t1)).release();
      expect(lock.owner).toBeUndefined();
    });
  } finally {
    Object.defineProperty(Symbol, 'asyncDispose', symbol);
  }
});

test('a mutex that was destroyed is not used before init', async () => {
  const found = await driven({}, async (lock, t1) => {
    lock.destroy(t1);
    expect(() => lock.acquire(t1)).toThrow('lock m: thread t1 uses it after destroy(); call init() first');
    lock.init(t1);
    await lock.acquire(t1);
    lock.release(t1);
  });
  expect(found).toEqual([]);
});

test('a thread that waits for a mutex when it is destroyed never gets it, and that is a hang', async () => {
  const simulation = new Simulation({ schedule: 'round-robin', sites: false });
  const lock = new Mutex(simulation.monitor, { name: 'm' });
  simulation.spawn('A', async (thread) => {
    await lock.acquire(thread);
    await thread.yield();
    lock.release(thread);
    lock.destroy(thread);
  });
  simulation.spawn('B', (thread) => lock.acquire(thread));
  const { outcome, analysis } = await simulation.run();
  expect(outcome).toBe('stopped');
  expect(lock.owner).toBeUndefined();
  expect(analysis.findings.map(({ kind, cycle }) => [kind, cycle.map(({ thread, wants }) => `${thread} ${wants}`)])).toEqual([
    ['hang', ['B m']],
  ]);
});

test('a thread that waits for a mutex that is destroyed gets it when its life begins again', async () => {
  const simulation = new Simulation({ schedule: 'round-robin', sites: false });
  const lock = new Mutex(simulation.monitor, { name: 'm' });
  simulation.spawn('A', async (thread) => {
    await lock.acquire(thread);
    await thread.yield();
    lock.release(thread);
    lock.destroy(thread);
    await thread.yield();
    lock.init(thread);
  });
  simulation.spawn('B', (thread) => lock.runExclusive(thread, () => {}));
  expect((await simulation.run()).outcome).toBe('finished');
});

test('destroying or initializing a mutex that is held is a finding, and frees it', async () => {
  const found = await driven({}, async (lock, t1) => {
    await lock.acquire(t1);
    lock.init(t1);
    await lock.acquire(t1);
    lock.destroy(t1);
    expect(lock.owner).toBeUndefined();
  });
  expect(found).toEqual(['init-held', 'destroy-held']);
});

test('a thread of another simulation is refused', async () => {
  const lock = new Mutex(new Simulation().monitor, { name: 'm' });
  const simulation = new Simulation();
  simulation.spawn('t', (thread) => lock.acquire(thread));
  await expect(simulation.run()).rejects.toThrow('lock m: thread t has another monitor');
});

test.each(['init', 'destroy'] as const)('a thread of another simulation is refused by %s, and its event is in neither run', async (method) => {
  const home = new Simulation();
  const lock = new Mutex(home.monitor, { name: 'm' });
  await home.drive(() => {
    expect(() => lock[method](new Simulation().thread('t'))).toThrow('lock m: thread t has another monitor');
  });
  expect(home.monitor.analysis('home').source.events).toBe(0);
});

test('two mutexes of one name are two locks', () => {
  const { monitor } = new Simulation();
  expect([new Mutex(monitor, { name: 'm' }).name, new Mutex(monitor, { name: 'm' }).name]).toEqual(['m', 'm#2']);
});

test.each([
  [undefined, 'the options of a mutex must be an object with a name; it is undefined (undefined)'],
  [{}, 'the name of a mutex must be a string that is not empty'],
  [{ name: 'm', class: 1 }, 'the class of a mutex must be a string or creationSite; it is 1 (number)'],
  [{ name: 'm', class: Symbol('site') }, 'the class of a mutex must be a string or creationSite; it is Symbol(site) (symbol)'],
  [{ name: 'm', rank: Number.NaN }, 'the rank of a mutex must be a finite number; it is NaN (number)'],
  [{ name: 'm', rank: -Infinity }, 'the rank of a mutex must be a finite number; it is -Infinity (number)'],
  [{ name: 'm', key: Number.NaN }, 'the key of a mutex must be a finite number; it is NaN (number)'],
  [{ name: 'm', recursive: 'yes' }, 'the recursive of a mutex must be true or false; it is "yes"'],
  [{ name: 'm', unlock: 'ignore' }, "the unlock of a mutex must be 'throw' or 'pthread'; it is \"ignore\""],
  [{ name: 'm', recursive: true, unlock: 'pthread' }, 'leave one out'],
])('the options %j are refused, with the value', (options, message) => {
  expect(() => new Mutex(new Simulation().monitor, options as MutexOptions)).toThrow(message);
});
