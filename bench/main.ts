/**
 * `pnpm bench`: how fast replays are, what an event costs, whether memory stays flat, and how far the prediction goes. `pnpm bench PART…` runs those
 * parts alone. Medians of runs that take turns, or each once where it takes seconds.
 */
import { parseArgs } from 'node:util';
import { eventCosts, memoryUse } from './events.js';
import { minimizeLines } from './minimizes.js';
import { orderLines } from './orders.js';
import { predictionLines } from './predictions.js';
import { replaySpeeds } from './replays.js';
import { sweepLines } from './sweeps.js';

const { values, positionals } = parseArgs({ options: { huge: { type: 'boolean', default: false }, plot: { type: 'string' } }, allowPositionals: true });

const whole = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });

const parts: Readonly<Record<string, () => AsyncIterable<string> | Iterable<string>>> = {
  async *replays() {
    yield 'Replay, calls a second         recorder off   recorder on   time on/off';
    for (const { log, calls, off, on, ratio } of await replaySpeeds()) {
      const name = `${log} (${whole.format(calls)})`;
      yield `  ${name.padEnd(26)} ${whole.format(off).padStart(14)} ${whole.format(on).padStart(13)} ${ratio.toFixed(2).padStart(13)}`;
    }
  },
  async *sweeps() {
    yield* await sweepLines();
  },
  async *minimizes() {
    yield '\nMinimizing a log';
    yield* minimizeLines();
  },
  async *events() {
    yield '\nCost of an event, ns';
    for (const { what, nanoseconds } of await eventCosts()) yield `  ${what.padEnd(40)} ${nanoseconds.toFixed(0).padStart(6)}`;
  },
  *memory() {
    yield '\nMemory that a recorded run adds (heap and buffers), MiB';
    for (const { events, mebibytes } of memoryUse([0, 100_000, 1_000_000, 10_000_000])) {
      yield `  after ${whole.format(events).padStart(10)} events ${mebibytes.toFixed(2).padStart(24)}`;
    }
  },
  orders: orderLines,
  predictions: () => predictionLines({ huge: values.huge, plot: values.plot }),
};

for (const name of positionals.length === 0 ? Object.keys(parts) : positionals) {
  const part = parts[name];
  if (part === undefined) throw new TypeError(`there is no part "${name}"; there are ${Object.keys(parts).join(', ')}`);
  for await (const line of part()) console.log(line);
}
