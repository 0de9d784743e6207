/** `pnpm conformance`: the models against the real allocators, and the prediction against all predictable deadlocks. Exit 1 on a difference. */
import { comparisons } from './everything.js';
import { Logs } from './logs.js';
import { comparePredictions, predictionLines } from './predict.js';

const MOST_SHOWN = 20;

const logs = new Logs();
const apart: string[] = [];
const differences: string[] = [];
for (const { what, compare } of comparisons) {
  const tally = await compare(logs);
  const { length } = tally.undefinedOutcomes;
  console.log(`${what.padEnd(50)} ${tally.equal} of ${tally.compared} equal${length === 0 ? '' : `, ${length} undefined apart`}`);
  apart.push(...tally.undefinedOutcomes.map(({ run, reason }) => `${run.split(',')[0]}, ${reason}`));
  differences.push(...tally.differences);
}

const predictions = await comparePredictions();
for (const line of predictionLines(predictions)) console.log(line);
differences.push(...predictions.violations);

if (apart.length > 0) console.log('\nUndefined in the real allocator too, after a claim of a wrong size:');
for (const reason of new Set(apart)) console.log(`  ${reason}`);
if (differences.length > 0) console.log('\nDifferences:');
for (const difference of differences.slice(0, MOST_SHOWN)) console.log(`  ${difference}`);
if (differences.length > MOST_SHOWN) console.log(`  and ${differences.length - MOST_SHOWN} more`);
process.exitCode = differences.length > 0 ? 1 : 0;
