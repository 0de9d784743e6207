import fc from 'fast-check';
import { expect, test } from 'vitest';
import { IdList } from '../../../packages/lockgraph/src/graph/id-list.js';
import { OrderList } from '../../../packages/lockgraph/src/graph/order-list.js';

const END = -1;

function listOf(ids: readonly number[]): IdList {
  const list = new IdList();
  for (const id of ids) list.push(id);
  return list;
}

/** The ids by their links, after a check that their labels say the same. */
function read(order: OrderList): number[] {
  const ids: number[] = [];
  for (let id = order.first; id !== END; id = order.next(id)) ids.push(id);
  expect(ids.toSorted((a, b) => order.label[a]! - order.label[b]!)).toEqual(ids);
  expect(new Set(ids.map((id) => order.label[id])).size).toBe(ids.length);
  return ids;
}

test('after any insertions and removals the labels order the ids as a list does', () => {
  const step = fc.record({ what: fc.constantFrom('append', 'insert', 'remove', 'move'), at: fc.nat(99), count: fc.integer({ min: 1, max: 5 }) });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 80, size: 'max' }), (steps) => {
      const order = new OrderList();
      let naive: number[] = [];
      let ids = 0;
      for (const { what, at, count } of steps) {
        const i = at % (naive.length + 1);
        if (what === 'append') {
          order.append(ids);
          naive.push(ids++);
        } else if (i < naive.length) {
          const moved = what === 'insert' ? [] : naive.slice(i, i + count);
          for (const id of moved) order.remove(id);
          naive = naive.filter((id) => !moved.includes(id));
          if (what === 'move') {
            const to = (at * 7) % (naive.length + 1);
            order.insert(listOf(moved.toReversed()), naive[to] ?? END);
            naive.splice(to, 0, ...moved.toReversed());
          }
        }
        expect(read(order)).toEqual(naive);
      }
    }),
  );
});

test('there is always room before one id, and after one', () => {
  const order = new OrderList();
  for (let id = 0; id < 6000; id++) order.append(id);
  for (let id = 2; id < 6000; id++) {
    order.remove(id);
    order.insert(listOf([id]), id % 2 === 0 ? 1 : order.next(1));
  }
  const ids = read(order);
  expect(ids).toHaveLength(6000);
  expect(ids.slice(0, 3)).toEqual([0, 2, 4]);
  expect(ids[2999]).toBe(5998);
  expect(ids.slice(3000, 3003)).toEqual([1, 5999, 5997]);
});

test('at the highest label, ids may still be appended', () => {
  const order = new OrderList();
  order.append(0);
  order.label[0] = 2 ** 52 - 1;
  for (let id = 1; id < 200; id++) order.append(id);
  order.remove(7);
  order.insert(listOf([7]), END);
  const ids = read(order);
  expect(ids).toEqual([...Array(200).keys()].filter((id) => id !== 7).concat(7));
  expect(Math.max(...ids.map((id) => order.label[id]!))).toBeLessThan(2 ** 52);
});
