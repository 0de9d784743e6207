import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UndefinedBehaviour } from '../../../../packages/alloc-model/src/allocator.js';
import { TestProcess } from './process.js';
import { exit, free, freeAs, mallocx, options, rallocx, runSteps, smallClass } from '../programs.js';

const wrong = freeAs(fc.oneof({ weight: 5, arbitrary: smallClass }, fc.integer({ min: 36, max: 70 })));
const steps = fc.array(
  fc.oneof({ weight: 8, arbitrary: mallocx }, { weight: 2, arbitrary: rallocx }, { weight: 4, arbitrary: wrong }, { weight: 4, arbitrary: free }, { weight: 1, arbitrary: exit }),
  { minLength: 1, maxLength: 60 },
);

describe('programs that claim wrong sizes', () => {
  it('end, or come to where nothing is defined; they never stand still', { timeout: 120_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(options, steps, async (chosen, program) => {
        const p = new TestProcess(chosen);
        try {
          expect(await runSteps(p, program, () => {})).toBe('finished');
        } catch (error) {
          expect(error).toBeInstanceOf(UndefinedBehaviour);
          expect(p.notes.some(({ note }) => note.kind === 'alloc/size-mismatch')).toBe(true);
        }
      }),
      { numRuns: 250 },
    );
  });
});
