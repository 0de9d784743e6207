import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Registry } from '../../../packages/lockgraph/src/trace/registry.js';

test('a lock without a class is a class of its own', () => {
  const registry = new Registry();
  const lock = registry.addLock({ name: 'm' });
  expect(registry.hasClasses).toBe(false);
  expect(registry.className(registry.classOf(lock))).toBe('m');
  expect(registry.classSize(registry.classOf(lock))).toBe(1);
});

test('a second lock of a name is of the same class as the first', () => {
  const registry = new Registry();
  const [first, second] = [registry.addLock({ name: 'm' }), registry.addLock({ name: 'm' })];
  expect(registry.lock(second).name).toBe('m#2');
  expect(registry.classOf(second)).toBe(registry.classOf(first));
  expect(registry.hasClasses).toBe(true);
});

test('the class of a lock keeps its id when locks with classes follow', () => {
  const registry = new Registry();
  const locks = ['a', 'b', 'c'].map((name) => registry.addLock({ name }));
  const before = locks.map((lock) => registry.classOf(lock));
  registry.addLock({ name: 'd', class: 'b' });
  expect(locks.map((lock) => registry.classOf(lock))).toEqual(before);
});

const addition = fc.record({ name: fc.constantFrom('a', 'b', 'c', 'm#2', '__proto__'), class: fc.option(fc.constantFrom('a', 'c', 'role', ''), { nil: undefined }) });

test('classes are those of a list that is searched, and dense from 0', () => {
  fc.assert(
    fc.property(fc.array(addition), (additions) => {
      const registry = new Registry();
      for (const { name, class: lockClass } of additions) registry.addLock(lockClass === undefined ? { name } : { name, class: lockClass });
      const locks = Array.from({ length: registry.lockCount }, (_, id) => registry.lock(id));
      expect(registry.hasClasses).toBe(locks.some((lock) => lock.class !== lock.name));
      expect(registry.classCount).toBe(new Set(locks.map((lock) => lock.class)).size);
      for (const [id, lock] of locks.entries()) {
        const of = registry.classOf(id);
        expect(of).toBeLessThan(registry.classCount);
        expect(registry.className(of)).toBe(lock.class);
        expect(registry.classSize(of)).toBe(locks.filter((other) => other.class === lock.class).length);
      }
    }),
  );
});

test('a class that there is not is refused', () => {
  const registry = new Registry();
  registry.addLock({ name: 'm' });
  expect(() => registry.className(1)).toThrow('no class has the id 1; there are 1');
});

test.each([{ rank: 0 }, { key: 0 }])('a lock with %j has a declared order', (declared) => {
  const registry = new Registry();
  registry.addLock({ name: 'a' });
  expect(registry.hasOrder).toBe(false);
  registry.addLock({ name: 'b', ...declared });
  expect(registry.hasOrder).toBe(true);
});

test.each([
  [{ rank: NaN }, 'rank of the lock "m" must be a finite number, got NaN'],
  [{ key: Infinity }, 'key of the lock "m" must be a finite number, got Infinity'],
])('a lock with %j is refused', (declared, reason) => {
  expect(() => new Registry().addLock({ name: 'm', ...declared })).toThrow(new RangeError(reason));
});
