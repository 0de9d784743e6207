import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AcquireTree, modeOf, objectOf, wantOf } from '../../../../packages/lockgraph/src/detect/order/acquire-tree.js';
import type { AcquireId } from '../../../../packages/lockgraph/src/detect/order/acquire-tree.js';
import { Contexts } from '../../../../packages/lockgraph/src/detect/order/contexts.js';
import { NONE } from '../../../../packages/lockgraph/src/detect/state/columns.js';
import { Mode } from '../../../../packages/lockgraph/src/trace/event.js';

/** What a thread holds, the oldest first, each with how often and since when. By object and mode, or by object alone. */
class Stack {
  readonly #byMode: boolean;
  readonly holds: { readonly want: number; times: number; readonly since: readonly [event: number, call: number] }[] = [];

  constructor(byMode: boolean) {
    this.#byMode = byMode;
  }

  enter(event: number, want: number, call: number): boolean {
    const hold = this.#of(want);
    if (hold === undefined) this.holds.push({ want, times: 1, since: [event, call] });
    else hold.times++;
    return hold === undefined;
  }

  leave(want: number): boolean {
    const hold = this.#of(want);
    if (hold === undefined || --hold.times > 0) return false;
    this.holds.splice(this.holds.indexOf(hold), 1);
    return true;
  }

  drop(object: number): void {
    for (const hold of this.holds.filter(({ want }) => objectOf(want) === object)) this.holds.splice(this.holds.indexOf(hold), 1);
  }

  /** Nobody else has it, in whatever mode, or nobody who is in the way. */
  canWait(want: number): boolean {
    const own = this.holds.filter((hold) => objectOf(hold.want) === objectOf(want));
    if (!this.#byMode) return own.length === 0;
    const isShared = own.every((hold) => modeOf(hold.want) === Mode.shared);
    return isShared && (own.length === 0 || modeOf(want) === Mode.exclusive);
  }

  #of(want: number) {
    return this.holds.find((hold) => (this.#byMode ? hold.want === want : objectOf(hold.want) === objectOf(want)));
  }
}

/** The thread of a node, and what was taken up to it. */
function path(tree: AcquireTree, node: AcquireId): { readonly thread: number; readonly wants: number[] } {
  const wants: number[] = [];
  let at = node;
  for (; !tree.isRoot(at); at = tree.parent(at)) wants.unshift(tree.want(at));
  return { thread: tree.want(at), wants };
}

const THREADS = 3;
const OBJECTS = 5;
const step = fc.record({
  what: fc.constantFrom('enter', 'enter', 'enter', 'leave', 'leave', 'drop'),
  thread: fc.nat(THREADS - 1),
  object: fc.nat(OBJECTS - 1),
  mode: fc.constantFrom(Mode.exclusive, Mode.shared),
  call: fc.nat(3),
});

/** The moments at which what `thread` holds was taken, the oldest first, as they are remembered. */
function since(tree: AcquireTree, newest: number): (readonly [event: number, call: number])[] {
  const moments: (readonly [number, number])[] = [];
  for (let moment = newest; moment !== NONE; moment = tree.moments.below(moment)) {
    const { event, call } = tree.moments.at(moment);
    moments.unshift([event, call]);
  }
  return moments;
}

test.each([true, false])('a context is a stack of what was taken and not given back, in whatever order that was; by mode: %s', (byMode) => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
      const tree = new AcquireTree();
      const contexts = new Contexts(tree, byMode);
      const stacks = Array.from({ length: THREADS }, () => new Stack(byMode));
      for (const [event, { what, thread, object, mode, call }] of steps.entries()) {
        const stack = stacks[thread]!;
        const want = wantOf(object, mode);
        if (what === 'enter') {
          const isNew = stack.enter(event, want, call);
          expect(contexts.enter(event, thread, want, call) !== NONE).toBe(isNew);
        } else if (what === 'leave') expect(contexts.leave(thread, want)).toBe(stack.leave(want));
        else {
          contexts.drop(thread, object);
          stack.drop(object);
        }
        for (const [each, { holds }] of stacks.entries()) {
          expect(path(tree, contexts.of(each))).toEqual({ thread: each, wants: holds.map((hold) => hold.want) });
          // Asked now and then, so that some moments are remembered and some are not.
          if (call === 0) expect(since(tree, contexts.newest(each))).toEqual(holds.map((hold) => hold.since));
          expect(contexts.canWait(each, want)).toBe(stacks[each]!.canWait(want));
        }
      }
    }),
    { numRuns: 300 },
  );
});

