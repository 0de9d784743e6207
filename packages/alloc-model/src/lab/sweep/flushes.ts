/** When the cache of a thread gives blocks back, as the locks of a run tell it. */
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

// jemalloc's names, which all of its versions have.
const FLUSH = /^tcache_bin_flush_/;
const COLLECTOR = /^tcache_event/;
const EXIT = /^tcache_destroy/;

/** The flush under way at a row of the record, if there is one. Cost: linear in the rows of its call. */
export function flushAround(record: LockRecord, row: number): Flush | undefined {
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

function triggerOf(stack: readonly string[]): FlushTrigger {
  if (stack.some((frame) => COLLECTOR.test(frame))) return 'collector';
  return stack.some((frame) => EXIT.test(frame)) ? 'exit' : 'full';
}
