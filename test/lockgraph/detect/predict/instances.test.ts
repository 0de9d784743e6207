import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Instances } from '../../../../packages/lockgraph/src/detect/predict/instances.js';

const rows = fc.uniqueArray(fc.nat(500), { maxLength: 60 }).map((all) => all.toSorted((one, other) => one - other));

test('the instances of a group are found by their place, by a stretch of rows, and by a row that is near', () => {
  fc.assert(
    fc.property(rows, rows, fc.nat(520), fc.nat(520), (own, others, from, to) => {
      const instances = new Instances(2);
      for (const row of own) instances.add(1, row * 2, row);
      for (const row of others) instances.add(0, 0, row);
      expect(instances.count(1)).toBe(own.length);
      expect(own.map((_, index) => [instances.row(1, index), instances.pairs(1, index)])).toEqual(own.map((row) => [row, row * 2]));
      expect([...instances.rowsBetween(1, from, to)]).toEqual(own.filter((row) => row >= from && row < to));
      if (own.length === 0) return;
      const distance = Math.min(...own.map((row) => Math.abs(row - from)));
      expect(Math.abs(instances.nearest(1, from) - from)).toBe(distance);
      expect(own).toContain(instances.nearest(1, from));
    }),
  );
});

test('a group without instances has none', () => {
  const instances = new Instances(1);
  expect([instances.count(0), [...instances.rowsBetween(0, 0, 10)]]).toEqual([0, []]);
});
