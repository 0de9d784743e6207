import fc from 'fast-check';
import { expect, test } from 'vitest';
import { wildcard } from '../../../packages/lockgraph/src/detect/wildcard.js';

test('a star stands for any characters, and the pattern for the whole text', () => {
  expect(['src/bank.ts:14:33', 'src/bank.ts:140:1', 'a/src/bank.ts:14:33'].map(wildcard('src/bank.ts:14:*'))).toEqual([true, false, false]);
});

test('the beginning and the end of a pattern do not share a character', () => {
  expect(['aba', 'ababa'].map(wildcard('aba*ba'))).toEqual([false, true]);
});

test('many stars against a long text take no time to go back', () => {
  expect(wildcard(`${'a*'.repeat(1000)}b`)('a'.repeat(100_000))).toBe(false);
});

const texts = fc.string({ unit: fc.constantFrom('a', 'b', '.', '\n'), maxLength: 12 });
const patterns = fc.string({ unit: fc.constantFrom('a', 'b', '.', '\n', '*', '*'), maxLength: 8 });

test('a pattern matches what its regular expression matches', () => {
  fc.assert(
    fc.property(patterns, texts, (pattern, text) => {
      const naive = new RegExp(`^${pattern.replaceAll('.', '\\.').replaceAll('*', '[^]*')}$`);
      expect(wildcard(pattern)(text)).toBe(naive.test(text));
    }),
    { numRuns: 1000 },
  );
});
