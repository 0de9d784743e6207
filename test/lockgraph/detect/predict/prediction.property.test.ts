/** The prediction against the brute-force oracle, on random traces. The seed of a failure makes its trace again: `randomTrace(seed)`. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { predictableDeadlocks } from './oracle.js';
import { randomTrace } from './random-traces.js';
import { report } from './report.js';
import { parseStd } from './std-trace.js';
import { judge, type Verdict } from './verdict.js';

const SEEDS = 3_000;

const folder = mkdtempSync(join(tmpdir(), 'lockgraph-predict-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function judged(seed: number): Promise<{ readonly text: string; readonly verdict: Verdict }> {
  const path = join(folder, `${seed}.std`);
  const text = randomTrace(seed);
  writeFileSync(path, text);
  const trace = parseStd(text);
  return { text, verdict: judge(trace, predictableDeadlocks(trace), await report(path)) };
}

test(`on ${SEEDS} random traces, what is proved can happen, and what can happen is found`, { timeout: 300_000 }, async () => {
  const wrong: string[] = [];
  const reordered = { proved: 0, of: 0 };
  const throughJoins = { proved: 0, of: 0 };
  let syncPreserving = 0;
  for (let seed = 1; seed <= SEEDS; seed++) {
    const { text, verdict } = await judged(seed);
    wrong.push(...verdict.violations.map((violation) => `seed ${seed}: ${violation}\n${text}`));
    syncPreserving += verdict.syncPreserving.of;
    reordered.proved += verdict.reordered.proved;
    reordered.of += verdict.reordered.of;
    throughJoins.proved += verdict.throughJoins.proved;
    throughJoins.of += verdict.throughJoins.of;
  }
  expect(wrong.slice(0, 5)).toEqual([]);
  expect(syncPreserving).toBeGreaterThan(1_000);
  expect(reordered.of).toBeGreaterThan(300);
  expect(throughJoins.of).toBeGreaterThan(100);
  // The search for other orders is bounded, and on traces so small the bound is never met.
  expect({ reordered, throughJoins }).toEqual({
    reordered: { ...reordered, proved: reordered.of },
    throughJoins: { ...throughJoins, proved: throughJoins.of },
  });
});
