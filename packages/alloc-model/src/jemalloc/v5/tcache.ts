/** `tcache_t`: the blocks that a thread has freed, or got in advance, by class; a stack each. */
import type { Thread } from 'lockgraph';
import type { Arena } from './arena.js';
import { CacheBin } from '../cache-bin.js';
import { NBINS } from '../size-classes.js';

export class Tcache {
  readonly bins: readonly CacheBin[];
  /** `dyn_alloc`: where its stacks lie. */
  readonly address: number;
  /** The arena whose lists it is in. */
  arena: Arena | undefined = undefined;
  /** The class that the collector looks at next. */
  nextGcBin = 0;
  /** `bin_refilled`: by small class, whether it was refilled since the collector looked last. */
  readonly binRefilled: boolean[] = Array.from({ length: NBINS }, () => false);

  constructor(nhbins: number, address: number) {
    this.bins = Array.from({ length: nhbins }, (_, index) => new CacheBin(index));
    this.address = address;
  }

  /** `tcache_arena_associate`. */
  async associate(thread: Thread, arena: Arena): Promise<void> {
    const up = thread.enter(arena.process.frames.tcache_arena_associate);
    this.arena = arena;
    const { tcacheQl } = arena.locks;
    const wait = tcacheQl.acquire(thread);
    if (wait !== undefined) await wait;
    tcacheQl.release(thread);
    thread.leave(up);
  }

  /** `tcache_arena_dissociate`: the statistics of the cache go to the bins. */
  async dissociate(thread: Thread): Promise<void> {
    const arena = this.arena!;
    const { frames } = arena.process;
    const up = thread.enter(frames.tcache_arena_dissociate);
    const { tcacheQl } = arena.locks;
    const wait = tcacheQl.acquire(thread);
    if (wait !== undefined) await wait;
    const within = thread.enter(frames.tcache_stats_merge);
    for (const { lock } of arena.bins.slice(0, Math.min(this.bins.length, NBINS))) {
      const waitBin = lock.acquire(thread);
      if (waitBin !== undefined) await waitBin;
      lock.release(thread);
    }
    thread.leave(within);
    tcacheQl.release(thread);
    this.arena = undefined;
    thread.leave(up);
  }
}
