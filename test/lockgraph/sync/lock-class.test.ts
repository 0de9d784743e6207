import { expect, test } from 'vitest';
import { creationSite } from '../../../packages/lockgraph/src/sync/lock-class.js';
import { Mutex } from '../../../packages/lockgraph/src/sync/mutex.js';
import { Simulation } from '../../../packages/lockgraph/src/threads/simulation.js';

const { monitor } = new Simulation();
const { registry } = monitor;

function account(name: string): Mutex {
  return new Mutex(monitor, { name, class: creationSite });
}

test('locks that one line makes are of one class, named after the place', () => {
  const [first, second] = [account('first'), account('second')];
  expect(registry.lock(first.id).class).toMatch(/^test\/lockgraph\/sync\/lock-class\.test\.ts:10:10$/);
  expect(registry.classOf(second.id)).toBe(registry.classOf(first.id));
  expect(registry.classSize(registry.classOf(first.id))).toBe(2);
});

test('locks that two lines make are of two classes', () => {
  const here = new Mutex(monitor, { name: 'here', class: creationSite });
  const there = new Mutex(monitor, { name: 'there', class: creationSite });
  expect(registry.classOf(here.id)).not.toBe(registry.classOf(there.id));
});

test('a lock that is made where no file is on the stack is a class of its own', async () => {
  // A function out of a string, called by a timer: neither is in a file.
  const make = new Function('made', 'Mutex', 'monitor', 'site', "made(new Mutex(monitor, { name: 'nowhere', class: site }))");
  const lock = await new Promise<Mutex>((made) => setTimeout(make as (...given: unknown[]) => void, 0, made, Mutex, monitor, creationSite));
  expect(registry.lock(lock.id).class).toBe('nowhere');
});

test('keys and ranks of a mutex are those of its lock', () => {
  const lock = new Mutex(monitor, { name: 'm', rank: 3, key: -1 });
  expect(registry.lock(lock.id)).toMatchObject({ rank: 3, key: -1, class: 'm', kind: 'mutex' });
});
