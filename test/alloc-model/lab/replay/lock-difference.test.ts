import { type CallLog, CallLogBuilder } from 'alloc-model';
import { describe, expect, test } from 'vitest';
import { firstLockDifference } from '../../../../packages/alloc-model/src/lab/replay/lock-difference.js';
import { recordOf } from './record-of.js';

const log: CallLog = (() => {
  const builder = new CallLogBuilder('x');
  for (let id = 1; id <= 9; id++) builder.mallocx(id, 8 * id, 0, 0);
  return builder.build();
})();
const step = (what: string, lock: string): object => ({ what, lock, stack: [] });

describe('the first lock or unlock that differs', () => {
  test('is none where the runs do the same, whatever their stacks are', () => {
    expect(firstLockDifference(log, recordOf('1 lock a f', '2 unlock a'), recordOf('1 lock a g', '2 unlock a'))).toBeUndefined();
    expect(firstLockDifference(log, recordOf(), recordOf())).toBeUndefined();
  });

  test('is of another lock', () => {
    const difference = firstLockDifference(log, recordOf('1 lock a', '2 lock b'), recordOf('1 lock a', '2 lock c'));
    expect(difference).toEqual({ call: { call: 2, operation: 'mallocx', arguments: { size: 16 } }, from: step('lock', 'b'), to: step('lock', 'c') });
  });

  test('does something else with the same lock', () => {
    expect(firstLockDifference(log, recordOf('3 lock a'), recordOf('3 unlock a'))).toMatchObject({ call: { call: 3 }, from: step('lock', 'a'), to: step('unlock', 'a') });
    expect(firstLockDifference(log, recordOf('3 lock a'), recordOf('3 want a'))).toMatchObject({ from: step('lock', 'a'), to: step('wait', 'a') });
  });

  test('is in the earlier call, in which the other run does nothing more', () => {
    const early = firstLockDifference(log, recordOf('1 lock a', '4 lock b'), recordOf('1 lock a', '5 lock b'))!;
    expect([early.call.call, early.from, early.to]).toEqual([4, step('lock', 'b'), undefined]);
    const late = firstLockDifference(log, recordOf('1 lock a'), recordOf('1 lock a', '2 unlock a'))!;
    expect([late.call.call, late.from, late.to]).toEqual([2, undefined, step('unlock', 'a')]);
  });

  test('is looked for among some locks only, if they are named', () => {
    const [from, to] = [recordOf('1 lock a', '2 lock b', '3 lock c'), recordOf('1 unlock a', '2 lock b', '4 lock c')];
    expect(firstLockDifference(log, from, to, new Set(['b']))).toBeUndefined();
    expect(firstLockDifference(log, from, to, new Set(['b', 'c']))).toMatchObject({ call: { call: 3 }, from: { lock: 'c' } });
  });
});
