/** Compares each lock and unlock of the model of jemalloc 4.5.0 with those of the real one. */
import { LockEventWriter, replay, type ReplayResult } from 'alloc-model';
import { type RealLockEvent, realLockEvents } from './fixtures.js';
import type { Logs } from './logs.js';
import { judgeUndefined, options } from './results.js';
import { emptyTally, type Tally } from './tally.js';

/** Every lock and unlock, in order. `events` in the result is the number of those compared. */
export async function compareLockEvents(logs: Logs): Promise<Tally & { events: number }> {
  const tally = { ...emptyTally(), events: 0 };
  for (const real of realLockEvents()) {
    const log = await logs.get(real.trace);
    const run = `${real.trace} lg_tcache_max ${real.lgTcacheMax}`;
    const lines: string[] = [];
    const { result } = await replay(log, {
      ...options(real.lgTcacheMax),
      sinks: (registry) => [new LockEventWriter(registry, (line) => lines.push(line))],
    });
    tally.compared++;
    if (result.outcome === 'undefined') judgeUndefined(tally, run, log, result);
    const end = result.outcome === 'undefined' ? result.call : Infinity;
    const got = lines.map((line) => JSON.parse(line) as RealLockEvent).filter(({ op }) => op < end);
    const difference = firstDifference(got, withoutLateExits(real.events.filter(({ op }) => op < end), got, result));
    if (difference === undefined) tally.equal++;
    else tally.differences.push(`${run}: ${difference}`);
    tally.events += got.length;
  }
  return tally;
}

/** A thread that is never told to `texit` may log its exit under the last call; the model does not end it. */
function withoutLateExits(real: RealLockEvent[], got: RealLockEvent[], result: ReplayResult): RealLockEvent[] {
  if (result.outcome !== 'ok') return real;
  const late = real.slice(got.length);
  return late.every(({ op }) => op === result.calls) ? real.slice(0, got.length) : real;
}

function firstDifference(got: readonly RealLockEvent[], real: readonly RealLockEvent[]): string | undefined {
  const length = Math.max(got.length, real.length);
  for (let i = 0; i < length; i++) {
    const [a, b] = [shown(got[i]), shown(real[i])];
    if (a !== b) return `lock event ${i + 1} is ${a}, but the real one: ${b}`;
  }
  return undefined;
}

function shown(event: RealLockEvent | undefined): string {
  return event === undefined ? 'missing' : `call ${event.op}, t${event.thr}: ${event.ev} ${event.mutex}`;
}
