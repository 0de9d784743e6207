import { expect, test } from 'vitest';
import { PairsOfStacks } from '../../../packages/lockgraph/src/detect/pairs-of-stacks.js';

test('of each stack 256 pairs are told, and further ones count with the first', () => {
  const pairs = new PairsOfStacks();
  for (let i = 0; i < 256; i++) expect(pairs.add(7, `pair ${i}`)).toBeUndefined();
  expect([pairs.add(7, 'one more'), pairs.add(7, 'another')]).toEqual(['pair 0', 'pair 0']);
  expect(pairs.add(8, 'of another stack')).toBeUndefined();
});
