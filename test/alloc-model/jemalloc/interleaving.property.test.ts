import fc from 'fast-check';
import { Monitor, Simulation } from 'lockgraph';
import { describe, expect, test } from 'vitest';
import { index2size } from '../../../packages/alloc-model/src/jemalloc/size-classes.js';
import { checkPages, versions } from './versions.js';

const step = fc.record({ index: fc.oneof({ weight: 5, arbitrary: fc.integer({ min: 0, max: 35 }) }, fc.integer({ min: 36, max: 66 })), free: fc.nat(3), pick: fc.nat() });
const threads = fc.array(fc.array(step, { minLength: 1, maxLength: 120 }), { minLength: 2, maxLength: 4 });

describe('threads that run in any order', () => {
  test.each(versions)('never stand still in $version, if they free what they got, and have blocks that do not overlap', { timeout: 120_000 }, async ({ create }) => {
    await fc.assert(
      fc.asyncProperty(threads, fc.nat(1000), fc.integer({ min: 1, max: 3 }), async (programs, seed, narenas) => {
        const monitor = new Monitor();
        const simulation = new Simulation({ monitor, sites: false, schedule: { seed } });
        const jemalloc = create(monitor, { narenas, lgTcacheMax: 14 });
        // Blocks may be freed by another thread than the one that got them.
        const live: { address: number; size: number }[] = [];
        for (const [i, program] of programs.entries()) {
          simulation.spawn(`t${i}`, async (thread) => {
            for (const { index, free, pick } of program) {
              const size = index2size(index);
              for (let n = 0; n < (index < 36 ? 30 : 1); n++) live.push({ address: await jemalloc.mallocx(thread, size, 0), size });
              for (let n = 0; n < free * 12 && live.length > 0; n++) {
                const [block] = live.splice(pick % live.length, 1);
                await jemalloc.sdallocx(thread, block!.address, block!.size, 0);
              }
            }
            await jemalloc.threadExit(thread);
          });
        }
        expect((await simulation.run()).outcome).toBe('finished');
        expect(monitor.findings).toEqual([]);
        checkPages(jemalloc);
        const blocks = live.map(({ address }) => [address, address + jemalloc.sallocx(address)] as const).toSorted((a, b) => a[0] - b[0]);
        for (let i = 1; i < blocks.length; i++) expect(blocks[i]![0]).toBeGreaterThanOrEqual(blocks[i - 1]![1]);
      }),
      { numRuns: 50 },
    );
  });
});
