/**
 * Compares the prediction with traces of which every predictable deadlock is known (`test/fixtures/predict`), as `lockgraph report` tells it:
 * what a sync-preserving reordering reaches is proved, nothing is proved that no reordering reaches, and each schedule leads where it says.
 */
import { knownTraces } from '../lockgraph/detect/predict/fixtures.js';
import { cycleKey } from '../lockgraph/detect/predict/oracle.js';
import { report } from '../lockgraph/detect/predict/report.js';
import { parseStd } from '../lockgraph/detect/predict/std-trace.js';
import { judge, type Share } from '../lockgraph/detect/predict/verdict.js';

export interface PredictionTally {
  traces: number;
  /** Findings with evidence `proved`. */
  proofs: number;
  readonly syncPreserving: Share;
  readonly reordered: Share;
  readonly throughJoins: Share;
  /** What has to be, and is not; a sentence each. */
  readonly violations: string[];
}

export async function comparePredictions(): Promise<PredictionTally> {
  const none = (): Share => ({ proved: 0, of: 0 });
  const tally: PredictionTally = { traces: 0, proofs: 0, syncPreserving: none(), reordered: none(), throughJoins: none(), violations: [] };
  for (const { name, path, text, expected } of knownTraces()) {
    const keys = (cycles: readonly (readonly number[])[]): Set<string> => new Set(cycles.map(cycleKey));
    const truth = { predictable: keys(expected.predictable), syncPreserving: keys(expected.syncPreserving), general: keys(expected.general) };
    const verdict = judge(parseStd(text), truth, await report(path));
    tally.traces++;
    tally.proofs += verdict.proofs;
    for (const kind of ['syncPreserving', 'reordered', 'throughJoins'] as const) {
      tally[kind].proved += verdict[kind].proved;
      tally[kind].of += verdict[kind].of;
    }
    tally.violations.push(...verdict.violations.map((violation) => `${name}: ${violation}`));
  }
  return tally;
}

/** What `pnpm conformance` prints of it. */
export function predictionLines({ traces, proofs, syncPreserving, reordered, throughJoins, violations }: PredictionTally): string[] {
  const line = (what: string, { proved, of }: Share): string => `${`prediction: ${what}`.padEnd(50)} ${proved} of ${of} proved`;
  return [
    line('sync-preserving deadlocks', syncPreserving),
    line('deadlocks in another order of the sections', reordered),
    line('deadlocks through a join', throughJoins),
    `${'prediction: proofs, replayed'.padEnd(50)} ${proofs} in ${traces} traces, ${violations.length} violations`,
  ];
}
