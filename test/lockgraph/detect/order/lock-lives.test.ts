import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LockLives } from '../../../../packages/lockgraph/src/detect/order/lock-lives.js';
import { NONE } from '../../../../packages/lockgraph/src/detect/state/columns.js';

test('a lock is one object until its life ends, and another one then', () => {
  const lives = new LockLives();
  const first = lives.object(5);
  expect(lives.object(5)).toBe(first);
  expect(lives.end(5)).toBe(first);
  const second = lives.object(5);
  expect(second).not.toBe(first);
  expect([lives.lock(first), lives.lock(second)]).toEqual([5, 5]);
});

test('the end of a lock that nobody knew is none', () => {
  const lives = new LockLives();
  expect(lives.end(3)).toBe(NONE);
  lives.object(3);
  lives.end(3);
  expect(lives.end(3)).toBe(NONE);
});

type Step = readonly [what: 'object' | 'end', lock: number];
const steps = fc.array(fc.tuple(fc.constantFrom('object', 'end'), fc.nat(4)) as fc.Arbitrary<Step>, { maxLength: 40 });

test('asked again from the beginning on, in whatever order, the same life of a lock is the same object', () => {
  fc.assert(
    fc.property(steps, steps, (live, again) => {
      const first = new LockLives();
      const objects = played(first, live);
      const others = played(first.again(), again);
      const all = [...objects, ...others];
      const keys = new Map<number, string>();
      for (const [key, object] of all) {
        expect(keys.get(object) ?? key).toBe(key);
        keys.set(object, key);
        expect(first.lock(object)).toBe(Number(key.split(' ')[0]));
      }
      expect(new Set(all.map(([key]) => key)).size).toBe(keys.size);
    }),
  );
});

/** Each object with its lock and life; a life that nobody asked for does not count. */
function played(lives: LockLives, all: readonly Step[]): [key: string, object: number][] {
  const over = new Map<number, number>();
  const asked = new Set<number>();
  return all.flatMap(([what, lock]): [string, number][] => {
    if (what === 'object') {
      asked.add(lock);
      return [[`${lock} ${over.get(lock) ?? 0}`, lives.object(lock)]];
    }
    lives.end(lock);
    if (asked.delete(lock)) over.set(lock, (over.get(lock) ?? 0) + 1);
    return [];
  });
}
