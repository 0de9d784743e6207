/** Where a lock was taken that nobody gave back, and which flush of a thread's cache did it. */
import type { LockRecord } from '../replay/lock-record.js';

/** Why a thread's cache gives blocks back: it has no room for one more, its collector looks at it, or its thread ends. */
export type FlushTrigger = 'full' | 'collector' | 'exit';

export interface Flush {
  /** The function that does it, with the bin or class that it flushes: `tcache_bin_flush_small(bin 2)`. */
  readonly by: string;
  /** The lock that it takes for what it gives back. */
  readonly lock: string;
  readonly trigger: FlushTrigger;
  /** 1-based. */
  readonly call: number;
}

export interface LostLock {
  readonly lock: string;
  /** The call since which it is locked at the end of every call; 1-based. */
  readonly call: number;
  /** Of the acquire that was the last of it in that call. */
  readonly stack: readonly string[];
  /** Absent if no flush did it. */
  readonly flush?: Flush;
}

/**
 * Who had `lock` when the run was done with `call`, if somebody had: the first call that left it locked, with no call after it that
 * left it free. Later ones may have freed and taken it meanwhile. Cost: linear in the record.
 */
export function lostLock(record: LockRecord, lock: string, call: number): LostLock | undefined {
  let lost = -1;
  let last = -1;
  for (let row = 0; row < record.size && record.call(row) <= call; row++) {
    if (record.lock(row) !== lock || record.what(row) === 'wait') continue;
    // A call before this row's left the lock as its last row of it says.
    if (last >= 0 && record.call(last) !== record.call(row)) lost = leftLocked(record, lost, last);
    last = row;
  }
  if (last >= 0) lost = leftLocked(record, lost, last);
  if (lost < 0) return undefined;
  const flush = flushAround(record, lost);
  return { lock, call: record.call(lost), stack: record.stack(lost), ...(flush === undefined ? {} : { flush }) };
}

/** The row that left a lock locked, after a call whose last row of it is `last`; -1: it is free. */
function leftLocked(record: LockRecord, lost: number, last: number): number {
  if (record.what(last) !== 'lock') return -1;
  return lost < 0 ? last : lost;
}

/** The flush under way at a row. */
function flushAround(record: LockRecord, row: number): Flush | undefined {
  const by = record.stack(row).find((frame) => FLUSH.test(frame));
  if (by === undefined) return undefined;
  for (let at = row; at >= 0 && record.call(at) === record.call(row); at--) {
    if (record.what(at) === 'lock' && record.stack(at).at(-1) === by) return flushAt(record, at);
  }
  return undefined;
}

/** The flushes that took one of `locks`, in order. Cost: linear in the record. */
export function flushesOf(record: LockRecord, locks: ReadonlySet<string>): Flush[] {
  const flushes: Flush[] = [];
  for (let row = 0; row < record.size; row++) {
    if (record.what(row) === 'lock' && locks.has(record.lock(row)) && FLUSH.test(record.stack(row).at(-1) ?? '')) flushes.push(flushAt(record, row));
  }
  return flushes;
}

/** @param row where the flush takes its lock */
function flushAt(record: LockRecord, row: number): Flush {
  const stack = record.stack(row);
  return { by: stack.at(-1)!, lock: record.lock(row), trigger: triggerOf(stack), call: record.call(row) };
}

// jemalloc's names, which all of its versions have.
const FLUSH = /^tcache_bin_flush_/;
const COLLECTOR = /^tcache_event/;
const EXIT = /^tcache_destroy/;

function triggerOf(stack: readonly string[]): FlushTrigger {
  if (stack.some((frame) => COLLECTOR.test(frame))) return 'collector';
  return stack.some((frame) => EXIT.test(frame)) ? 'exit' : 'full';
}
