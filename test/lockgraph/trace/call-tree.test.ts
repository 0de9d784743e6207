import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CallTree } from '../../../packages/lockgraph/src/trace/call-tree.js';

describe('a call tree', () => {
  it('gives equal stacks equal numbers, and tells them again', () => {
    fc.assert(
      fc.property(fc.array(fc.array(fc.nat(6), { maxLength: 12 }), { maxLength: 60 }), (stacks) => {
        const tree = new CallTree();
        const nodes = new Map<string, number>();
        for (const stack of stacks) {
          let node = CallTree.root;
          for (const frame of stack) node = tree.child(node, tree.frame(`f${frame}`));
          const names = stack.map((frame) => `f${frame}`);
          expect(tree.stack(node)).toEqual(names);
          const key = names.join();
          expect(nodes.get(key) ?? node).toBe(node);
          nodes.set(key, node);
        }
        expect(new Set(nodes.values()).size).toBe(nodes.size);
      }),
    );
  });

  it('keeps frames apart whatever their names', () => {
    const tree = new CallTree();
    const frames = [tree.frame('a\nb'), tree.frame('a', 'b'), tree.frame('ab'), tree.frame('1\nab'), tree.frame('', 'ab'), tree.frame('\nab')];
    expect(new Set(frames).size).toBe(frames.length);
    expect(frames.map((frame) => [tree.frameName(frame), tree.frameSite(frame)])).toEqual([
      ['a\nb', undefined],
      ['a', 'b'],
      ['ab', undefined],
      ['1\nab', undefined],
      ['', 'ab'],
      ['\nab', undefined],
    ]);
  });

  it('finds the site nearest to the tip', () => {
    const tree = new CallTree();
    const outer = tree.child(0, tree.frame('main', 'src/main.ts:1:1'));
    expect(tree.site(0)).toBeUndefined();
    expect(tree.site(tree.child(outer, tree.frame('model')))).toBe('src/main.ts:1:1');
  });

  it('is not bounded by the depth of the stack', () => {
    const tree = new CallTree();
    const frame = tree.frame('deeper');
    let node = CallTree.root;
    for (let i = 0; i < 200_000; i++) node = tree.child(node, frame);
    expect(tree.stack(node)).toHaveLength(200_000);
    expect(tree.size).toBe(200_001);
  });
});
