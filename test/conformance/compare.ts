/** Compares what the model does with what the real allocator did. A difference is a sentence. */
import { type CallLog, LockEventWriter, readCallLogFile, replay, type ReplayResult } from 'alloc-model';
import { firstCrossedClaim } from './crossed-claim.js';
import {
  type RealLockEvent,
  realLockEvents,
  type RealLockEvents,
  realOverlaps,
  type RealOverlap,
  realRuns,
  type RealRun,
  tracePath,
} from './fixtures.js';

/** Outcome of the comparison of one kind of data. */
export interface Tally {
  compared: number;
  equal: number;
  /** Runs that the model calls undefined where it may, with the reasons that it gave. */
  readonly undefinedOutcomes: { readonly run: string; readonly reason: string }[];
  readonly differences: string[];
}

/** Call logs by trace, each read once. */
export class Logs {
  readonly #logs = new Map<string, Promise<CallLog>>();

  get(trace: string): Promise<CallLog> {
    let log = this.#logs.get(trace);
    if (log === undefined) this.#logs.set(trace, (log = readCallLogFile(tracePath(trace))));
    return log;
  }
}

/** Outcome, call and mutex of each run. */
export async function compareResults(logs: Logs, only: (run: RealRun) => boolean = () => true): Promise<Tally> {
  const tally = emptyTally();
  for (const real of realRuns()) {
    if (!only(real)) continue;
    const log = await logs.get(real.trace);
    const run = `${real.trace} lg_tcache_max ${real.lgTcacheMax ?? 'default'}`;
    const { result } = await replay(log, options(real.lgTcacheMax));
    tally.compared++;
    if (result.outcome === 'undefined') judgeUndefined(tally, run, log, result);
    else if (result.calls !== real.calls) tally.differences.push(`${run}: ${result.calls} calls, not ${real.calls}`);
    else if (told(result) === told(real)) tally.equal++;
    else tally.differences.push(`${run}: ${told(result)}, but the real one: ${told(real)}`);
  }
  return tally;
}

/** Every lock and unlock, in order. `events` in the result is the number of those compared. */
export async function compareLockEvents(
  logs: Logs,
  only: (real: RealLockEvents) => boolean = () => true,
): Promise<Tally & { events: number }> {
  const tally = { ...emptyTally(), events: 0 };
  for (const real of realLockEvents()) {
    if (!only(real)) continue;
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

/** The first call that returned a block overlapping a live one. */
export async function compareOverlaps(logs: Logs, only: (real: RealOverlap) => boolean = () => true): Promise<Tally> {
  const tally = emptyTally();
  for (const real of realOverlaps()) {
    if (!only(real)) continue;
    const log = await logs.get(real.trace);
    const { result } = await replay(log, { overlaps: true });
    tally.compared++;
    if (result.outcome === 'undefined') judgeUndefined(tally, real.trace, log, result);
    else if (result.firstOverlap === real.firstOverlap) tally.equal++;
    else tally.differences.push(`${real.trace}: first overlap ${result.firstOverlap}, but the real one: ${real.firstOverlap}`);
  }
  return tally;
}

function emptyTally(): Tally {
  return { compared: 0, equal: 0, undefinedOutcomes: [], differences: [] };
}

function options(lgTcacheMax: number | undefined): { lgTcacheMax?: number } {
  return lgTcacheMax === undefined ? {} : { lgTcacheMax };
}

function told(run: { readonly outcome: string; readonly call: number; readonly mutex?: string | undefined }): string {
  return `${run.outcome} at call ${run.call}${run.mutex === undefined ? '' : ` for ${run.mutex}`}`;
}

function judgeUndefined(tally: Tally, run: string, log: CallLog, result: ReplayResult): void {
  const crossed = firstCrossedClaim(log);
  if (crossed !== undefined && crossed <= result.call) {
    tally.undefinedOutcomes.push({ run, reason: `call ${result.call}: ${result.reason}` });
  } else {
    tally.differences.push(`${run}: undefined at call ${result.call} (${result.reason}), and no claim before it makes it so`);
  }
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
