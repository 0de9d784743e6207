import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UndefinedBehaviour } from '../../../../packages/alloc-model/src/allocator.js';
import { index2size, size2index } from '../../../../packages/alloc-model/src/jemalloc/size-classes.js';
import { lgAlign, TCACHE_NONE } from '../process.js';
import { TestProcess } from './process.js';

type Step =
  | { readonly do: 'mallocx'; readonly size: number; readonly flags: number; readonly thread: string; readonly times: number }
  | { readonly do: 'rallocx'; readonly block: number; readonly size: number; readonly flags: number; readonly thread: string }
  | { readonly do: 'free'; readonly block: number; readonly sized: boolean; readonly flags: number; readonly claim?: number; readonly thread: string; readonly times: number }
  | { readonly do: 'exit'; readonly thread: string };

const MIB = 1024 * 1024;
const size = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 0, max: 35 }).map(index2size) },
  { weight: 2, arbitrary: fc.integer({ min: 1, max: 14_336 }) },
  { weight: 3, arbitrary: fc.integer({ min: 14_337, max: 200_000 }) },
  { weight: 1, arbitrary: fc.integer({ min: 200_000, max: 12 * MIB }) },
);
const thread = fc.constantFrom('t0', 't0', 't1', 't2');
const flags = fc.oneof({ weight: 8, arbitrary: fc.constant(0) }, fc.constant(TCACHE_NONE), fc.integer({ min: 3, max: 23 }).map(lgAlign));
const freeFlags = fc.constantFrom(0, 0, 0, TCACHE_NONE);
const times = fc.integer({ min: 1, max: 40 });
const mallocx = fc.record({ do: fc.constant('mallocx' as const), size, flags, thread, times });
const rallocx = fc.record({ do: fc.constant('rallocx' as const), block: fc.nat(), size, flags: freeFlags, thread });
const free = fc.record({ do: fc.constant('free' as const), block: fc.nat(), sized: fc.boolean(), flags: freeFlags, thread, times });
const exit = fc.record({ do: fc.constant('exit' as const), thread: fc.constantFrom('t1', 't2') });
const wrong = fc.record({
  do: fc.constant('free' as const),
  block: fc.nat(),
  sized: fc.constant(true),
  flags: freeFlags,
  claim: fc.oneof({ weight: 5, arbitrary: fc.integer({ min: 0, max: 35 }) }, fc.integer({ min: 36, max: 70 })),
  thread,
  times,
});
const options = fc.record({ lgTcacheMax: fc.constantFrom(4, 11, 15, 18, 21), narenas: fc.constantFrom(1, 2, 8), tcache: fc.constantFrom(true, true, true, false) });

interface Block {
  readonly address: number;
  readonly usable: number;
  readonly flags: number;
}

/** Makes the calls. `took` hears of each block. */
function run(p: TestProcess, steps: readonly Step[], took: (block: Block, live: readonly Block[]) => void): Promise<'finished' | 'stopped'> {
  const live: Block[] = [];
  const started = new Set<string>();
  const take = (address: number, bytes: number, f: number): void => {
    const block = { address, usable: p.jemalloc.nallocx(bytes, f), flags: f };
    took(block, live);
    live.push(block);
  };
  return p.run(async () => {
    for (const step of steps) {
      if (step.do === 'exit') {
        if (started.delete(step.thread)) await p.exit(step.thread);
        continue;
      }
      started.add(step.thread);
      if (step.do === 'mallocx') {
        for (let i = 0; i < (step.size > 200_000 ? 1 : step.times); i++) take(await p.mallocx(step.size, step.flags, step.thread), step.size, step.flags);
      } else if (step.do === 'rallocx') {
        const [block] = live.splice(step.block % (live.length || 1), 1);
        if (block !== undefined) take(await p.rallocx(block.address, step.size, step.flags, step.thread), step.size, step.flags & TCACHE_NONE);
      } else {
        for (let i = 0; i < step.times && live.length > 0; i++) {
          const [block] = live.splice(step.block % live.length, 1);
          const { address, usable } = block!;
          if (!step.sized) await p.dallocx(address, step.flags, step.thread);
          else await p.sdallocx(address, step.claim === undefined ? usable : index2size(step.claim), step.flags, step.thread);
        }
      }
    }
  });
}

describe('legal programs', () => {
  it('get blocks of the right size that do not overlap', { timeout: 120_000 }, async () => {
    const steps = fc.array(
      fc.oneof({ weight: 8, arbitrary: mallocx }, { weight: 2, arbitrary: rallocx }, { weight: 7, arbitrary: free }, { weight: 1, arbitrary: exit }),
      { minLength: 1, maxLength: 60 },
    );
    await fc.assert(
      fc.asyncProperty(options, fc.boolean(), steps, async (chosen, debug, program) => {
        const p = new TestProcess({ ...chosen, debug });
        const outcome = await run(p, program, ({ address, usable, flags: f }, live) => {
          expect(address % 2 ** Math.max(f & 0x3f, 3)).toBe(0);
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
      }),
      { numRuns: 120 },
    );
  });
});

describe('programs that claim wrong sizes', () => {
  it('end, or come to where nothing is defined; they never stand still', { timeout: 120_000 }, async () => {
    const steps = fc.array(
      fc.oneof({ weight: 8, arbitrary: mallocx }, { weight: 2, arbitrary: rallocx }, { weight: 4, arbitrary: wrong }, { weight: 4, arbitrary: free }, { weight: 1, arbitrary: exit }),
      { minLength: 1, maxLength: 60 },
    );
    await fc.assert(
      fc.asyncProperty(options, steps, async (chosen, program) => {
        const p = new TestProcess(chosen);
        try {
          expect(await run(p, program, () => {})).toBe('finished');
        } catch (error) {
          expect(error).toBeInstanceOf(UndefinedBehaviour);
          expect(p.notes.some(({ note }) => note.kind === 'alloc/size-mismatch')).toBe(true);
        }
      }),
      { numRuns: 250 },
    );
  });
});
