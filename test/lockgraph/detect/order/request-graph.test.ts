import { expect, test } from 'vitest';
import { AcquireFlag, AcquireTree, wantOf } from '../../../../packages/lockgraph/src/detect/order/acquire-tree.js';
import type { AcquireId } from '../../../../packages/lockgraph/src/detect/order/acquire-tree.js';
import { RequestGraph } from '../../../../packages/lockgraph/src/detect/order/request-graph.js';
import { NONE } from '../../../../packages/lockgraph/src/detect/state/columns.js';
import { Mode } from '../../../../packages/lockgraph/src/trace/event.js';

function graph() {
  const tree = new AcquireTree();
  const made = new RequestGraph(tree);
  const want = (thread: number, ...wants: readonly number[]): AcquireId => {
    const node = wants.reduce((at, each) => tree.child(at, each), tree.root(thread));
    tree.set(node, AcquireFlag.requested);
    made.add(thread, node);
    return node;
  };
  return { made, want };
}

const lock = (object: number): number => wantOf(object, Mode.exclusive);

test('a join does not bring back a lock that was destroyed', () => {
  const { made, want } = graph();
  want(1, lock(5));
  const other = want(1, lock(6));
  made.remove(5);
  want(2, lock(7));
  want(2, lock(7), wantOf(1, Mode.join));
  expect([made.index.ofLock(5), made.index.ofLock(6)]).toEqual([NONE, other]);
});

test('a thread that is joined by one who has what it wants is on a cycle with it, until the lock is destroyed', () => {
  const { made, want } = graph();
  const wanted = want(1, lock(5));
  want(2, lock(5));
  const join = want(2, lock(5), wantOf(1, Mode.join));
  expect(made.onCycle(wanted, join)).toBe(true);
  expect(made.isCyclic(2, join)).toBe(true);
  made.remove(5);
  expect(made.onCycle(wanted, join)).toBe(false);
  expect(made.isCyclic(1, wanted)).toBe(false);
});

test('an acquire that is known is on a cycle by way of an older lock, too, where nobody wanted the newer ones while that was held', () => {
  const { made, want } = graph();
  const again = want(1, lock(5), lock(6), lock(7));
  want(2, lock(7), lock(5));
  expect(made.isCyclic(1, again)).toBe(true);
});
