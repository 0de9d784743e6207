/** Why the runs of one log end as they do: by what the runs have in common, and the one thing that they have not. */
import { HUGE_MININDEX, NBINS } from '../../jemalloc/size-classes.js';
import type { MetClasses } from './claims-met.js';
import type { Cause, ComparedRun } from './compare-result.js';

/** The runs of a log, and what there is of wrong claims. */
export interface Circumstances {
  /** jemalloc 4.5.0 as the log has it. */
  readonly sized: ComparedRun;
  /** The same without sizes. */
  readonly unsized: ComparedRun;
  /** What is replayed with sizes, too. */
  readonly others: readonly ComparedRun[];
  /** Whether a claim is wrong: by the log, or because one of the runs met it. */
  readonly wrongClaims: boolean;
  /** What the run of jemalloc 4.5.0 met. */
  readonly met: readonly MetClasses[];
}

/** What makes the runs end as they do. */
export function causeOf({ sized, unsized, others, wrongClaims, met }: Circumstances): Cause {
  const shownBy = others.flatMap((run) => {
    const call = wrongAt(run);
    return call === undefined ? [] : [{ allocator: run.allocator, call }];
  });
  if (wrongAt(unsized) !== undefined) return { kind: 'not-the-sizes' };
  if (wrongAt(sized) !== undefined) return { kind: met.length > 0 ? 'claimed-size' : 'not-the-sizes' };
  // This run is complete, so it met all claims that it takes for wrong.
  if (wrongClaims) return { kind: 'latent', canHarm: met.some(canHarm), shownBy };
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
function canHarm({ trueClass, claimedClass }: MetClasses): boolean {
  if (trueClass >= HUGE_MININDEX) return false;
  if (trueClass >= NBINS && claimedClass >= NBINS) return claimedClass > trueClass && claimedClass < HUGE_MININDEX;
  return true;
}
