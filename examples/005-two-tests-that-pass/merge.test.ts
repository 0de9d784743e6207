import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { JsonReport } from 'lockgraph';
import { expect, test } from 'vitest';

const [cache, rotate] = ['cache.std', 'rotate.std'].map((name) => fileURLToPath(new URL(name, import.meta.url))) as [string, string];

function lockgraph(words: readonly string[], input = ''): { readonly status: number | null; readonly stdout: string } {
  return spawnSync('lockgraph', words, { input, encoding: 'utf8' });
}

test('neither test has a finding', () => {
  for (const trace of [cache, rotate]) expect(lockgraph(['report', trace]).status).toBe(0);
});

test('what both show, merged, takes the locks in both orders', () => {
  const { stdout, status } = lockgraph(['report', '--format', 'json', '-'], lockgraph(['merge', cache, rotate]).stdout);
  const { findings } = JSON.parse(stdout) as JsonReport;
  expect(status).toBe(1);
  expect(findings.map(({ kind, evidence, locks }) => ({ kind, evidence, locks: locks.toSorted() }))).toEqual([{ kind: 'lock-order', evidence: 'possible', locks: ['cache', 'log'] }]);
});

test('the order of merging does not matter', () => {
  const both = lockgraph(['merge', cache, rotate]).stdout;
  expect(lockgraph(['merge', rotate, cache]).stdout).toBe(both);
  expect(lockgraph(['merge', '-', cache], both).stdout).toBe(both);
});
