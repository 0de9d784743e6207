/** `tcache_bin_t` of 4.x, `cache_bin_t` of 5.x: the blocks of one class that a thread has freed, or got in advance. */
import type { OperationNumber } from 'lockgraph';
import { ncachedMax } from './bin-info.js';
import type { Misuse } from './misuse.js';

/** How many calls are remembered of those that brought blocks of one other class. */
const BLAMED = 1000;

export class CacheBin {
  readonly index: number;
  readonly ncachedMax: number;
  ncached = 0;
  /** Fewest blocks since the collector looked last. 4.x has -1 where it ran out. */
  lowWater = 0;
  /** A refill brings `ncachedMax >> lgFillDiv` blocks. */
  lgFillDiv = 1;
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

  /** `tcache_alloc_easy`, `cache_bin_alloc`: the address of the newest block; 0 if there is none. */
  pop(): number {
    if (this.ncached === 0) return 0;
    this.ncached--;
    if (this.ncached < this.lowWater) this.lowWater = this.ncached;
    return this.avail[this.ncached]!;
  }

  /** As {@link pop}. `misuse` hears of a block of another class. */
  popBlock(misuse: Misuse): number {
    const address = this.pop();
    if (this.strays > 0 && address !== 0) {
      const pushedBy = this.pushedBy[this.ncached]!;
      if (pushedBy < 0) {
        this.strays--;
        misuse.handOut(address, this.index, ~pushedBy);
      }
    }
    return address;
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

  /** Remembers who brought a block of class `index`, which is not this one. */
  blame(index: number, operation: OperationNumber): void {
    let calls = this.strayCalls.get(index);
    if (calls === undefined) this.strayCalls.set(index, (calls = new Set()));
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
