import { describe, expect, test } from 'vitest';
import { AcquireTree, wantOf } from '../../../../packages/lockgraph/src/detect/order/acquire-tree.js';
import type { AcquireId } from '../../../../packages/lockgraph/src/detect/order/acquire-tree.js';
import { acquireKey, PatternBook, requestKey } from '../../../../packages/lockgraph/src/detect/order/pattern-book.js';
import { NONE } from '../../../../packages/lockgraph/src/detect/state/columns.js';
import { Mode } from '../../../../packages/lockgraph/src/trace/event.js';

const [A, B, C] = [1, 2, 3];

function acquires(): { tree: AcquireTree; book: PatternBook; node: (thread: number, ...objects: readonly number[]) => AcquireId } {
  const tree = new AcquireTree();
  const node = (thread: number, ...objects: readonly number[]): AcquireId => objects.reduce((at, object) => tree.child(at, wantOf(object, Mode.exclusive)), tree.root(thread));
  return { tree, book: new PatternBook((acquire) => acquireKey(tree, acquire)), node };
}

describe('two acquires are the same to a pattern', () => {
  test('if they hold the same, in whatever order it was taken', () => {
    const { tree, node } = acquires();
    expect(acquireKey(tree, node(1, A, B, C))).toBe(acquireKey(tree, node(1, B, A, C)));
  });

  test('not if thread, wish, or what is held differ', () => {
    const { tree, node } = acquires();
    const keys = [node(1, A, B), node(2, A, B), node(1, B, A), node(1, A, C), node(1, A, C, B)].map((each) => acquireKey(tree, each));
    expect(new Set(keys).size).toBe(keys.length);
  });

  test('just so where very many are held', () => {
    const { tree, node } = acquires();
    const many = Array.from({ length: 100 }, (_, lock) => lock + 10);
    const key = acquireKey(tree, node(1, ...many, A));
    expect(acquireKey(tree, node(1, ...many.toReversed(), A))).toBe(key);
    for (const other of [node(1, ...many, B), node(1, ...many.slice(1), B, A), node(1, ...many.slice(1), A), node(2, ...many, A)]) {
      expect(acquireKey(tree, other)).not.toBe(key);
    }
    expect(key.length).toBeLessThan(60);
  });

  test('not if one waits for a thread, and the other for a lock of the same number', () => {
    const { tree, node } = acquires();
    expect(acquireKey(tree, tree.child(node(1, A), wantOf(B, Mode.join)))).not.toBe(acquireKey(tree, node(1, A, B)));
  });

  test('where threads do not count, if all but the thread is the same', () => {
    const { tree, node } = acquires();
    expect(requestKey(tree, node(1, A, B))).toBe(requestKey(tree, node(2, A, B)));
    expect(requestKey(tree, node(1, A, B))).not.toBe(requestKey(tree, node(1, C, B)));
  });
});

describe('a book of patterns', () => {
  test('has a pattern once, from whichever acquire it is told', () => {
    const { book, node } = acquires();
    const [one, other] = [node(1, A, B), node(2, B, A)];
    const key = book.add([one, other]);
    expect(key).toBe(book.key([other, one]));
    expect(book.add([other, one])).toBeUndefined();
    expect([...book.patterns]).toEqual([[key, [one, other]]]);
  });

  test('counts a refuted pattern once, for its first reason', () => {
    const { book, node } = acquires();
    const pattern = [node(1, A, B), node(2, B, A)];
    book.refute(pattern, 'ordered', NONE);
    book.refute(pattern, 'gate-lock', C);
    expect(book.counts()).toEqual({ ordered: 1 });
    expect([...book.refutedAs('ordered').values()]).toEqual([pattern]);
    expect(book.refutedAs('gate-lock').size).toBe(0);
  });

  test('lets a refuted pattern stand that is found after all, and refutes none that stands', () => {
    const { book, node } = acquires();
    const pattern = [node(1, A, B), node(2, B, A)];
    book.refute(pattern, 'ordered', NONE);
    expect(book.add(pattern)).toBeDefined();
    book.refute(pattern, 'gate-lock', C);
    expect(book.counts()).toEqual({});
    expect(book.patterns.size).toBe(1);
  });

  test('withdraws patterns of an acquire', () => {
    const { book, node } = acquires();
    const [one, other, third] = [node(1, A, B), node(2, B, A), node(3, B, A)];
    book.add([one, other]);
    book.add([one, third]);
    expect(book.keysWith(third)).toEqual([book.key([one, third])]);
    for (const key of book.keysWith(third)) book.withdraw(key, 'try-lock', A);
    expect([...book.patterns.values()]).toEqual([[one, other]]);
    expect(book.counts()).toEqual({ 'try-lock': 1 });
  });

  test('tells the first refuted ones of each reason, and counts all', () => {
    const { book, node } = acquires();
    for (let thread = 2; thread < 20; thread++) book.refute([node(1, A, B), node(thread, B, A)], thread % 2 === 0 ? 'ordered' : 'gate-lock', C);
    expect(book.firstRefuted().map(({ reason }) => reason)).toEqual(['ordered', 'gate-lock', 'ordered', 'gate-lock', 'ordered', 'gate-lock', 'ordered', 'gate-lock', 'ordered', 'gate-lock']);
    expect(book.counts()).toEqual({ ordered: 9, 'gate-lock': 9 });
  });

  test('says that there are more patterns than it keeps, and counts refuted ones beyond those it keeps', () => {
    const { book, node } = acquires();
    const search = { truncated: { cycles: false, patterns: false } } as Parameters<typeof book.cutShort>[0];
    for (let thread = 2; thread < 10_002; thread++) book.add([node(1, A, B), node(thread, B, A)]);
    expect(book.cutShort(search)).toEqual([]);
    expect(book.add([node(1, A, B), node(20_000, B, A)])).toBeUndefined();
    expect(book.cutShort(search)).toEqual(['patterns']);
    for (let thread = 2; thread < 10_102; thread++) book.refute([node(1, C, B), node(thread, B, C)], 'gate-lock', A);
    expect(book.counts()).toEqual({ 'gate-lock': 10_100 });
  });
});
