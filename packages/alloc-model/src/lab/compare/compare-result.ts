/** What a comparison of allocators found. Plain data; what `alloc-model compare --format json` prints. */
import type { CallAt } from '../../trace/call-at.js';
import type { CheckResult } from '../check/check-result.js';
import type { AllocatorName } from '../replay/allocators.js';
import type { LockDifference } from '../replay/lock-difference.js';
import type { ReplayResult } from '../replay/replay.js';

/** A run that could not be made to its end: the allocator's model does not have what `call` asks for, or no memory for it. */
export interface RefusedRun extends Omit<ReplayResult, 'outcome'> {
  readonly outcome: 'refused';
  readonly reason: string;
}

export type ComparedRun = ReplayResult | RefusedRun;

/** A free whose claim is not of its block's class, as the allocator itself met it. */
export interface MetClaim {
  readonly call: CallAt;
  readonly thread: string;
  readonly claimed: number;
  /** Bytes of the block. */
  readonly usable: number;
  /** Indices of size classes; of a small class, that is its bin. */
  readonly claimedClass: number;
  readonly trueClass: number;
  /** What became of the block, in words. */
  readonly where: string;
}

/** The first note that an allocator makes of what a wrong claim did to it. */
export interface Damage {
  /** 1-based. */
  readonly call: number;
  /** As `alloc/wrong-region`. */
  readonly kind: string;
}

/** Where jemalloc 4.5.0 does one thing with sizes, and another without. Absent is what never differs. */
export interface Parting {
  /** The first claim of a wrong class, which is the first thing that only the run with sizes is told. */
  readonly claim?: MetClaim;
  /** The first call that gets a block at another address. */
  readonly address?: { readonly call: CallAt; readonly sized: number; readonly unsized: number };
  /**
   * The first lock or unlock that only one of the runs makes: `from` is the run with sizes, `to` the one without. But for huge_mtx: a free
   * without a size takes it once more for every huge block, to look the size up.
   */
  readonly lock?: LockDifference;
}

/**
 * Why the runs end as they do.
 * - `none`: all end well, and no claim is wrong.
 * - `claimed-size`: jemalloc 4.5.0 goes wrong with the claimed sizes, and not without.
 * - `latent`: claims are wrong, but jemalloc 4.5.0 goes on at these settings; `shownBy` are the runs that do not. `canHarm`: whether it may
 *   go wrong at other settings.
 * - `not-the-sizes`: without sizes it goes wrong as well, or no claim is wrong.
 */
export type Cause =
  | { readonly kind: 'none' | 'claimed-size' | 'not-the-sizes' }
  | { readonly kind: 'latent'; readonly canHarm: boolean; readonly shownBy: readonly ShownBy[] };

/** A run that goes wrong, and the first call at which it does. */
export interface ShownBy {
  readonly allocator: string;
  readonly call: number;
}

export interface CompareResult {
  /** The name of the log. */
  readonly trace: string;
  readonly calls: number;
  /** jemalloc 4.5.0, the same without sizes, then the others. */
  readonly runs: readonly ComparedRun[];
  readonly cause: Cause;
  /** As a check of the log has them. */
  readonly mismatches: CheckResult['mismatches'];
  /** The first claim of a wrong class that each run with sizes met; those that met none, or do not look, are not there. */
  readonly met: readonly { readonly allocator: AllocatorName; readonly claim: MetClaim }[];
  /** What the claims did first to each allocator with sizes; one that took no harm is not there. */
  readonly damaged: readonly (Damage & { readonly allocator: AllocatorName })[];
  /** Calls with flags that name caches or arenas: the run without sizes has no such flags either. */
  readonly flagsDropped: number;
  readonly parts: Parting;
}
