/** `tcache_t`: the blocks that a thread has freed, or got in advance, by class; a stack each. */
import type { OperationNumber } from 'lockgraph';
import { ncachedMax } from '../bin-info.js';

/** A class is looked at by the collector after each 229 calls that go through the cache. */
const GC_INCR = 228;

/** How many calls are remembered of those that brought blocks of one other bin. */
const BLAMED = 1000;

/** `tcache_bin_t`. */
export class TcacheBin {
  readonly ncachedMax: number;
  ncached = 0;
  /** Fewest blocks since the collector looked last; -1 if it ran out. */
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
  /** By the bin of the run: the calls that ever brought its blocks here with a wrong claim; the first ones, up to a bound. */
  readonly strayCalls = new Map<number, Set<OperationNumber>>();

  constructor(index: number) {
    this.ncachedMax = ncachedMax(index);
    this.avail = new Float64Array(this.ncachedMax);
    this.pushedBy = new Int32Array(this.ncachedMax);
  }

  /** `tcache_alloc_easy`: the address of the newest block; 0 if there is none. */
  pop(): number {
    if (this.ncached === 0) {
      this.lowWater = -1;
      return 0;
    }
    this.ncached--;
    if (this.ncached < this.lowWater) this.lowWater = this.ncached;
    return this.avail[this.ncached]!;
  }

  /** Puts a block on top; there is room. `pushedBy` is as the field has it. */
  push(address: number, pushedBy: number): void {
    this.avail[this.ncached] = address;
    this.pushedBy[this.ncached] = pushedBy;
    this.ncached++;
    if (pushedBy < 0) this.strays++;
  }

  /** Remembers who brought a block of bin `binind`, which is not this one. */
  blame(binind: number, operation: OperationNumber): void {
    let calls = this.strayCalls.get(binind);
    if (calls === undefined) this.strayCalls.set(binind, (calls = new Set()));
    if (calls.size < BLAMED) calls.add(operation);
  }

  /** Forgets the `n` oldest blocks, which were given back. */
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

/** So many calls through a cache of `classes` classes it takes the collector to look at each once. */
export function gcRound(classes: number): number {
  return (GC_INCR + 1) * classes;
}

export class Tcache {
  readonly bins: readonly TcacheBin[];
  /** Where it lies: in a large run of arena 0. */
  readonly address: number;
  /** The class that the collector looks at next. */
  nextGcBin = 0;
  #gcTick = GC_INCR;

  constructor(nhbins: number, address: number) {
    this.bins = Array.from({ length: nhbins }, (_, index) => new TcacheBin(index));
    this.address = address;
  }

  /** `tcache_event`: whether the collector is to look at a class now. */
  tick(): boolean {
    if (this.#gcTick > 0) {
      this.#gcTick--;
      return false;
    }
    this.#gcTick = GC_INCR;
    return true;
  }
}
