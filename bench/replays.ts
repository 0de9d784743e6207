/** Calls a second of replays, with the recorder and without. */
import { readCallLogFile, replay, type CallLog } from 'alloc-model';
import { fileURLToPath } from 'node:url';
import { cacheHits } from './logs.js';
import { median, ratio, takeTurns } from './measure.js';

const ROUNDS = 21;
/** A turn makes at least so many calls: a shorter one measures the clock, and code that is not compiled yet. */
const CALLS = 100_000;

export interface ReplaySpeed {
  readonly log: string;
  readonly calls: number;
  /** Calls a second without the recorder, and with it. */
  readonly off: number;
  readonly on: number;
  /** Time with the recorder to time without. */
  readonly ratio: number;
}

export async function replaySpeeds(): Promise<ReplaySpeed[]> {
  const path = fileURLToPath(new URL('../test/fixtures/alloc/traces/lg-1004.ok.trace', import.meta.url));
  const real: CallLog = { ...(await readCallLogFile(path)), name: 'lg-1004.ok' };
  // The large log is made last: while it is there, every collection is slower.
  return [await speed(real), await speed(cacheHits(1_000_000))];
}

async function speed(log: CallLog): Promise<ReplaySpeed> {
  const replays = Math.ceil(CALLS / log.calls);
  const run = async (record: boolean): Promise<number> => {
    for (let i = 0; i < replays; i++) await replay(log, { record });
    return replays * log.calls;
  };
  const times = await takeTurns(
    [
      { name: 'off', run: () => run(false) },
      { name: 'on', run: () => run(true) },
    ],
    ROUNDS,
  );
  return {
    log: log.name,
    calls: log.calls,
    off: 1e9 / median(times.get('off')!),
    on: 1e9 / median(times.get('on')!),
    ratio: ratio(times, 'on', 'off'),
  };
}
