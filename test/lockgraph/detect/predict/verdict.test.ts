import { describe, expect, test } from 'vitest';
import type { JsonFinding, JsonReport } from '../../../../packages/lockgraph/src/report/json.js';
import { predictableDeadlocks } from './oracle.js';
import { parseStd } from './std-trace.js';
import { judge } from './verdict.js';

const inversion = parseStd('T1|acq(A)|1\nT1|acq(B)|2\nT1|rel(B)|3\nT1|rel(A)|4\nT2|acq(B)|5\nT2|acq(A)|6\nT2|rel(A)|7\nT2|rel(B)|8\n');
const handedOver = parseStd('T1|acq(A)|1\nT1|acq(B)|2\nT1|rel(B)|3\nT1|rel(A)|4\nT1|w(x)|5\nT2|r(x)|6\nT2|acq(B)|7\nT2|acq(A)|8\n');
const forked = parseStd('T1|acq(A)|1\nT1|acq(B)|2\nT1|rel(B)|3\nT1|rel(A)|4\nT1|fork(T2)|5\nT2|acq(B)|6\nT2|acq(A)|7\n');

const place = (line: number) => ({ requestedAt: { event: line, line } });
const proof: JsonFinding = {
  id: '1',
  kind: 'lock-order',
  evidence: 'proved',
  message: '',
  count: 1,
  threads: ['T1', 'T2'],
  locks: ['A', 'B'],
  cycle: [
    { thread: 'T1', wants: 'B', mode: 'exclusive', holds: 'A', held: ['A'], ...place(2) },
    { thread: 'T2', wants: 'A', mode: 'exclusive', holds: 'B', held: ['B'], ...place(6) },
  ],
  schedule: [1, 5],
  history: [],
};
const { schedule: _, ...unproved } = { ...proof, evidence: 'possible' as const };
const at = (line: number) => ({ ...proof, cycle: [proof.cycle[0]!, { ...proof.cycle[1]!, ...place(line) }] });

function violations(trace: ReturnType<typeof parseStd>, findings: readonly JsonFinding[]): readonly string[] {
  return judge(trace, predictableDeadlocks(trace), { findings } as unknown as JsonReport).violations;
}

test('a proof with its schedule is right, and counted', () => {
  const verdict = judge(inversion, predictableDeadlocks(inversion), { findings: [proof] } as unknown as JsonReport);
  expect(verdict).toEqual({ syncPreserving: { proved: 1, of: 1 }, reordered: { proved: 0, of: 0 }, throughJoins: { proved: 0, of: 0 }, proofs: 1, violations: [] });
});

test('a pattern that is possible and no more is right where nothing reaches it', () => {
  expect(violations(handedOver, [{ ...unproved, cycle: at(8).cycle }])).toEqual([]);
});

describe('it is a violation', () => {
  const key = 'T1 B {A} + T2 A {B}';
  test.each([
    { what: 'to find nothing where there is a deadlock', trace: inversion, findings: [], said: [`a sync-preserving deadlock is not proved: ${key}`, `a deadlock is not even possible: ${key}`] },
    { what: 'to call possible what can be proved', trace: inversion, findings: [unproved], said: [`a sync-preserving deadlock is not proved: ${key}`] },
    { what: 'to find one deadlock twice', trace: inversion, findings: [proof, proof], said: [`it is found twice: ${key}`] },
    {
      what: 'to prove what cannot happen',
      trace: handedOver,
      findings: [at(8)],
      said: ['a lock-order is proved at 2,8, and no reordering comes there', 'the schedule of the proof at 2,8 fails in step 2, line 5: T1 has to come to line 2 first'],
    },
    { what: 'to call possible what fork and join order', trace: forked, findings: [{ ...unproved, cycle: at(7).cycle }], said: [`what is no pattern, or ordered, is possible: ${key}`] },
    { what: 'to prove without a schedule', trace: inversion, findings: [{ ...unproved, evidence: 'proved' as const }], said: ['the proof at 2,6 has no schedule'] },
    {
      what: 'to tell a cycle the wrong way round',
      trace: inversion,
      findings: [{ ...proof, cycle: proof.cycle.map((waiter) => ({ ...waiter, holds: waiter.wants })) }],
      said: [
        'line 2 is {"thread":"T1","wants":"B","mode":"exclusive","holds":"A"}, and the cycle says {"thread":"T1","wants":"B","mode":"exclusive","holds":"B"}',
        'line 6 is {"thread":"T2","wants":"A","mode":"exclusive","holds":"B"}, and the cycle says {"thread":"T2","wants":"A","mode":"exclusive","holds":"A"}',
      ],
    },
  ])('$what', ({ trace, findings, said }) => {
    expect(violations(trace, findings)).toEqual(said);
  });
});
