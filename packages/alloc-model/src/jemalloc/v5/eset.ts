/** `eset_t`: free extents of one state, in bins by size; each bin is a heap by age. The list of all by time is there for purging. */
import { bySnAddress, type Edata } from './edata.js';
import { binOf, NPSIZES, pind2sz, searchBinOf } from './page-classes.js';
import { PairingHeap } from './pairing-heap.js';
import { EdataList } from './ring.js';
import { ceilTo, PAGE } from '../size-classes.js';

/** `edata_cmp_summary_t`: what the least extent of a bin had when it was looked at last. */
interface Summary {
  readonly sn: number;
  readonly addr: number;
}

interface EsetBin {
  readonly heap: PairingHeap;
  min: Summary;
}

export class Eset {
  readonly lru: EdataList;
  npages = 0;
  readonly #what: string;
  readonly #bins: (EsetBin | undefined)[] = [];
  /** Bits of the bins that are not empty. */
  readonly #nonEmpty = new Uint32Array(Math.ceil((NPSIZES + 1) / 32));

  /** @param what what lies in it, for sentences about it */
  constructor(what: string) {
    this.#what = what;
    this.lru = new EdataList(what, 'inactive');
  }

  /** `eset_insert`. */
  insert(edata: Edata): void {
    const pind = binOf(edata.size);
    const bin = (this.#bins[pind] ??= { heap: new PairingHeap(`${this.#what}, class ${pind}`, bySnAddress), min: edata });
    if (bin.heap.root === null || bySummary(edata, bin.min) < 0) bin.min = summary(edata);
    this.#nonEmpty[pind >> 5]! |= 1 << (pind & 31);
    bin.heap.insert(edata);
    this.lru.append(edata);
    this.npages += edata.size / PAGE;
  }

  /** `eset_remove`. */
  remove(edata: Edata): void {
    const pind = binOf(edata.size);
    const bin = (this.#bins[pind] ??= { heap: new PairingHeap(`${this.#what}, class ${pind}`, bySnAddress), min: edata });
    const removed = summary(edata);
    bin.heap.remove(edata);
    if (bin.heap.root === null) this.#nonEmpty[pind >> 5]! &= ~(1 << (pind & 31));
    else if (bySummary(removed, bin.min) === 0) bin.min = summary(bin.heap.first()!);
    this.lru.remove(edata);
    this.npages -= edata.size / PAGE;
  }

  /** `eset_fit`: the oldest, lowest extent that has room; none of more than 2^lgMaxFit times the size. */
  fit(size: number, alignment: number, lgMaxFit: number): Edata | null {
    const most = size + ceilTo(alignment, PAGE) - PAGE;
    return this.#firstFit(most, lgMaxFit) ?? (alignment > PAGE ? this.#fitAlignment(size, most, alignment) : null);
  }

  #firstFit(size: number, lgMaxFit: number): Edata | null {
    let best: Edata | null = null;
    let bestSummary: Summary | undefined = undefined;
    for (let pind = this.#next(searchBinOf(size)); pind <= NPSIZES; pind = this.#next(pind + 1)) {
      if (Math.floor(pind2sz(pind) / 2 ** lgMaxFit) > size) break;
      const bin = this.#bins[pind]!;
      if (best !== null && bySummary(bin.min, bestSummary!) >= 0) continue;
      best = bin.heap.first();
      bestSummary = bin.min;
    }
    return best;
  }

  /** Of each bin, only the first extent is looked at. */
  #fitAlignment(least: number, most: number, alignment: number): Edata | null {
    const end = searchBinOf(most);
    for (let pind = this.#next(searchBinOf(least)); pind < end; pind = this.#next(pind + 1)) {
      const edata = this.#bins[pind]!.heap.first();
      if (edata === null) continue;
      const aligned = ceilTo(edata.base, alignment);
      if (aligned + least <= edata.past) return edata;
    }
    return null;
  }

  /** The first bin from `pind` on that is not empty; beyond the last one if all are. */
  #next(pind: number): number {
    for (let at = pind; at <= NPSIZES; at = (at | 31) + 1) {
      const bits = this.#nonEmpty[at >> 5]! >>> (at & 31);
      if (bits !== 0) return at + 31 - Math.clz32(bits & -bits);
    }
    return NPSIZES + 1;
  }
}

function summary({ sn, addr }: Edata): Summary {
  return { sn, addr };
}

function bySummary(a: Summary, b: Summary): number {
  return a.sn - b.sn || a.addr - b.addr;
}
