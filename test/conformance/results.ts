/** Compares how each run ends: in the model, and in the real allocator. */
import { type AllocatorName, type CallLog, replay, type ReplayResult } from 'alloc-model';
import { type RealRun, realRuns } from './fixtures.js';
import type { Logs } from './logs.js';
import { emptyTally, type Tally } from './tally.js';
import { firstCrossedClaim } from './wrong-claims.js';

/** Outcome, call, and mutex or message of each run, where the real allocator's behaviour can be told. */
export async function compareResults(logs: Logs, allocator: AllocatorName): Promise<Tally> {
  const tally = emptyTally();
  for (const real of realRuns(allocator)) {
    const log = await logs.get(real.trace);
    const run = `${real.trace} on ${allocator}, lg_tcache_max ${real.lgTcacheMax ?? 'default'}`;
    const { result } = await replay(log, { ...options(real.lgTcacheMax), allocator, record: false });
    tally.compared++;
    if (result.outcome === 'undefined') judgeUndefined(tally, run, log, result);
    else if (result.calls !== real.calls) tally.differences.push(`${run}: ${result.calls} calls, not ${real.calls}`);
    else if (told(result) === told(real)) tally.equal++;
    else tally.differences.push(`${run}: ${told(result)}, but the real one: ${told(real)}`);
  }
  return tally;
}

export function options(lgTcacheMax: number | undefined): { lgTcacheMax?: number } {
  return lgTcacheMax === undefined ? {} : { lgTcacheMax };
}

/** The model may call a run of jemalloc 4.5.0 undefined from a claim across small and large on. */
export function judgeUndefined(tally: Tally, run: string, log: CallLog, result: ReplayResult): void {
  const crossed = firstCrossedClaim(log);
  if (crossed !== undefined && crossed <= result.call) {
    tally.undefinedOutcomes.push({ run, reason: `call ${result.call}: ${result.reason}` });
  } else {
    tally.differences.push(`${run}: undefined at call ${result.call} (${result.reason}), and no claim before it makes it so`);
  }
}

/** What is recorded of a real message: its start, for an address in it depends on the process. */
const RECORDED = 120;

function told(run: Pick<ReplayResult, 'outcome' | 'call' | 'mutex' | 'message'> | RealRun): string {
  const mutex = run.mutex === undefined ? '' : ` for ${run.mutex}`;
  const message = run.message === undefined ? '' : `: ${run.message.slice(0, RECORDED)}`;
  return `${run.outcome} at call ${run.call}${mutex}${message}`;
}
