import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Antichain } from '../../../../packages/lockgraph/src/detect/knowledge/antichain.js';

const sets = fc.array(fc.uniqueArray(fc.nat({ max: 6 }), { minLength: 1 }), { maxLength: 20 });

it('keeps the sets that lie within no other one', () => {
  fc.assert(
    fc.property(sets, (all) => {
      const antichain = new Antichain();
      for (const set of all) antichain.add(new Set(set));
      expect(texts([...antichain.sets].map((set) => [...set]))).toEqual(texts(all.filter((one) => !all.some((other) => other.length > one.length && isWithin(one, other)))));
    }),
    { numRuns: 500 },
  );
});

it('keeps equal sets once', () => {
  const antichain = new Antichain();
  antichain.add(new Set([1, 2]));
  antichain.add(new Set([2, 1]));
  expect([...antichain.sets]).toEqual([new Set([1, 2])]);
});

function isWithin(one: readonly number[], other: readonly number[]): boolean {
  return one.every((member) => other.includes(member));
}

function texts(lists: readonly (readonly number[])[]): string[] {
  return [...new Set(lists.map((list) => list.toSorted().join()))].toSorted();
}
