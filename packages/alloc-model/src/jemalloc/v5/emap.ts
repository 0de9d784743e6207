/**
 * `emap_t`: the page map. Each page of an extent that can be looked up leads to its edata, and has the class and the state of the
 * extent. Of most extents that is the first and the last page; of slabs all. Cost of a look-up: an index into a leaf of 2^18 pages.
 */
import type { Mutex, Thread } from 'lockgraph';
import type { Base } from './base.js';
import { type Edata, type ExtentState, MERGING } from './edata.js';
import type { Frames } from './frames.js';
import { NSIZES, PAGE } from '../size-classes.js';

const LEAF_PAGES = 2 ** 18;
const LEAF_BYTES = LEAF_PAGES * 8;
const LEAF_SPAN = LEAF_PAGES * PAGE;
const NLEAVES = 2 ** 17;

/** The bits of a page: class, whether it is of a slab, state, whether a mapping begins at the extent. */
const SLAB = 0x100;
const STATE_SHIFT = 9;
const STATE_MASK = 0x7 << STATE_SHIFT;
const HEAD = 0x1000;
const CLASS_MASK = 0xff;
const CLEARED = NSIZES;

interface Leaf {
  readonly edata: (Edata | undefined)[];
  readonly bits: Uint16Array;
}

/** What a page says of its extent. */
export interface PageInfo {
  readonly edata: Edata;
  readonly szind: number;
  readonly slab: boolean;
  readonly state: ExtentState;
  readonly isHead: boolean;
}

export class Emap {
  readonly #lock: Mutex;
  readonly #base: Base;
  readonly #frames: Frames;
  readonly #leaves = new Array<Leaf | undefined>(NLEAVES);

  constructor(lock: Mutex, base: Base, frames: Frames) {
    this.#lock = lock;
    this.#base = base;
    this.#frames = frames;
  }

  /** The class that the page of an address says it has; 0 to 35 if it is of a slab of that bin, else {@link NSIZES}. Made for speed. */
  smallClass(address: number): number {
    const leaf = this.#leaves[(address / LEAF_SPAN) | 0];
    if (leaf === undefined) return NSIZES;
    const bits = leaf.bits[(address / PAGE) & (LEAF_PAGES - 1)]!;
    return (bits & (SLAB | STATE_MASK)) === SLAB ? bits & CLASS_MASK : NSIZES;
  }

  /** `emap_edata_lookup`. */
  edata(address: number): Edata | undefined {
    return this.#leaves[(address / LEAF_SPAN) | 0]?.edata[(address / PAGE) & (LEAF_PAGES - 1)];
  }

  lookup(address: number): PageInfo | undefined {
    const leaf = this.#leaves[(address / LEAF_SPAN) | 0];
    const page = (address / PAGE) & (LEAF_PAGES - 1);
    const edata = leaf?.edata[page];
    if (edata === undefined) return undefined;
    const bits = leaf!.bits[page]!;
    return {
      edata,
      szind: bits & CLASS_MASK,
      slab: (bits & SLAB) !== 0,
      state: ((bits & STATE_MASK) >> STATE_SHIFT) as ExtentState,
      isHead: (bits & HEAD) !== 0,
    };
  }

  /** `emap_register_boundary`: a new extent is known from now on. */
  async registerBoundary(thread: Thread, edata: Edata): Promise<void> {
    await this.#initLeaves(thread, edata);
    this.#writeBoundary(edata);
  }

  /** `emap_deregister_boundary`. */
  deregisterBoundary({ base, past }: Edata): void {
    this.#clear(base);
    this.#clear(past - PAGE);
  }

  /** `emap_register_interior`: all pages of a slab, but the first and the last. */
  registerInterior(edata: Edata): void {
    for (let page = edata.base + PAGE; page < edata.past - PAGE; page += PAGE) this.#write(page, edata, edata.szind | SLAB);
  }

  /** `emap_deregister_interior`. */
  deregisterInterior(edata: Edata): void {
    for (let page = edata.base + PAGE; page < edata.past - PAGE; page += PAGE) this.#clear(page);
  }

