import { execFileSync, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { JsonReport } from 'lockgraph';
import { expect, test } from 'vitest';

const day = fileURLToPath(new URL('day.std', import.meta.url));

test('a deadlock that did not happen is proved, with a schedule that leads there', () => {
  const { stdout, status } = spawnSync('lockgraph', ['report', '--format', 'json', day], { encoding: 'utf8' });
  const { findings, refuted } = JSON.parse(stdout) as JsonReport;
  expect(status).toBe(1);
  expect(findings.map(({ kind, evidence, schedule }) => ({ kind, evidence, schedule }))).toEqual([
    { kind: 'lock-order', evidence: 'proved', schedule: [1, 2, 3, 4, 5, 6, 11, 12, 13, 14] },
  ]);
  expect(refuted).toEqual({ ordered: 1 });
});

test('who wants to hear only of what happened hears nothing', () => {
  expect(execFileSync('lockgraph', ['report', '--fail-on', 'observed', day], { encoding: 'utf8' })).toContain('1 finding (proved lock-order)');
});
