import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { index2size, size2index } from '../../../packages/alloc-model/src/jemalloc/size-classes.js';
import { JemallocProcess } from './process.js';
import { exit, free, mallocx, options, rallocx, runSteps } from './programs.js';
import { checkPages, versions } from './versions.js';

const steps = fc.array(
  fc.oneof({ weight: 8, arbitrary: mallocx }, { weight: 2, arbitrary: rallocx }, { weight: 7, arbitrary: free }, { weight: 1, arbitrary: exit }),
  { minLength: 1, maxLength: 60 },
);

describe('legal programs', () => {
  test.each(versions)('get blocks of the right size from $version that do not overlap', { timeout: 120_000 }, async ({ create }) => {
    await fc.assert(
      fc.asyncProperty(options, fc.boolean(), steps, async (chosen, debug, program) => {
        const p = new JemallocProcess((monitor) => create(monitor, { ...chosen, debug }));
        const outcome = await runSteps(p, program, ({ address, usable, flags }, live) => {
          expect(address % 2 ** Math.max(flags & 0x3f, 3)).toBe(0);
          expect(p.jemalloc.sallocx(address)).toBe(usable);
          expect(index2size(size2index(usable))).toBe(usable);
          for (const other of live) {
            if (address < other.address + other.usable && other.address < address + usable) {
              throw new Error(`the block at ${address} overlaps that at ${other.address}`);
            }
          }
        });
        expect(outcome).toBe('finished');
        expect(p.notes).toEqual([]);
        expect(p.monitor.findings).toEqual([]);
        checkPages(p.jemalloc);
      }),
      { numRuns: 130 },
    );
  });
});
