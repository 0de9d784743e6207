/** How long it takes to minimize logs, and how far it goes. Each once: it takes seconds, and its replays are many. */
import { fileURLToPath } from 'node:url';
import { minimize, readCallLogFile } from 'alloc-model';

const logs = [
  { name: 'lg-3107.bad', lgTcacheMax: 15 },
  { name: 'lg-1057.bad', lgTcacheMax: 17 },
  { name: 'prodcons.bad', lgTcacheMax: 15 },
] as const;

/** A line for each log. */
export async function* minimizeLines(): AsyncIterable<string> {
  for (const { name, lgTcacheMax } of logs) {
    const log = await readCallLogFile(fileURLToPath(new URL(`../test/fixtures/alloc/traces/${name}.trace`, import.meta.url)));
    const start = process.hrtime.bigint();
    const { facts } = await minimize(log, { lgTcacheMax });
    const seconds = Number(process.hrtime.bigint() - start) / 1e9;
    const { stop, left, replays, minimal } = facts;
    const share = `${((100 * left) / stop).toFixed(1)} %`;
    yield `  ${`${name} at ${lgTcacheMax}`.padEnd(26)} ${seconds.toFixed(1).padStart(8)} s  ${left} of ${stop} calls left (${share}), ${replays} replays${minimal ? '' : ', not minimal'}`;
  }
}
