/**
 * Compares the model of jemalloc 5.3.0 with the real one, which a wrong claim damages. From the first wrong claim on, the model may
 * say `undefined` rather than guess; what it says before has to be so. Where the real one crashes, it has to have said `undefined`.
 */
import { type AllocatorName, type CallLog, replay, type ReplayResult } from 'alloc-model';
import { realOverlaps, realRuns } from './fixtures.js';
import type { Logs } from './logs.js';
import { options } from './results.js';
import { emptyTally, type Tally } from './tally.js';
import { firstWrongClaim } from './wrong-claims.js';

/** How the run of a real allocator ended. */
interface Ending {
  readonly outcome: string;
  /** The call at which it stopped; the last one if ok. */
  readonly call: number;
}

/** How each run ends. Equal: both return from all calls, or the model says `undefined` no later than the real one crashes. */
export async function compareEndings(logs: Logs, allocator: AllocatorName): Promise<Tally> {
  const tally = emptyTally();
  for (const real of realRuns(allocator)) {
    const log = await logs.get(real.trace);
    const { result } = await replay(log, { ...options(real.lgTcacheMax), allocator, record: false });
    judge(tally, `${real.trace} lg_tcache_max ${real.lgTcacheMax ?? 'default'}`, result, real, differenceOfEnding(log, result, real));
  }
  return tally;
}

/** The first overlap of each run, and how it ends. */
export async function compareDamage(logs: Logs, allocator: AllocatorName): Promise<Tally> {
  const tally = emptyTally();
  for (const real of realOverlaps(allocator)) {
    const log = await logs.get(real.trace);
    const { result } = await replay(log, { allocator, overlaps: true, record: false });
    const difference = differenceOfEnding(log, result, real) ?? differenceOfOverlap(result, real.firstOverlap);
    judge(tally, real.trace, result, real, difference);
  }
  return tally;
}

function judge(tally: Tally, run: string, result: ReplayResult, real: Ending, difference: string | undefined): void {
  tally.compared++;
  if (difference !== undefined) tally.differences.push(`${run} on ${result.allocator}: ${difference}`);
  else if (result.outcome === 'undefined' && real.outcome === 'ok') tally.undefinedOutcomes.push({ run, reason: `call ${result.call}: ${result.reason}` });
  else tally.equal++;
}

function differenceOfEnding(log: CallLog, { outcome, call }: ReplayResult, real: Ending): string | undefined {
  const wrong = firstWrongClaim(log);
  switch (outcome) {
    case 'hang':
    case 'abort':
      return `${outcome} at call ${call}, and the real one never does`;
    case 'ok':
      return real.outcome === 'ok' ? undefined : `ok, but the real one crashed in call ${real.call}`;
    case 'undefined':
      if (wrong === undefined || call < wrong) return `undefined at call ${call}, before any wrong claim (${wrong ?? 'there is none'})`;
      return real.outcome === 'ok' || call <= real.call ? undefined : `undefined only at call ${call}, and the real one crashed in call ${real.call}`;
  }
}

/** A model that stops before the real overlap has said what it could. */
function differenceOfOverlap({ outcome, call, firstOverlap }: ReplayResult, real: number | undefined): string | undefined {
  const stoppedBefore = outcome === 'undefined' && firstOverlap === undefined && real !== undefined && call <= real;
  if (stoppedBefore || firstOverlap === real) return undefined;
  return `first overlap ${firstOverlap ?? 'none'}, but the real one: ${real ?? 'none'}`;
}
