import { expect, test } from 'vitest';
import { Mode } from '../../../packages/lockgraph/src/trace/event.js';
import { conflict } from '../../../packages/lockgraph/src/trace/lock-modes.js';

test.each([
  [Mode.exclusive, Mode.exclusive, true],
  [Mode.exclusive, Mode.upgradable, true],
  [Mode.exclusive, Mode.shared, true],
  [Mode.upgradable, Mode.upgradable, true],
  [Mode.upgradable, Mode.shared, false],
  [Mode.shared, Mode.shared, false],
])('modes %d and %d keep each other out: %s, whoever comes first', (one, other, out) => {
  expect([conflict(one, other), conflict(other, one)]).toEqual([out, out]);
});