test('equal stacks are one node, different ones are different nodes', () => {
  fc.assert(
    fc.property(fc.array(fc.record({ thread: fc.nat(2), wants: fc.uniqueArray(fc.nat(300), { maxLength: 5 }) }), { maxLength: 200 }), (stacks) => {
      const tree = new AcquireTree();
      const nodes = new Map<AcquireId, string>();
      const keys = new Map<string, AcquireId>();
      for (const { thread, wants } of stacks) {
        const node = wants.reduce((at, want) => tree.child(at, want), tree.root(thread));
        const key = JSON.stringify({ thread, wants });
        expect(nodes.get(node) ?? key).toBe(key);
        expect(keys.get(key) ?? node).toBe(node);
        nodes.set(node, key);
        keys.set(key, node);
        expect(tree.thread(node)).toBe(thread);
      }
    }),
  );
});

describe('an acquire', () => {
  const tree = new AcquireTree();
  const [a, b, c] = [wantOf(1, Mode.exclusive), wantOf(2, Mode.shared), wantOf(3, Mode.exclusive)];
  const afterA = tree.child(tree.root(7), a);
  const afterB = tree.child(afterA, b);
  const node = tree.child(afterB, c);

  test('knows which acquire of those before it took a lock', () => {
    expect(tree.findHeld(node, 1)).toBe(afterA);
    expect(tree.findHeld(node, 2)).toBe(afterB);
    expect(tree.findHeld(node, 3)).toBe(NONE);
    expect(tree.findHeld(tree.root(7), 7)).toBe(NONE);
  });

  test('knows which of them keeps others from what they want', () => {
    expect(tree.findInWay(node, wantOf(1, Mode.shared))).toBe(afterA);
    expect(tree.findInWay(node, wantOf(2, Mode.shared))).toBe(NONE);
    expect(tree.findInWay(node, wantOf(2, Mode.exclusive))).toBe(afterB);
    const again = tree.child(node, wantOf(1, Mode.shared));
    expect(tree.findInWay(tree.child(again, c), wantOf(1, Mode.upgradable))).toBe(afterA);
  });

  test('knows its thread, and how many locks are held at it', () => {
    expect([tree.root(7), afterA, afterB, node].map((each) => [tree.thread(each), tree.depth(each)])).toEqual([[7, 0], [7, 0], [7, 1], [7, 2]]);
  });

  test('has a place from the time on that it is wanted, and is placed anew where that is granted', () => {
    expect(tree.requestedAt(node)).toBeUndefined();
    tree.place(node, 30, 0, tree.moments.add(20, 0, tree.moments.add(10, 0, NONE)));
    expect(tree.requestedAt(node)).toEqual({ event: 30, call: 0 });
    expect(tree.acquiredAt(node, afterA)).toEqual({ event: 10, call: 0 });
    expect(tree.acquiredAt(node, afterB)).toEqual({ event: 20, call: 0 });
    tree.granted(node, 31);
    expect(tree.requestedAt(node)).toEqual({ event: 31, call: 0 });
  });

  test('keeps calling contexts from the first one on', () => {
    const other = tree.child(tree.root(8), a);
    tree.place(other, 2 ** 32 - 1, 5, NONE);
    expect(tree.requestedAt(other)).toEqual({ event: 2 ** 32 - 1, call: 5 });
    expect(tree.requestedAt(node)).toEqual({ event: 31, call: 0 });
    for (let i = 0; i < 100; i++) tree.place(tree.child(tree.root(9), wantOf(i, Mode.exclusive)), i, i, NONE);
    expect(tree.requestedAt(other)).toEqual({ event: 2 ** 32 - 1, call: 5 });
    expect(tree.requestedAt(tree.child(tree.root(9), wantOf(99, Mode.exclusive)))).toEqual({ event: 99, call: 99 });
  });

  test('of the greatest lock there is keeps lock and mode apart', () => {
    const last = 2 ** 29 - 1;
    expect(objectOf(wantOf(last, Mode.permits))).toBe(last);
  });
});
