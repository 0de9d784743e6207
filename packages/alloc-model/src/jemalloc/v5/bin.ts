/** `bin_t`: the slabs of one small class in one arena. */
import type { Mutex } from 'lockgraph';
import { BIN_INFO, type BinInfo } from '../bin-info.js';
import { bySnAddress, type Edata } from './edata.js';
import { PairingHeap } from './pairing-heap.js';
import { EdataList } from './ring.js';

export class Bin {
  readonly index: number;
  readonly info: BinInfo;
  readonly lock: Mutex;
  /** The slab that regions are taken from; null if there is none. */
  slabcur: Edata | null = null;
  /** Slabs with free regions, but for the current one. */
  readonly nonfull: PairingHeap;
  /** Slabs without free regions, in arenas that are not automatic. */
  readonly #full: EdataList | undefined;

  constructor(index: number, lock: Mutex, isAuto: boolean) {
    this.index = index;
    this.info = BIN_INFO[index]!;
    this.lock = lock;
    this.nonfull = new PairingHeap(`slabs with free regions (${lock.name})`, bySnAddress);
    this.#full = isAuto ? undefined : new EdataList(`full slabs (${lock.name})`, 'active');
  }

  /** `arena_bin_slabs_full_insert`. */
  fullInsert(slab: Edata): void {
    this.#full?.append(slab);
  }

  /** `arena_bin_slabs_full_remove`. */
  fullRemove(slab: Edata): void {
    this.#full?.remove(slab);
  }

  /** `arena_bin_refill_slabcur_no_fresh_slab`: the oldest slab with free regions becomes the current one. Returns whether there was one. */
  refillSlabcur(): boolean {
    if (this.slabcur !== null) this.fullInsert(this.slabcur);
    this.slabcur = this.nonfull.removeFirst();
    return this.slabcur !== null;
  }

  /** `arena_bin_lower_slab`: a slab with free regions becomes the current one if it is older than that, else one of the others. */
  lowerSlab(slab: Edata): void {
    const { slabcur } = this;
    if (slabcur === null || bySnAddress(slabcur, slab) <= 0) {
      this.nonfull.insert(slab);
      return;
    }
    if (slabcur.nfree > 0) this.nonfull.insert(slabcur);
    else this.fullInsert(slabcur);
    this.slabcur = slab;
  }

  /** `arena_dissociate_bin_slab`: the slab is empty, and the bin's no more. It asks the slab's own class whether it can be in the heap. */
  dissociate(slab: Edata, nregs: number): void {
    if (slab === this.slabcur) this.slabcur = null;
    else if (nregs === 1) this.fullRemove(slab);
    else this.nonfull.remove(slab);
  }
}
