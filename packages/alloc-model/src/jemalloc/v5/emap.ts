/**
 * `emap_t`: the page map. Each page of an extent that can be looked up leads to its edata, and has the class and the state of the
 * extent. Of most extents that is the first and the last page; of slabs all. Cost of a look-up: two indices, within 1 GiB.
 */
import type { Mutex, Thread } from 'lockgraph';
import { UndefinedBehaviour } from '../../allocator.js';
import type { Base } from './base.js';
import { type Edata, type ExtentState, MERGING } from './edata.js';
import type { Frames } from './frames.js';
import { NSIZES, PAGE } from '../size-classes.js';

const LEAF_PAGES = 2 ** 18;
const LEAF_BYTES = LEAF_PAGES * 8;
const LEAF_SPAN = LEAF_PAGES * PAGE;
/** A leaf is kept in parts, for few of its pages are in use. */
const PART_PAGES = 2 ** 12;
const PARTS = LEAF_PAGES / PART_PAGES;
const LG_PART_PAGES = 12;

/** The bits of a page: class, whether it is of a slab, state, whether a mapping begins at the extent. */
const SLAB = 0x100;
const STATE_SHIFT = 9;
const STATE_MASK = 0x7 << STATE_SHIFT;
const HEAD = 0x1000;
const CLASS_MASK = 0xff;
const CLEARED = NSIZES;

interface Part {
  readonly edata: (Edata | undefined)[];
  readonly bits: Uint16Array;
}

type Leaf = (Part | undefined)[];

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
  /** By number: 1 GiB each. */
  readonly #leaves = new Map<number, Leaf>();
  /** The leaf of the last look-up. */
  #lastIndex = -1;
  #last: Leaf | undefined = undefined;

  constructor(lock: Mutex, base: Base, frames: Frames) {
    this.#lock = lock;
    this.#base = base;
    this.#frames = frames;
  }

  /** The class that the page of an address says it has; 0 to 35 if it is of a slab of that bin, else {@link NSIZES}. Made for speed. */
  smallClass(address: number): number {
    const part = this.#part(address);
    if (part === undefined) return NSIZES;
    const bits = part.bits[(address / PAGE) & (PART_PAGES - 1)]!;
    return (bits & (SLAB | STATE_MASK)) === SLAB ? bits & CLASS_MASK : NSIZES;
  }

  /** `emap_edata_lookup`. */
  edata(address: number): Edata | undefined {
    return this.#part(address)?.edata[(address / PAGE) & (PART_PAGES - 1)];
  }

  lookup(address: number): PageInfo | undefined {
    const part = this.#part(address);
    const page = (address / PAGE) & (PART_PAGES - 1);
    const edata = part?.edata[page];
    if (edata === undefined) return undefined;
    const bits = part!.bits[page]!;
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
    const part = this.#partOf(edata.base);
    const page = (edata.base / PAGE) & (PART_PAGES - 1);
    const bits = (part.bits[page]! & ~STATE_MASK) | (state << STATE_SHIFT);
    this.#write(edata.base, part.edata[page], bits);
    this.#write(edata.past - PAGE, part.edata[page], bits);
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
    const part = this.#partOf(address);
    const page = (address / PAGE) & (PART_PAGES - 1);
    part.edata[page] = edata;
    part.bits[page] = bits;
  }

  #clear(address: number): void {
    this.#write(address, undefined, CLEARED);
  }

  #part(address: number): Part | undefined {
    const index = (address / LEAF_SPAN) | 0;
    if (index !== this.#lastIndex) {
      this.#last = this.#leaves.get(index);
      this.#lastIndex = index;
    }
    return this.#last?.[((address / PAGE) >>> LG_PART_PAGES) & (PARTS - 1)];
  }

  /** The part with the page of an address, whose leaf is there. */
  #partOf(address: number): Part {
    const known = this.#part(address);
    if (known !== undefined) return known;
    if (this.#last === undefined) {
      throw new UndefinedBehaviour(`the page map is to be changed at 0x${address.toString(16)}, where it has nothing: what jemalloc keeps of an extent is damaged`);
    }
    const part: Part = { edata: Array.from<Edata | undefined>({ length: PART_PAGES }), bits: new Uint16Array(PART_PAGES) };
    this.#last[((address / PAGE) >>> LG_PART_PAGES) & (PARTS - 1)] = part;
    return part;
  }

  /** `rtree_leaf_elm_lookup` of the first and the last page, where missing leaves are made. */
  async #initLeaves(thread: Thread, { base, past }: { readonly base: number; readonly past: number }): Promise<void> {
    for (const address of [base, past - PAGE]) {
      const index = (address / LEAF_SPAN) | 0;
      if (this.#leaves.has(index)) continue;
      const up = thread.enter(this.#frames.rtree_child_leaf_tryread);
      const wait = this.#lock.acquire(thread);
      if (wait !== undefined) await wait;
      if (!this.#leaves.has(index)) {
        await this.#base.alloc(thread, LEAF_BYTES, 64);
        this.#leaves.set(index, Array.from<Part | undefined>({ length: PARTS }));
        this.#lastIndex = -1;
      }
      this.#lock.release(thread);
      thread.leave(up);
    }
  }
}

function boundaryBits(edata: Edata, szind: number): number {
  return szind | (edata.state << STATE_SHIFT) | (edata.isHead ? HEAD : 0);
}
