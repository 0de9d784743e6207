/** Where a lock was taken that nobody gave back. */
import type { LockRecord } from '../replay/lock-record.js';
import { type Flush, flushAround } from './flushes.js';

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
