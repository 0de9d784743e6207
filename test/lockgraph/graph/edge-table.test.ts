import fc from 'fast-check';
import { expect, test } from 'vitest';
import { EdgeTable, FROM, NO_EDGE, ROW, TO } from '../../../packages/lockgraph/src/graph/edge-table.js';

test('after any additions and removals it has the edges of a map, each with its row', () => {
  const step = fc.record({ add: fc.boolean(), from: fc.nat(9), to: fc.nat(9) });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200, size: 'max' }), (steps) => {
      const table = new EdgeTable();
      const naive = new Map<string, number>();
      for (const { add, from, to } of steps) {
        if (from === to) continue;
        const known = naive.get(`${from} > ${to}`);
        if (add) {
          const edge = table.add(from, to);
          expect(edge === NO_EDGE).toBe(known !== undefined);
          if (edge !== NO_EDGE) naive.set(`${from} > ${to}`, edge);
        } else if (known !== undefined) {
          table.discard(known);
          naive.delete(`${from} > ${to}`);
        }
        expect(table.size).toBe(naive.size);
        for (let a = 0; a < 10; a++) {
          for (let b = 0; b < 10; b++) {
            if (a === b) continue;
            const edge = table.find(a, b);
            if (edge !== (naive.get(`${a} > ${b}`) ?? NO_EDGE)) expect([a, b, edge]).toEqual([a, b, naive.get(`${a} > ${b}`)]);
            if (edge !== NO_EDGE && (table.rows[edge + FROM] !== a || table.rows[edge + TO] !== b)) expect(edge).toBe(`${a} > ${b}`);
          }
        }
      }
    }),
    { numRuns: 50 },
  );
});

test('the rows of discarded edges are used again', () => {
  const table = new EdgeTable();
  for (let i = 0; i < 1000; i++) table.discard(table.add(i, i + 1));
  expect(table.end).toBe(2 * ROW);
});

test('the rows of removed edges are used again when they are reclaimed', () => {
  const table = new EdgeTable();
  for (let i = 0; i < 100; i++) table.add(0, i + 1);
  for (let i = 0; i < 100; i += 2) table.remove(table.find(0, i + 1), 0);
  const { end } = table;
  table.reclaim();
  for (let i = 0; i < 50; i++) table.add(1, i + 2);
  expect([table.end, table.size]).toEqual([end, 100]);
});
