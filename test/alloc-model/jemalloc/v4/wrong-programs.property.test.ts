import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkInvariants } from './invariants.js';
import { index2size } from '../../../../packages/alloc-model/src/jemalloc/size-classes.js';
import { TestProcess } from './process.js';
import { exit, freeAs, runSteps, smallClass, thread, times } from '../programs.js';

const mallocSmall = fc.record({ do: fc.constant('mallocx' as const), size: smallClass.map(index2size), flags: fc.constant(0), thread, times });
const steps = fc.array(
  fc.oneof({ weight: 6, arbitrary: mallocSmall }, { weight: 4, arbitrary: freeAs(smallClass, fc.constant(0)) }, { weight: 1, arbitrary: exit }),
  { maxLength: 60 },
);

describe('programs that claim wrong small sizes', () => {
  it('end well or hang on a bin, and leave the pages in order if they end', { timeout: 120_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(steps, async (program) => {
        const p = new TestProcess();
        // Claims that are too large lead to overlaps: nothing is said of addresses here.
        const outcome = await runSteps(p, program, () => {});
        if (outcome === 'finished') {
          checkInvariants(p.jemalloc.arenas);
          return;
        }
        expect(p.notes.some(({ note }) => note.kind === 'alloc/wrong-bin')).toBe(true);
        const stands = p.monitor.findings.filter(({ kind }) => ['self-deadlock', 'deadlock', 'orphaned-lock', 'hang'].includes(kind));
        expect(stands).toHaveLength(1);
        expect(stands[0]!.locks[0]).toMatch(/^arena\d+\.bin\[\d+\]\.lock$/);
      }),
      { numRuns: 150 },
    );
  });
});