  /** `emap_remap`: an active extent is of class `szind` from now on. */
  remap(edata: Edata, szind: number, slab: boolean): void {
    const bits = boundaryBits(edata, szind) | (slab ? SLAB : 0);
    this.#write(edata.addr, edata, bits);
    if (slab && edata.size > PAGE) this.#write(edata.past - PAGE, edata, bits);
  }

  /** `emap_update_edata_state`. The last page gets what the first one has. */
  updateState(edata: Edata, state: ExtentState): void {
    edata.state = state;
    const leaf = this.#leaf(edata.base);
    const page = (edata.base / PAGE) & (LEAF_PAGES - 1);
    const bits = (leaf.bits[page]! & ~STATE_MASK) | (state << STATE_SHIFT);
    this.#write(edata.base, leaf.edata[page], bits);
    this.#write(edata.past - PAGE, leaf.edata[page], bits);
  }

  /**
   * `emap_try_acquire_edata_neighbor`: the extent after or before this one, if it is in `state` and may become one with it. It is in
   * the state of merging then.
   */
  acquireNeighbor(edata: Edata, state: ExtentState, forward: boolean, expanding = false): Edata | undefined {
    const neighbor = this.lookup(forward ? edata.past : edata.base - PAGE);
    if (neighbor === undefined || (forward ? neighbor.isHead : edata.isHead) || neighbor.state !== state) return undefined;
    if (!expanding && neighbor.edata.committed !== edata.committed) return undefined;
    this.updateState(neighbor.edata, MERGING);
    return neighbor.edata;
  }

  /** `emap_split_prepare`. */
  async splitPrepare(thread: Thread, edata: Edata, trail: Edata): Promise<void> {
    await this.#initLeaves(thread, { base: edata.base, past: trail.base });
    await this.#initLeaves(thread, trail);
  }

  /** `emap_split_commit`. */
  splitCommit(lead: Edata, trail: Edata): void {
    this.#writeBoundary(lead);
    this.#writeBoundary(trail);
  }

  /** `emap_merge_commit`, of `lead`, which has its new size, and `trail` behind `at`, where that began. */
  mergeCommit(lead: Edata, trail: Edata, at: number): void {
    this.#clear(at - PAGE);
    this.#clear(trail.base);
    this.#write(lead.base, lead, boundaryBits(lead, NSIZES));
    this.#write(trail.past - PAGE, lead, boundaryBits(lead, NSIZES));
  }

  #writeBoundary(edata: Edata): void {
    const bits = boundaryBits(edata, NSIZES);
    this.#write(edata.base, edata, bits);
    this.#write(edata.past - PAGE, edata, bits);
  }

  #write(address: number, edata: Edata | undefined, bits: number): void {
    const leaf = this.#leaf(address);
    const page = (address / PAGE) & (LEAF_PAGES - 1);
    leaf.edata[page] = edata;
    leaf.bits[page] = bits;
  }

  #clear(address: number): void {
    this.#write(address, undefined, CLEARED);
  }

  #leaf(address: number): Leaf {
    return this.#leaves[(address / LEAF_SPAN) | 0]!;
  }

  /** `rtree_leaf_elm_lookup` of the first and the last page, where missing leaves are made. */
  async #initLeaves(thread: Thread, { base, past }: { readonly base: number; readonly past: number }): Promise<void> {
    for (const address of [base, past - PAGE]) {
      const index = (address / LEAF_SPAN) | 0;
      if (this.#leaves[index] !== undefined) continue;
      const up = thread.enter(this.#frames.rtree_child_leaf_tryread);
      const wait = this.#lock.acquire(thread);
      if (wait !== undefined) await wait;
      if (this.#leaves[index] === undefined) {
        await this.#base.alloc(thread, LEAF_BYTES, 64);
        this.#leaves[index] = { edata: new Array<Edata | undefined>(LEAF_PAGES), bits: new Uint16Array(LEAF_PAGES) };
      }
      this.#lock.release(thread);
      thread.leave(up);
    }
  }
}

function boundaryBits(edata: Edata, szind: number): number {
  return szind | (edata.state << STATE_SHIFT) | (edata.isHead ? HEAD : 0);
}
