/** Why the runs of one log end as they do: by what the runs have in common, and the one thing that they have not. */
import { LARGE_MAXCLASS, SMALL_MAXCLASS } from '../../jemalloc/size-classes.js';
import type { CheckResult, ClassPair } from '../check/check-result.js';
import type { Cause, ComparedRun } from './compare-result.js';

/**
 * @param sized jemalloc 4.5.0 as the log has it
 * @param unsized the same without sizes
 * @param others what is replayed with sizes, too
 * @param met whether the first run met a claim of a wrong class: a check of the log does not see all of them
 */
export function causeOf(sized: ComparedRun, unsized: ComparedRun, others: readonly ComparedRun[], mismatches: CheckResult['mismatches'], met: boolean): Cause {
  const shownBy = others.flatMap((run) => {
    const call = wrongAt(run);
    return call === undefined ? [] : [{ allocator: run.allocator, call }];
  });
  const wrongClaims = mismatches.count > 0 || met;
  if (wrongAt(unsized) !== undefined) return { kind: 'not-the-sizes' };
  if (wrongAt(sized) !== undefined) return { kind: wrongClaims ? 'claimed-size' : 'not-the-sizes' };
  if (wrongClaims) return { kind: 'latent', canHarm: mismatches.count === 0 || mismatches.pairs.some(canHarm), shownBy };
  return { kind: shownBy.length > 0 ? 'not-the-sizes' : 'none' };
}

/** The first call at which a run goes wrong: it returns a block in use, or stops. Undefined if it does not, or was not made. */
export function wrongAt({ outcome, call, firstOverlap }: ComparedRun): number | undefined {
  const stops = outcome === 'ok' || outcome === 'refused' ? Infinity : call;
  const first = Math.min(stops, firstOverlap ?? Infinity);
  return first === Infinity ? undefined : first;
}

/**
 * Whether jemalloc 4.5.0 can go wrong with such a claim. It finds huge blocks by their address, whatever is claimed, and frees a large block
 * that is claimed as another large one by the run's own size; only if the claim is more than the block has, that is handed out as if it had.
 */
function canHarm({ usable, claimedUsable }: ClassPair): boolean {
  if (usable > LARGE_MAXCLASS) return false;
  if (usable > SMALL_MAXCLASS && claimedUsable > SMALL_MAXCLASS) return claimedUsable > usable && claimedUsable <= LARGE_MAXCLASS;
  return true;
}
