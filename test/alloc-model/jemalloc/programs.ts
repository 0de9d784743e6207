/** Programs made at random for a process with jemalloc in it: what they are made of, and how they run. */
import fc from 'fast-check';
import type { Allocator } from '../../../packages/alloc-model/src/allocator.js';
import { index2size } from '../../../packages/alloc-model/src/jemalloc/size-classes.js';
import { lgAlign, TCACHE_NONE } from './process.js';
import type { JemallocProcess } from './process.js';

export type Step =
  | { readonly do: 'mallocx'; readonly size: number; readonly flags: number; readonly thread: string; readonly times: number }
  | { readonly do: 'rallocx'; readonly block: number; readonly size: number; readonly flags: number; readonly thread: string }
  | {
      readonly do: 'free';
      readonly block: number;
      readonly sized: boolean;
      readonly flags: number;
      /** The class that a sized free claims; without it, that of the block. */
      readonly claim?: number;
      readonly thread: string;
      readonly times: number;
    }
  | { readonly do: 'exit'; readonly thread: string };

export interface Block {
  readonly address: number;
  /** In bytes, as `nallocx` has it. */
  readonly usable: number;
  readonly flags: number;
}

const MIB = 1024 * 1024;
/** Sizes from here on are asked for once in a step. */
const BIG = 200_000;

export const smallClass = fc.integer({ min: 0, max: 35 });
const size = fc.oneof(
  { weight: 6, arbitrary: smallClass.map(index2size) },
  { weight: 2, arbitrary: fc.integer({ min: 1, max: 14_336 }) },
  { weight: 3, arbitrary: fc.integer({ min: 14_337, max: BIG }) },
  { weight: 1, arbitrary: fc.integer({ min: BIG, max: 12 * MIB }) },
);
export const thread = fc.constantFrom('t0', 't0', 't1', 't2');
export const times = fc.integer({ min: 1, max: 40 });
const flags = fc.oneof({ weight: 8, arbitrary: fc.constant(0) }, fc.constant(TCACHE_NONE), fc.integer({ min: 3, max: 23 }).map(lgAlign));
const freeFlags = fc.constantFrom(0, 0, 0, TCACHE_NONE);

export const mallocx = fc.record({ do: fc.constant('mallocx' as const), size, flags, thread, times });
export const rallocx = fc.record({ do: fc.constant('rallocx' as const), block: fc.nat(), size, flags: freeFlags, thread });
export const free = fc.record({ do: fc.constant('free' as const), block: fc.nat(), sized: fc.boolean(), flags: freeFlags, thread, times });
export const exit = fc.record({ do: fc.constant('exit' as const), thread: fc.constantFrom('t1', 't2') });

/** Sized frees that claim one of the given classes, whatever the block's is. */
export function freeAs(claim: fc.Arbitrary<number>, how: fc.Arbitrary<number> = freeFlags): fc.Arbitrary<Step> {
  return fc.record({ do: fc.constant('free' as const), block: fc.nat(), sized: fc.constant(true), flags: how, claim, thread, times });
}

/** Options of a process. */
export const options = fc.record({
  lgTcacheMax: fc.constantFrom(4, 11, 15, 18, 21),
  narenas: fc.constantFrom(1, 2, 8),
  tcache: fc.constantFrom(true, true, true, false),
});

/** Makes the calls. `took` hears of each block that is returned, and of those that are live then. */
export function runSteps(
  p: JemallocProcess<Allocator>,
  steps: readonly Step[],
  took: (block: Block, live: readonly Block[]) => void,
): Promise<'finished' | 'stopped'> {
  const live: Block[] = [];
  const started = new Set<string>();
  const take = (address: number, bytes: number, asked: number): void => {
    const block = { address, usable: p.jemalloc.nallocx(bytes, asked), flags: asked };
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
        for (let i = 0; i < (step.size > BIG ? 1 : step.times); i++) take(await p.mallocx(step.size, step.flags, step.thread), step.size, step.flags);
      } else if (step.do === 'rallocx') {
        const [block] = live.splice(step.block % (live.length || 1), 1);
        if (block !== undefined) take(await p.rallocx(block.address, step.size, step.flags, step.thread), step.size, step.flags);
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
