import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { checkSuppressions } from '../../../packages/lockgraph/src/detect/suppression.js';

const reason = 'only one thread runs then';

test('a rule with two locks and one with a site are what they should be', () => {
  const rules = [{ locks: ['a', ''], reason }, { site: 'src/a.ts:1:1', reason }];
  expect(checkSuppressions(rules, 'suppressions')).toEqual(rules);
});

test.each([
  [{}, 'suppressions: expected an array, got {}'],
  [['a'], 'suppressions[0]: expected an object, got "a"'],
  [[{ site: 'a', reason }, null], 'suppressions[1]: expected an object, got null'],
  [[{ site: 'a' }], 'suppressions[0].reason: expected a text that says why this is no bug, got nothing'],
  [[{ site: 'a', reason: ' \n' }], 'suppressions[0].reason: expected a text that says why this is no bug, got " \\n"'],
  [[{ reason }], 'suppressions[0].locks: expected the names of two locks or classes, in an array, got nothing'],
  [[{ locks: ['a'], reason }], 'suppressions[0].locks: expected the names of two locks or classes, in an array, got ["a"]'],
  [[{ locks: ['a', 1], reason }], 'suppressions[0].locks: expected the names of two locks or classes, in an array, got ["a",1]'],
  [[{ site: '', reason }], 'suppressions[0].site: expected a place in the source, as "src/bank.ts:14:*", or a call of a stack, got ""'],
  [[{ site: 1, reason }], 'suppressions[0].site: expected a place in the source, as "src/bank.ts:14:*", or a call of a stack, got 1'],
  [[{ site: 'a', locks: ['a', 'b'], reason }], 'suppressions[0]: has locks and a site; make two rules of it'],
  [[{ site: 'a', reason, lock: 'a' }], 'suppressions[0]: expected locks or site, and reason, got "lock"'],
])('the rules %j are refused, with the place and the value', (rules, message) => {
  expect(() => checkSuppressions(rules, 'suppressions')).toThrow(new TypeError(message));
});

test('the example of the documentation is a list of rules', () => {
  const page = readFileSync(new URL('../../../docs/suppressions.md', import.meta.url), 'utf8');
  const { suppressions } = JSON.parse(/```json\n([^`]*)```/.exec(page)![1]!) as { readonly suppressions: unknown };
  expect(checkSuppressions(suppressions, 'suppressions')).toHaveLength(2);
});
