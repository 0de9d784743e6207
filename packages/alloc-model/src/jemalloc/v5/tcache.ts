/** `tcache_t`: the blocks that a thread has freed, or got in advance, by class; a stack each (`cache_bin_t`). */
import type { OperationNumber, Thread } from 'lockgraph';
import type { Arena } from './arena.js';
import { ncachedMax } from '../bin-info.js';
import { NBINS } from '../size-classes.js';

/** How many calls are remembered of those that brought blocks of one other class. */
const BLAMED = 1000;

/** `cache_bin_t`. */
export class CacheBin {
  readonly index: number;
  readonly ncachedMax: number;
  ncached = 0;
  /** Fewest blocks since the collector looked last. */
  lowWater = 0;
  /** A refill brings `ncachedMax >> lgFillDiv` blocks. */
  lgFillDiv = 1;
  /** Whether it was refilled since the collector looked last. */
  refilled = false;
  /** The stack, the oldest block first. */
  readonly avail: Float64Array;
  /**
   * The operation that pushed each block. Negative, as ~operation, if it said that the block is of this class and it is not:
   * nothing in jemalloc knows that.
   */
  readonly pushedBy: Int32Array;
  /** How many of the blocks are of another class. */
  strays = 0;
  /** By the class of the block: the calls that ever brought such blocks here with a wrong claim; the first ones, up to a bound. */
  readonly strayCalls = new Map<number, Set<OperationNumber>>();

  constructor(index: number) {
    this.index = index;
    this.ncachedMax = ncachedMax(index);
    this.avail = new Float64Array(this.ncachedMax);
    this.pushedBy = new Int32Array(this.ncachedMax);
  }

  /** `cache_bin_alloc`: the address of the newest block; 0 if there is none. */
  pop(): number {
    if (this.ncached === 0) return 0;
    this.ncached--;
    if (this.ncached < this.lowWater) this.lowWater = this.ncached;
    return this.avail[this.ncached]!;
  }

  /** `cache_bin_dalloc_easy`: puts a block on top. Returns whether there was room. `pushedBy` is as the field has it. */
  push(address: number, pushedBy: number): boolean {
    if (this.ncached === this.ncachedMax) return false;
    this.avail[this.ncached] = address;
    this.pushedBy[this.ncached] = pushedBy;
    this.ncached++;
    if (pushedBy < 0) this.strays++;
    return true;
  }

  /** Remembers who brought a block of class `szind`, which is not this one. */
  blame(szind: number, operation: OperationNumber): void {
    let calls = this.strayCalls.get(szind);
    if (calls === undefined) this.strayCalls.set(szind, (calls = new Set()));
    if (calls.size < BLAMED) calls.add(operation);
  }

  /** `cache_bin_finish_flush`: forgets the `n` oldest blocks, which were given back. */
  drop(n: number): void {
    this.avail.copyWithin(0, n, this.ncached);
    this.pushedBy.copyWithin(0, n, this.ncached);
    this.ncached -= n;
    if (this.ncached < this.lowWater) this.lowWater = this.ncached;
    if (this.strays === 0) return;
    this.strays = 0;
    for (let i = 0; i < this.ncached; i++) if (this.pushedBy[i]! < 0) this.strays++;
  }
}

export class Tcache {
  readonly bins: readonly CacheBin[];
  /** `dyn_alloc`: where its stacks lie. */
  readonly address: number;
  /** The arena whose lists it is in. */
  arena: Arena | undefined = undefined;
  /** The class that the collector looks at next. */
  nextGcBin = 0;

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
