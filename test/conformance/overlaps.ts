/** Compares the first call that returns a block overlapping a live one: in the model, and in the real allocator. */
import { type AllocatorName, type CallLog, replay, type ReplayResult } from 'alloc-model';
import { type RealOverlap, realOverlaps } from './fixtures.js';
import type { Logs } from './logs.js';
import { judgeUndefined } from './results.js';
import { emptyTally, type Tally } from './tally.js';
import { firstWrongClaim } from './wrong-claims.js';

/** For an allocator that a wrong claim cannot damage, but where it crosses from small to large. */
export async function compareOverlaps(logs: Logs, allocator: AllocatorName, only: (real: RealOverlap) => boolean = () => true): Promise<Tally> {
  return compare(logs, allocator, only, (tally, { log, real, result }) => {
    if (result.outcome === 'undefined') judgeUndefined(tally, real.trace, log, result);
    else if (result.firstOverlap === real.firstOverlap) tally.equal++;
    else tally.differences.push(`${real.trace}: first overlap ${result.firstOverlap}, but the real one: ${real.firstOverlap}`);
  });
}

/**
 * For jemalloc 5.3.0, which a wrong claim damages. The model may say `undefined` from the first wrong claim on; what it says before
 * has to be so. Where the real one crashes, the model has to have said `undefined`; it may not hang, ever.
 */
export async function compareDamage(logs: Logs, allocator: AllocatorName, only: (real: RealOverlap) => boolean = () => true): Promise<Tally> {
  return compare(logs, allocator, only, (tally, run) => {
    const difference = differenceOfDamage(run);
    const { real, result } = run;
    if (difference !== undefined) tally.differences.push(`${real.trace} on ${allocator}: ${difference}`);
    else if (result.firstOverlap === real.firstOverlap) tally.equal++;
    else tally.undefinedOutcomes.push({ run: real.trace, reason: `call ${result.call}: ${result.reason}` });
  });
}

interface Compared {
  readonly log: CallLog;
  readonly real: RealOverlap;
  readonly result: ReplayResult;
}

function differenceOfDamage({ log, real, result }: Compared): string | undefined {
  const { outcome, call, firstOverlap } = result;
  const wrong = firstWrongClaim(log);
  if (outcome === 'hang' || outcome === 'abort') return `${outcome} at call ${call}, and the real one does not`;
  if (outcome === 'undefined') {
    if (wrong === undefined || call < wrong) return `undefined at call ${call}, before any wrong claim (${wrong ?? 'there is none'})`;
    if (real.outcome !== 'ok' && call > real.call) return `undefined only at call ${call}, and the real one crashed in call ${real.call}`;
    // It stops before the real overlap: that much it said, and no more.
    if (firstOverlap === undefined) return real.firstOverlap !== undefined && real.firstOverlap < call ? `no overlap up to call ${call}, but one at ${real.firstOverlap}` : undefined;
  } else if (real.outcome !== 'ok') {
    return `${outcome}, but the real one crashed in call ${real.call}`;
  }
  return firstOverlap === real.firstOverlap ? undefined : `first overlap ${firstOverlap}, but the real one: ${real.firstOverlap}`;
}

async function compare(
  logs: Logs,
  allocator: AllocatorName,
  only: (real: RealOverlap) => boolean,
  judge: (tally: Tally, run: Compared) => void,
): Promise<Tally> {
  const tally = emptyTally();
  for (const real of realOverlaps(allocator)) {
    if (!only(real)) continue;
    const log = await logs.get(real.trace);
    const { result } = await replay(log, { allocator, overlaps: true, record: false });
    tally.compared++;
    judge(tally, { log, real, result });
  }
  return tally;
}
