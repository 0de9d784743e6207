/** How long a sweep of eight settings takes. */
import { type CallLog, readCallLogFile, sweep, type SweepSetting } from 'alloc-model';
import { fileURLToPath } from 'node:url';
import { mixedSizes } from './logs.js';
import { median, takeTurns } from './measure.js';

const ROUNDS = 9;
const SETTINGS: readonly SweepSetting[] = [11, 12, 13, 14, 15, 16, 17, 18].map((lgTcacheMax) => ({ lgTcacheMax }));
/** Seconds. */
const AIM = 2;

/** Lines to print, with the aim. */
export async function sweepLines(): Promise<string[]> {
  const path = fileURLToPath(new URL('../test/fixtures/alloc/traces/lg-3107.bad.trace', import.meta.url));
  const logs: readonly CallLog[] = [mixedSizes(10_000), { ...(await readCallLogFile(path)), name: 'lg-3107.bad' }];
  const variants = logs.map((log) => ({
    name: `${log.name} (${log.calls.toLocaleString('en-US')})`,
    run: async () => {
      await sweep(log, SETTINGS);
      return 1;
    },
  }));
  const times = await takeTurns(variants, ROUNDS);
  const lines = [...times].map(([name, all]) => `  ${name.padEnd(40)} ${(median(all) / 1e9).toFixed(3).padStart(6)}`);
  return [`\nSweep of ${SETTINGS.length} settings, seconds (the aim is less than ${AIM})`, ...lines];
}
