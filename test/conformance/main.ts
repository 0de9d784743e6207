/** `pnpm conformance`: the model against the real jemalloc 4.5.0, on everything there is. Exit 1 on a difference. */
import { compareLockEvents, compareOverlaps, compareResults, Logs, type Tally } from './compare.js';

const MOST_SHOWN = 20;

const logs = new Logs();
const results = await compareResults(logs);
print('results', 'outcome, call and mutex', results);
const lockEvents = await compareLockEvents(logs);
print('lock events', `every lock and unlock, ${lockEvents.events.toLocaleString('en')} of them`, lockEvents);
const overlaps = await compareOverlaps(logs);
print('overlaps', 'first call that returned a block in use', overlaps);

const apart = [...results.undefinedOutcomes, ...lockEvents.undefinedOutcomes, ...overlaps.undefinedOutcomes];
if (apart.length > 0) console.log('\nUndefined in the real allocator too (small size claimed for a large block, or the other way round):');
for (const reason of new Set(apart.map((each) => `${each.run.split(' ')[0]}, ${each.reason}`))) console.log(`  ${reason}`);
const differences = [...results.differences, ...lockEvents.differences, ...overlaps.differences];
if (differences.length > 0) console.log('\nDifferences:');
for (const difference of differences.slice(0, MOST_SHOWN)) console.log(`  ${difference}`);
if (differences.length > MOST_SHOWN) console.log(`  and ${differences.length - MOST_SHOWN} more`);
process.exitCode = differences.length > 0 ? 1 : 0;

function print(kind: string, what: string, tally: Tally): void {
  const { length } = tally.undefinedOutcomes;
  const other = length === 0 ? '' : `, ${length} undefined apart`;
  console.log(`${kind.padEnd(12)} ${tally.equal} of ${tally.compared} equal${other}   (${what})`);
}
