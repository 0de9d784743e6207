import { expect, test } from 'vitest';
import { AcquireTree, wantOf } from '../../../../packages/lockgraph/src/detect/order/acquire-tree.js';
import type { AcquireId } from '../../../../packages/lockgraph/src/detect/order/acquire-tree.js';
import { WantsIndex } from '../../../../packages/lockgraph/src/detect/order/wants-index.js';
import { NONE } from '../../../../packages/lockgraph/src/detect/state/columns.js';
import { Mode } from '../../../../packages/lockgraph/src/trace/event.js';

function indexed(): { index: WantsIndex; add: (thread: number, object: number, mode: Mode) => AcquireId; list: (first: AcquireId) => AcquireId[] } {
  const tree = new AcquireTree();
  const index = new WantsIndex(tree);
  const add = (thread: number, object: number, mode: Mode): AcquireId => {
    const node = tree.child(tree.root(thread), wantOf(object, mode));
    index.add(node);
    return node;
  };
  const list = (first: AcquireId): AcquireId[] => (first === NONE ? [] : [first, ...list(index.next(first))]);
  return { index, add, list };
}

test('acquires of a lock are listed in whatever mode, the newest first', () => {
  const { index, add, list } = indexed();
  const nodes = [add(1, 70, Mode.exclusive), add(2, 70, Mode.shared), add(3, 70, Mode.upgradable)];
  add(1, 71, Mode.exclusive);
  expect(list(index.ofLock(70))).toEqual(nodes.toReversed());
});

test('a thread that is joined and a lock of the same number are two things', () => {
  const { index, add, list } = indexed();
  const join = add(1, 4, Mode.join);
  const lock = add(1, 4, Mode.exclusive);
  expect(list(index.ofJoin(4))).toEqual([join]);
  expect(list(index.ofLock(4))).toEqual([lock]);
});

test('nothing is listed of what nobody wants, or wants no more', () => {
  const { index, add, list } = indexed();
  add(1, 2, Mode.exclusive);
  add(1, 2, Mode.join);
  index.forget(2);
  index.forget(1000);
  expect(list(index.ofLock(2))).toEqual([]);
  expect(list(index.ofJoin(2))).toHaveLength(1);
  expect([index.ofLock(1000), index.ofJoin(1000)]).toEqual([NONE, NONE]);
});
