import { describe, expect, test } from 'vitest';
import { abstractKey, knownTraces } from './fixtures.js';
import { cycleKey, predictableDeadlocks } from './oracle.js';
import { patterns, signatures, unorderedByForkJoin } from './patterns.js';
import { parseStd } from './std-trace.js';

const keys = (cycles: readonly (readonly number[])[]): string[] => cycles.map(cycleKey).toSorted();

describe('on every trace whose deadlocks are known', () => {
  const known = knownTraces();

  test('the oracle reaches those deadlocks and no other', () => {
    for (const { name, text, expected } of known) {
      const { predictable, syncPreserving, general } = predictableDeadlocks(parseStd(text));
      expect({ name, predictable: [...predictable].toSorted(), syncPreserving: [...syncPreserving].toSorted(), general: [...general].toSorted() }).toEqual({
        name,
        predictable: keys(expected.predictable),
        syncPreserving: keys(expected.syncPreserving),
        general: keys(expected.general),
      });
    }
    expect(known).toHaveLength(217);
  });

  test('the patterns are those of the definition', () => {
    for (const { name, text, expected } of known) {
      const trace = parseStd(text);
      const all = patterns(trace);
      expect([name, keys(all)]).toEqual([name, keys(expected.patterns)]);
      expect([name, keys(unorderedByForkJoin(trace, all))]).toEqual([name, keys(expected.patternsAfterForkJoin)]);
    }
  });

  test('the signatures of the deadlocks are the abstract patterns', () => {
    for (const { name, text, expected } of known) {
      const of = signatures(parseStd(text));
      const abstract = (all: readonly (readonly number[])[]): Set<string> => new Set(all.map((lines) => lines.map((line) => of.get(line)!).toSorted().join(' + ')));
      expect([name, abstract(expected.predictable)]).toEqual([name, new Set(expected.abstractPredictable.map(abstractKey))]);
      expect([name, abstract(expected.syncPreserving)]).toEqual([name, new Set(expected.abstractSyncPreserving.map(abstractKey))]);
    }
  });
});

test('the request of a lock is no step of its own: the acquire is what waits', () => {
  const trace = parseStd('T1|acq(A)|1\nT1|req(B)|2\nT1|acq(B)|2\nT1|rel(B)|3\nT1|rel(A)|4\nT2|acq(B)|5\nT2|req(A)|6\nT2|acq(A)|6\n');
  expect([...predictableDeadlocks(trace).predictable]).toEqual(['3,8']);
});

test('a join in a critical section that the joined thread needs is a cycle, whoever forked that thread', () => {
  const trace = parseStd('T2|fork(T3)|1\nT3|acq(A)|2\nT3|rel(A)|3\nT1|acq(A)|4\nT1|join(T3)|5\nT1|rel(A)|6\n');
  expect(predictableDeadlocks(trace)).toEqual({ predictable: new Set(), syncPreserving: new Set(), general: new Set(['2,5']) });
});
