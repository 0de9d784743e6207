import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { analyseKnowledge } from '../../../packages/lockgraph/src/detect/known-order.js';
import { mergeKnowledge } from '../../../packages/lockgraph/src/detect/knowledge/merge.js';
import { deadlocksIn } from './knowledge/naive-deadlocks.js';
import { randomKnowledge } from './knowledge/random-knowledge.js';

/** Of few names, to have threads that are kept apart where they close a cycle; or of more, to have long cycles. */
const part = fc.oneof(randomKnowledge({ classes: ['A', 'B'], threads: ['main', 't0'], tried: 0 }), randomKnowledge({ classes: ['A', 'B', 'C', 'D', 'E'] }));
const knowledge = fc.array(part, { minLength: 1, maxLength: 3 }).map((parts) => mergeKnowledge(parts));

describe('the cycles that many runs make', () => {
  it('are those that a naive search finds; of cycles in which two threads hold what one wants, shorter ones may stand for them', () => {
    fc.assert(
      fc.property(knowledge, fc.integer({ min: 2, max: 4 }), (known, maxCycle) => {
        const { findings } = analyseKnowledge(known, 'known', maxCycle);
        const told = findings.map(({ cycle }) => cycle.map(({ wants, mode, held }) => `${wants} ${mode} ${held.join()}`).toSorted().join(';'));
        const { all, plain } = deadlocksIn(known, maxCycle);
        expect(told.filter((cycle) => !all.has(cycle))).toEqual([]);
        expect([...plain].filter((cycle) => !told.includes(cycle))).toEqual([]);
      }),
      { numRuns: 1500 },
    );
  });

  it('do not depend on how their runs were merged', () => {
    fc.assert(
      fc.property(randomKnowledge(), randomKnowledge(), randomKnowledge(), (a, b, c) => {
        const one = analyseKnowledge(mergeKnowledge([mergeKnowledge([c, a]), b]), 'known');
        expect(analyseKnowledge(mergeKnowledge([a, b, c]), 'known')).toEqual(one);
      }),
      { numRuns: 50 },
    );
  });
});
