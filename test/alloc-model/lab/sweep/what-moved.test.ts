import { type CallLog, CallLogBuilder, type ReplayResult } from 'alloc-model';
import { describe, expect, test } from 'vitest';
import type { LockRecord } from '../../../../packages/alloc-model/src/lab/replay/lock-record.js';
import { lostLock } from '../../../../packages/alloc-model/src/lab/sweep/lost-lock.js';
import { type SweptRun, whatMoved, type WhatMoved } from '../../../../packages/alloc-model/src/lab/sweep/what-moved.js';
import { createSystemAllocator } from '../../../../packages/alloc-model/src/system/system.js';
import { recordOf } from '../replay/record-of.js';

const CALLS = 9;
const SIZE = 56;
const log: CallLog = (() => {
  const builder = new CallLogBuilder('x');
  for (let id = 1; id <= CALLS; id++) builder.mallocx(id, SIZE, 0, 0);
  return builder.build();
})();

/** A flush of the cache in call N, by its collector or because it is full, which takes lock a, and also b if it loses that. */
const collector = (call: number, bin = 1): string => `${call} lock a mallocx tcache_event_hard tcache_bin_flush_small(${bin})`;
const full = (call: number): string => `${call} lock a mallocx tcache_bin_flush_small(1)`;
const loses = (call: number): string[] => [full(call), `${call} lock b mallocx tcache_bin_flush_small(1) arena_dalloc_bin_run`];

/** @param hang the call in which it waits for b; undefined: all return */
function runOf(lines: readonly string[], hang?: number, addresses: readonly number[] = []): SweptRun {
  const record: LockRecord = recordOf(...lines, ...(hang === undefined ? [] : [`${hang} want b`]));
  record.note(0, 0, 0, 0, { kind: 'x', data: { lock: 'b', runBinSize: SIZE } } as never);
  const end: Pick<ReplayResult, 'outcome' | 'call'> & { mutex?: string } = hang === undefined ? { outcome: 'ok', call: CALLS } : { outcome: 'hang', call: hang, mutex: 'b' };
  return {
    result: { trace: 'x', allocator: 'jemalloc-4.5.0', options: { lgTcacheMax: null }, calls: CALLS, ...end },
    cause: hang === undefined ? undefined : lostLock(record, 'b', hang),
    record,
    addresses: Float64Array.from({ length: CALLS }, (_, i) => addresses[i] ?? 100 * (i + 1)),
    allocator: createSystemAllocator(),
  };
}

const moved = (from: SweptRun, to: SweptRun): WhatMoved => whatMoved(log, from, to);

describe('what moved the end', () => {
  test('is told of the run that stops first', () => {
    expect(moved(runOf(loses(2), 5), runOf(loses(2), 4)).first).toBe('to');
    expect(moved(runOf(loses(2), 5), runOf([])).first).toBe('from');
    expect(moved(runOf([]), runOf([])).first).toBe('from');
  });

  test('is no flush of the collector that comes when the other run has stopped', () => {
    expect(moved(runOf([collector(1), ...loses(2)], 5), runOf([collector(1), ...loses(2), collector(5), collector(6)])).collected).toBeUndefined();
    expect(moved(runOf([collector(1), ...loses(2)], 5), runOf([collector(1), ...loses(2), collector(4)])).collected).toMatchObject({ in: 'to', call: { call: 4 } });
  });

  test('is a flush of another bin in the same call', () => {
    const { collected } = moved(runOf([collector(1, 1), ...loses(2)], 5), runOf([collector(1, 2), ...loses(2)]));
    expect(collected).toMatchObject({ in: 'from', call: { call: 1 }, flush: { by: 'tcache_bin_flush_small(1)' } });
    expect(moved(runOf([collector(1), ...loses(2)], 5), runOf([collector(1), ...loses(2)])).collected).toBeUndefined();
  });

  test('is looked for in blocks of calls before the one that loses the lock', () => {
    const orderAt = (call: number): WhatMoved['order'] => moved(runOf(loses(4), 6), runOf([], undefined, Array.from({ length: CALLS }, (_, i) => (i + 1 === call ? 9999 : 100 * (i + 1))))).order;
    expect(orderAt(3)).toMatchObject({ size: SIZE, elsewhere: { call: { call: 3 } } });
    expect(orderAt(4)).toBeUndefined();
  });
});

describe('the other run', () => {
  test('makes the same flush, or others of the same before and after', () => {
    const from = runOf(loses(4), 6);
    expect(moved(from, runOf([full(4)])).otherAtLoss).toEqual({ call: { call: 4, operation: 'mallocx', arguments: { size: SIZE } }, flushed: true });
    expect(moved(from, runOf([full(1), full(3), full(7), full(8)])).otherAtLoss).toMatchObject({ flushed: false, before: { call: 3 }, after: { call: 7 } });
  });

  test('loses the lock too, and does not ask for it where the first one waits', () => {
    const { otherAtLoss } = moved(runOf(loses(4), 6), runOf(loses(3), 7));
    expect(otherAtLoss).toMatchObject({ lost: { call: 3 } });
    expect(otherAtLoss).not.toHaveProperty('asked');
  });

  test('loses the lock too, and gets it where the first one waits, since it is free again', () => {
    expect(moved(runOf(loses(4), 6), runOf([...loses(3), '5 unlock b', '6 lock b'])).otherAtLoss).toMatchObject({ lost: { call: 3 }, asked: 'got' });
    expect(moved(runOf(loses(4), 6), runOf([...loses(3), '6 unlock b', '7 lock b'])).otherAtLoss).not.toHaveProperty('asked');
  });

  test('waits for the lock in the same call', () => {
    expect(moved(runOf(loses(4), 6), runOf(loses(3), 6)).otherAtLoss).toMatchObject({ asked: 'waits' });
  });
});
