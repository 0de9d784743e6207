/** `tcache_t`: the blocks that a thread has freed, or got in advance, by class; a stack each. */
import { CacheBin } from '../cache-bin.js';

/** A class is looked at by the collector after each 229 calls that go through the cache. */
const GC_INCR = 228;

/** So many calls through a cache of `classes` classes it takes the collector to look at each once. */
export function gcRound(classes: number): number {
  return (GC_INCR + 1) * classes;
}

export class Tcache {
  readonly bins: readonly CacheBin[];
  /** Where it lies: in a large run of arena 0. */
  readonly address: number;
  /** The class that the collector looks at next. */
  nextGcBin = 0;
  #gcTick = GC_INCR;

  constructor(nhbins: number, address: number) {
    this.bins = Array.from({ length: nhbins }, (_, index) => new CacheBin(index));
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
