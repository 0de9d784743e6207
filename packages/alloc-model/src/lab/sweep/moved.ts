/** What an option changed on the way of two runs of one log that end differently. All of it is read from the runs' locks and unlocks. */
import type { Allocator, ThreadCaches } from '../../allocator.js';
import type { CallLog } from '../../trace/call-log.js';
import { type BlockOrder, blockOrder } from './block-order.js';
import { type BetweenLimits, betweenLimits } from './cached-sizes.js';
import { type CallAt, callAt } from '../../trace/call-at.js';
import { firstLockDifference, type LockDifference } from '../replay/lock-difference.js';
import type { LockRecord } from '../replay/lock-record.js';
import { type Flush, flushesOf, type LostLock, lostLock } from './lost-lock.js';
import type { ReplayResult } from '../replay/replay.js';

/** One of two runs: the one before the change, or the one after. */
export type Side = 'from' | 'to';

/** A run of the sweep, as {@link whatMoved} needs it. */
export interface MovedRun {
  readonly result: ReplayResult;
  readonly cause: LostLock | undefined;
  readonly record: LockRecord;
  readonly addresses: Float64Array;
  /** One of its kind, of which nothing was asked but what it says of sizes. */
  readonly allocator: Allocator;
}

/** A flush that only one of the runs makes. */
export interface LoneFlush {
  readonly in: Side;
  readonly flush: Flush;
  readonly call: CallAt;
}

/** What the run that got further did in the call in which the other one lost its lock. */
export interface Instead {
  readonly call: CallAt;
  /** It had lost the same lock by then, and did not ask for it where the other run waits. */
  readonly lost?: LostLock;
  /** Whether it made the same flush in that call; if it did and `lost` is absent, no run became empty without its lock. */
  readonly flushed: boolean;
  /** Its last flush of the same before the call, and the next one after it. */
  readonly before?: Flush;
  readonly after?: Flush;
}

export interface Moved {
  /** The run that stops first; what decided it, its {@link LostLock}, is in its row. */
  readonly first: Side;
  /** What the caches of threads hold, where the allocator tells and it is not the same. */
  readonly caches?: Readonly<Record<Side, ThreadCaches>>;
  /** The calls that both runs make, whose blocks go through the caches of only one of them. */
  readonly between?: BetweenLimits;
  /** Where the runs' locks and unlocks first differ. */
  readonly difference?: LockDifference;
  /** Where those of the lost lock, and of the lock of the flush that lost it, first differ. */
  readonly reached?: LockDifference;
  /** The first flush by the collector, under one of these two locks, that only one of the runs makes. */
  readonly collected?: LoneFlush;
  readonly instead?: Instead;
  /** Where the blocks lie that the lost lock is there for, if the allocator says their size. */
  readonly order?: BlockOrder;
}

/** @param log as it was replayed: without sizes, if they were not told. Cost: linear in the log and in both records */
export function whatMoved(log: CallLog, from: MovedRun, to: MovedRun): Moved {
  const first = endOf(to) < endOf(from) ? 'to' : 'from';
  const [early, late] = first === 'from' ? [from, to] : [to, from];
  const difference = firstLockDifference(log, from.record, to.record);
  return {
    first,
    ...cacheLimits(log, from.allocator, to.allocator, early.result.call - 1),
    ...(difference === undefined ? {} : { difference }),
    ...aboutFlush(log, from, to, early),
    ...insteadOf(log, early, late),
    ...orderOf(log, from, to, early),
  };
}

/** The call at which a run stops; past the last one if it does not. */
function endOf({ result }: MovedRun): number {
  return result.outcome === 'ok' ? result.calls + 1 : result.call;
}

function cacheLimits(log: CallLog, from: Allocator, to: Allocator, calls: number): Pick<Moved, 'caches' | 'between'> {
  const caches = { from: from.threadCaches, to: to.threadCaches };
  if (caches.from === undefined || caches.to === undefined || caches.from.classes === caches.to.classes) return {};
  const limits = [caches.from.largest, caches.to.largest];
  const between = betweenLimits(log, from, { above: Math.min(...limits), upTo: Math.max(...limits) }, calls);
  return { caches: { from: caches.from, to: caches.to }, between };
}

function aboutFlush(log: CallLog, from: MovedRun, to: MovedRun, early: MovedRun): Pick<Moved, 'reached' | 'collected'> {
  const { cause } = early;
  if (cause?.flush === undefined) return {};
  const locks = new Set([cause.lock, cause.flush.lock]);
  const reached = firstLockDifference(log, from.record, to.record, locks);
  // Later calls are made by one of the runs only.
  const before = endOf(early);
  const collections = (record: LockRecord): Flush[] => flushesOf(record, locks).filter(({ trigger, call }) => trigger === 'collector' && call < before);
  const collected = loneFlush(log, collections(from.record), collections(to.record));
  return { ...(reached === undefined ? {} : { reached }), ...(collected === undefined ? {} : { collected }) };
}

function loneFlush(log: CallLog, from: readonly Flush[], to: readonly Flush[]): LoneFlush | undefined {
  for (let i = 0; i < Math.max(from.length, to.length); i++) {
    const [a, b] = [from[i], to[i]];
    if (a !== undefined && a.call === b?.call && a.by === b.by) continue;
    const side = (a?.call ?? Infinity) <= (b?.call ?? Infinity) ? 'from' : 'to';
    const flush = (side === 'from' ? a : b)!;
    return { in: side, flush, call: callAt(log, flush.call) };
  }
  return undefined;
}

function insteadOf(log: CallLog, { cause }: MovedRun, late: MovedRun): Pick<Moved, 'instead'> {
  if (cause?.flush === undefined) return {};
  const { by, call, lock } = cause.flush;
  const lost = lostLock(late.record, cause.lock, call);
  const flushes = flushesOf(late.record, new Set([lock])).filter((flush) => flush.by === by);
  const before = flushes.findLast((flush) => flush.call < call);
  const after = flushes.find((flush) => flush.call > call);
  const instead = {
    call: callAt(log, call),
    flushed: flushes.some((flush) => flush.call === call),
    ...(lost === undefined ? {} : { lost }),
    ...(before === undefined ? {} : { before }),
    ...(after === undefined ? {} : { after }),
  };
  return { instead };
}

/** Up to the call that lost the lock: what comes later did not lead there. */
function orderOf(log: CallLog, from: MovedRun, to: MovedRun, { cause, record, allocator }: MovedRun): Pick<Moved, 'order'> {
  const size = cause === undefined ? undefined : record.sizeOf(cause.lock);
  if (cause === undefined || size === undefined) return {};
  const order = blockOrder(log, allocator, size, { from: from.addresses, to: to.addresses }, cause.call - 1);
  return order === undefined ? {} : { order };
}
