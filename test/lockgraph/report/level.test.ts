import { describe, expect, it } from 'vitest';
import type { Evidence } from '../../../packages/lockgraph/src/detect/finding.js';
import { failsAt, isLevel } from '../../../packages/lockgraph/src/report/level.js';
import type { Level } from '../../../packages/lockgraph/src/report/level.js';
import { analysisOf, findingOf } from './analyses.js';

describe('the level of a check', () => {
  const table: [Evidence, Level, boolean][] = [
    ['observed', 'observed', true],
    ['observed', 'proved', true],
    ['observed', 'possible', true],
    ['observed', 'never', false],
    ['proved', 'observed', false],
    ['proved', 'proved', true],
    ['possible', 'proved', false],
    ['possible', 'possible', true],
    ['possible', 'never', false],
  ];
  it.each(table)('lets a finding that is %s at level %s fail: %s', (evidence, level, fails) => {
    expect(failsAt(analysisOf([findingOf({ kind: 'deadlock', evidence })]), level)).toBe(fails);
  });

  it('passes without findings', () => {
    expect(failsAt(analysisOf([]), 'possible')).toBe(false);
  });

  it('knows the names of levels, and no others', () => {
    expect(['observed', 'never', 'Observed', '__proto__', ''].map(isLevel)).toEqual([true, true, false, false, false]);
  });
});
