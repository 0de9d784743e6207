/** Schedules on which a thread has to hold a write back, for its own later read of it would keep others from writing. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { predictableDeadlocks } from './oracle.js';
import { randomTrace } from './random-traces.js';
import { report } from './report.js';
import { parseStd } from './std-trace.js';
import { judge } from './verdict.js';

const folder = mkdtempSync(join(tmpdir(), 'lockgraph-writes-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test.each([18_752, 38_097, 42_414])('on the random trace %d every predictable deadlock is proved', async (seed) => {
  const text = randomTrace(seed);
  const path = join(folder, `${seed}.std`);
  writeFileSync(path, text);
  const trace = parseStd(text);
  const { violations, reordered, throughJoins } = judge(trace, predictableDeadlocks(trace), await report(path));
  expect(violations).toEqual([]);
  expect([reordered.proved, throughJoins.proved]).toEqual([reordered.of, throughJoins.of]);
  expect(reordered.of + throughJoins.of).toBeGreaterThan(0);
});
