/** `pnpm bench`: how fast replays are, what an event costs, and whether memory stays flat. Medians of runs that take turns. */
import { eventCosts, memoryUse } from './events.js';
import { minimizeLines } from './minimizes.js';
import { replaySpeeds } from './replays.js';
import { sweepLines } from './sweeps.js';

const whole = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });

console.log('Replay, calls a second         recorder off   recorder on   time on/off');
for (const { log, calls, off, on, ratio } of await replaySpeeds()) {
  const name = `${log} (${whole.format(calls)})`;
  console.log(`  ${name.padEnd(26)} ${whole.format(off).padStart(14)} ${whole.format(on).padStart(13)} ${ratio.toFixed(2).padStart(13)}`);
}

for (const line of await sweepLines()) console.log(line);

console.log('\nMinimizing a log');
for await (const line of minimizeLines()) console.log(line);

console.log('\nCost of an event, ns');
for (const { what, nanoseconds } of await eventCosts()) console.log(`  ${what.padEnd(40)} ${nanoseconds.toFixed(0).padStart(6)}`);

console.log('\nMemory that a recorded run adds (heap and buffers), MiB');
for (const { events, mebibytes } of memoryUse([0, 100_000, 1_000_000, 10_000_000])) {
  console.log(`  after ${whole.format(events).padStart(10)} events ${mebibytes.toFixed(2).padStart(24)}`);
}
