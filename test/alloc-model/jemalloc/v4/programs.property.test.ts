import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkInvariants } from './invariants.js';
import { index2size, size2index } from '../../../../packages/alloc-model/src/jemalloc/size-classes.js';
import { TestProcess } from './process.js';
import { lgAlign, TCACHE_NONE } from '../process.js';

type Step =
  | { readonly do: 'mallocx'; readonly size: number; readonly flags: number; readonly thread: string; readonly times: number }
  | { readonly do: 'rallocx'; readonly block: number; readonly size: number; readonly flags: number; readonly thread: string }
  | { readonly do: 'free'; readonly block: number; readonly sized: boolean; readonly claim?: number; readonly thread: string; readonly times: number }
  | { readonly do: 'exit'; readonly thread: string };

interface Block {
  readonly address: number;
  readonly size: number;
  readonly align: number;
}

const MIB = 1024 * 1024;
const size = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 0, max: 35 }).map(index2size) },
  { weight: 2, arbitrary: fc.integer({ min: 1, max: 14_336 }) },
  { weight: 3, arbitrary: fc.integer({ min: 14_337, max: 200_000 }) },
  { weight: 1, arbitrary: fc.integer({ min: 200_000, max: 9 * MIB }) },
);
const thread = fc.constantFrom('t0', 't0', 't1', 't2');
const flags = fc.oneof({ weight: 8, arbitrary: fc.constant(0) }, fc.constant(TCACHE_NONE), fc.integer({ min: 3, max: 23 }).map(lgAlign));
const times = fc.integer({ min: 1, max: 40 });
const mallocx = fc.record({ do: fc.constant('mallocx' as const), size, flags, thread, times });
const rallocx = fc.record({ do: fc.constant('rallocx' as const), block: fc.nat(), size, flags: fc.constantFrom(0, 0, TCACHE_NONE), thread });
const free = fc.record({ do: fc.constant('free' as const), block: fc.nat(), sized: fc.boolean(), thread, times });
const exit = fc.record({ do: fc.constant('exit' as const), thread: fc.constantFrom('t1', 't2') });
const program = fc.array(
  fc.oneof({ weight: 8, arbitrary: mallocx }, { weight: 2, arbitrary: rallocx }, { weight: 7, arbitrary: free }, { weight: 1, arbitrary: exit }),
  { minLength: 1, maxLength: 60 },
);

/** Makes the calls, and checks each block that is returned against those that are live. */
async function run(p: TestProcess, steps: readonly Step[]): Promise<'finished' | 'stopped'> {
  const live: Block[] = [];
  const started = new Set<string>();
  const take = (address: number, bytes: number, align: number): void => {
    expect(address % (align === 0 ? 8 : 2 ** align)).toBe(0);
    const usable = p.jemalloc.sallocx(address);
    expect(usable).toBeGreaterThanOrEqual(bytes);
    for (const other of live) {
      if (address < other.address + p.jemalloc.sallocx(other.address) && other.address < address + usable) {
        throw new Error(`the block at ${address} overlaps that at ${other.address}`);
      }
    }
    live.push({ address, size: bytes, align });
  };
  return p.run(async () => {
    for (const step of steps) {
      if (step.do === 'exit') {
        if (started.delete(step.thread)) await p.exit(step.thread);
        continue;
      }
      started.add(step.thread);
      if (step.do === 'mallocx') {
        const align = step.flags & 0x3f;
        for (let i = 0; i < step.times; i++) {
          const address = await p.mallocx(step.size, step.flags, step.thread);
          if (align === 0) expect(p.jemalloc.sallocx(address)).toBe(index2size(size2index(step.size)));
          expect(p.jemalloc.sallocx(address)).toBe(p.jemalloc.nallocx(step.size, step.flags));
          take(address, step.size, align);
          if (step.size > 200_000) break;
        }
      } else if (step.do === 'rallocx') {
        const [block] = live.splice(step.block % (live.length || 1), 1);
        if (block !== undefined) take(await p.rallocx(block.address, step.size, step.flags, step.thread), step.size, 0);
      } else {
        for (let i = 0; i < step.times && live.length > 0; i++) {
          const [block] = live.splice(step.block % live.length, 1);
          const { address } = block!;
          if (step.sized) await p.sdallocx(address, p.jemalloc.sallocx(address), 0, step.thread);
          else await p.dallocx(address, 0, step.thread);
        }
      }
    }
    checkInvariants(p.jemalloc.arenas);
  });
}

describe('legal programs', () => {
  it('get blocks of the right size that do not overlap, and leave the pages in order', { timeout: 120_000 }, async () => {
    const options = fc.record({ lgTcacheMax: fc.constantFrom(11, 15, 18, 21), narenas: fc.constantFrom(1, 2, 8), tcache: fc.constantFrom(true, true, true, false) });
    await fc.assert(
      fc.asyncProperty(options, program, async (chosen, steps) => {
        const p = new TestProcess(chosen);
        expect(await run(p, steps)).toBe('finished');
        expect(p.notes).toEqual([]);
        expect(p.monitor.findings).toEqual([]);
      }),
      { numRuns: 150 },
    );
  });
});

describe('programs that claim wrong small sizes', () => {
  it('end well or hang on a bin, and leave the pages in order if they end', { timeout: 120_000 }, async () => {
    const bin = fc.integer({ min: 0, max: 35 });
    const small = fc.record({ do: fc.constant('mallocx' as const), size: bin.map(index2size), flags: fc.constant(0), thread, times });
    const wrong = fc.record({ do: fc.constant('free' as const), block: fc.nat(), sized: fc.constant(true), claim: bin, thread, times });
    const steps = fc.array(
      fc.oneof({ weight: 6, arbitrary: small }, { weight: 4, arbitrary: wrong }, { weight: 1, arbitrary: exit }),
      { maxLength: 60 },
    );
    await fc.assert(
      fc.asyncProperty(steps, async (chosen) => {
        const p = new TestProcess();
        // Claims that are too large lead to overlaps: nothing is said of addresses here.
        const outcome = await runWrong(p, chosen);
        if (outcome === 'finished') return;
        expect(p.notes.some(({ note }) => note.kind === 'alloc/wrong-bin')).toBe(true);
        const stands = p.monitor.findings.filter(({ kind }) => ['self-deadlock', 'deadlock', 'orphaned-lock', 'hang'].includes(kind));
        expect(stands).toHaveLength(1);
        expect(stands[0]!.locks[0]).toMatch(/^arena\d+\.bin\[\d+\]\.lock$/);
      }),
      { numRuns: 150 },
    );
  });
});

async function runWrong(p: TestProcess, steps: readonly Step[]): Promise<'finished' | 'stopped'> {
  const live: number[] = [];
  const started = new Set<string>();
  return p.run(async () => {
    for (const step of steps) {
      if (step.do === 'exit') {
        if (started.delete(step.thread)) await p.exit(step.thread);
      } else if (step.do === 'mallocx') {
        started.add(step.thread);
        live.push(...(await p.many(step.times, step.size, 0, step.thread)));
      } else if (step.do === 'free') {
        started.add(step.thread);
        for (let i = 0; i < step.times && live.length > 0; i++) {
          const [block] = live.splice(step.block % live.length, 1);
          await p.sdallocx(block!, index2size(step.claim!), 0, step.thread);
        }
      }
    }
    checkInvariants(p.jemalloc.arenas);
  });
}
