import { describe, expect, test } from 'vitest';
import { knownTraces } from './fixtures.js';
import { scheduleError } from './schedule-checker.js';
import { parseStd } from './std-trace.js';

const lines = (key: string): number[] => key.split(',').map(Number);

test('every known witness is accepted, and none without its last step', () => {
  let witnesses = 0;
  for (const { name, text, expected } of knownTraces()) {
    const trace = parseStd(text);
    for (const [key, schedule] of [...Object.entries(expected.spWitness), ...Object.entries(expected.witness)]) {
      expect([name, key, scheduleError(trace, schedule, lines(key))]).toEqual([name, key, undefined]);
      witnesses++;
    }
    for (const [key, schedule] of Object.entries(expected.spWitness)) {
      // The last step is part of what has to come before: these witnesses hold nothing else.
      expect([name, key, scheduleError(trace, schedule.slice(0, -1), lines(key))]).not.toEqual([name, key, undefined]);
    }
  }
  expect(witnesses).toBeGreaterThan(300);
});

describe('a schedule is refused', () => {
  const inversion = parseStd('T1|acq(A)|1\nT1|acq(B)|2\nT1|rel(B)|3\nT1|rel(A)|4\nT2|acq(B)|5\nT2|acq(A)|6\nT2|rel(A)|7\nT2|rel(B)|8\n');
  test.each([
    { what: 'that leaves a step out', schedule: [2, 5], error: /^step 1, line 2: T1 has to come to line 1 first/ },
    { what: 'that makes a step twice', schedule: [1, 1, 5], error: /^step 2, line 1: T1 is beyond it/ },
    { what: 'that takes a lock which is held', schedule: [1, 5, 6], error: /^step 3, line 6: it cannot come now/ },
    { what: 'that names a line without an event', schedule: [1, 9], error: /^step 2, line 9: there is no event/ },
    { what: 'that stops short of the cycle', schedule: [1], error: /^the end: no cycle of waits at 2,6, but none/ },
  ])('$what', ({ schedule, error }) => {
    expect(scheduleError(inversion, schedule, [2, 6])).toMatch(error);
  });

  test('whose read would see another write', () => {
    const trace = parseStd('T1|w(x)|1\nT2|r(x)|2\nT2|acq(A)|3\nT2|acq(B)|4\nT2|rel(B)|5\nT2|rel(A)|6\nT1|w(x)|7\nT1|acq(B)|8\nT1|acq(A)|9\n');
    expect(scheduleError(trace, [1, 7, 8, 2, 3], [4, 9])).toMatch(/^step 4, line 2: it cannot come now/);
    expect(scheduleError(trace, [1, 2, 3, 7, 8], [4, 9])).toBeUndefined();
  });
});

test('a request may be listed or left out, but not before its turn', () => {
  const trace = parseStd('T1|acq(A)|1\nT1|req(B)|2\nT1|acq(B)|2\nT2|acq(B)|3\nT2|req(A)|4\nT2|acq(A)|4\n');
  expect(scheduleError(trace, [1, 4], [3, 6])).toBeUndefined();
  expect(scheduleError(trace, [1, 2, 4, 5], [3, 6])).toBeUndefined();
  expect(scheduleError(trace, [2, 1, 4, 5], [3, 6])).toMatch(/^step 1, line 2: T1 has to come to line 1 first/);
});
