/** What an option changed on the way of two runs of one log that end differently. All of it is read from the runs' locks and unlocks. */
import type { Allocator, ThreadCaches } from '../../allocator.js';
import { type CallAt, callAt } from '../../trace/call-at.js';
import type { CallLog } from '../../trace/call-log.js';
import { firstLockDifference, type LockDifference } from '../replay/lock-difference.js';
import type { LockRecord } from '../replay/lock-record.js';
import type { ReplayResult } from '../replay/replay.js';
import { type BlockOrder, blockOrder } from './block-order.js';
import { type BetweenLimits, betweenLimits } from './cached-sizes.js';
import { type Flush, flushesOf } from './flushes.js';
import { type LostLock, lostLock } from './lost-lock.js';

/** One of two runs: the one before the change, or the one after. */
export type Side = 'from' | 'to';

/** A run of the sweep, as {@link whatMoved} needs it. */
export interface SweptRun {
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

/** What the run that got further did in the call in which the other one lost its lock, and about that lock. */
export interface OtherAtLoss {
  readonly call: CallAt;
  /** It had lost the same lock by then. */
  readonly lost?: LostLock;
  /** Whether it got the lock, or waits for it too, in the call in which the other run waits for it; absent: it does not ask for it there. */
  readonly asked?: 'got' | 'waits';
  /** Whether it made the same flush in that call; if it did and `lost` is absent, no run became empty without its lock. */
  readonly flushed: boolean;
  /** Its last flush of the same before the call, and the next one after it. */
  readonly before?: Flush;
  readonly after?: Flush;
}

export interface WhatMoved {
  /** The run that stops first, `from` if none does; what decided it, its {@link LostLock}, is in its row. */
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
  readonly otherAtLoss?: OtherAtLoss;
  /** Where the blocks lie that the lost lock is there for, if the allocator says their size. */
  readonly order?: BlockOrder;
}

/** Cost: linear in the log and in both records, but for the order of blocks. @param log that both runs replayed, with its sizes */
export function whatMoved(log: CallLog, from: SweptRun, to: SweptRun): WhatMoved {
  const first = endOf(to) < endOf(from) ? 'to' : 'from';
  const [early, late] = first === 'from' ? [from, to] : [to, from];
  const difference = firstLockDifference(log, from.record, to.record);
  return {
    first,
    ...cacheLimits(log, from.allocator, to.allocator, endOf(early) - 1),
    ...(difference === undefined ? {} : { difference }),
    ...aboutFlush(log, from, to, early),
    ...otherAtLoss(log, early, late),
    ...orderOf(log, from, to, early),
  };
}

/** The call at which a run stops; past the last one if it does not. */
function endOf({ result }: SweptRun): number {
  return result.outcome === 'ok' ? result.calls + 1 : result.call;
}

function cacheLimits(log: CallLog, from: Allocator, to: Allocator, calls: number): Pick<WhatMoved, 'caches' | 'between'> {
  const caches = { from: from.threadCaches, to: to.threadCaches };
  if (caches.from === undefined || caches.to === undefined || caches.from.classes === caches.to.classes) return {};
  const limits = [caches.from.largest, caches.to.largest];
  const between = betweenLimits(log, from, { above: Math.min(...limits), upTo: Math.max(...limits) }, calls);
  return { caches: { from: caches.from, to: caches.to }, between };
}

function aboutFlush(log: CallLog, from: SweptRun, to: SweptRun, early: SweptRun): Pick<WhatMoved, 'reached' | 'collected'> {
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

function otherAtLoss(log: CallLog, { cause, result }: SweptRun, late: SweptRun): Pick<WhatMoved, 'otherAtLoss'> {
  if (cause?.flush === undefined) return {};
  const { by, call, lock } = cause.flush;
  const lost = lostLock(late.record, cause.lock, call);
  const asked = askedFor(late.record, cause.lock, result.call);
  const flushes = flushesOf(late.record, new Set([lock])).filter((flush) => flush.by === by);
  const before = flushes.findLast((flush) => flush.call < call);
  const after = flushes.find((flush) => flush.call > call);
  return {
    otherAtLoss: {
      call: callAt(log, call),
      flushed: flushes.some((flush) => flush.call === call),
      ...(lost === undefined ? {} : { lost }),
      ...(asked === undefined ? {} : { asked }),
      ...(before === undefined ? {} : { before }),
      ...(after === undefined ? {} : { after }),
    },
  };
}

function askedFor(record: LockRecord, lock: string, call: number): OtherAtLoss['asked'] {
  let asked: OtherAtLoss['asked'];
  for (let row = 0; row < record.size && record.call(row) <= call; row++) {
    if (record.call(row) !== call || record.lock(row) !== lock || record.what(row) === 'unlock') continue;
    asked = record.what(row) === 'wait' ? 'waits' : 'got';
  }
  return asked;
}

/** Up to the call that lost the lock: what comes later did not lead there. */
function orderOf(log: CallLog, from: SweptRun, to: SweptRun, { cause, record, allocator }: SweptRun): Pick<WhatMoved, 'order'> {
  const size = cause === undefined ? undefined : record.sizeOf(cause.lock);
  if (cause === undefined || size === undefined) return {};
  const order = blockOrder(log, allocator, size, { from: from.addresses, to: to.addresses }, cause.call - 1);
  return order === undefined ? {} : { order };
}
