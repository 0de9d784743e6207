/**
 * `edata_t`: what jemalloc knows of an extent, that is of pages that belong together. Its fields outlive its uses, as they do in
 * memory: what a field of a later use does not set, still has what the earlier one left there. Damage works through that.
 */
import { UndefinedBehaviour } from '../../allocator.js';
import { PAGE } from '../size-classes.js';

/** `extent_state_t`. */
export const ACTIVE = 0;
export const DIRTY = 1;
export const MUZZY = 2;
export const RETAINED = 3;
export const MERGING = 5;
export type ExtentState = typeof ACTIVE | typeof DIRTY | typeof MUZZY | typeof RETAINED | typeof MERGING;

export const EDATA_BYTES = 128;
/** 32-bit words of the bitmap of a slab, which is in groups of 64. */
export const BITMAP_WORDS = 16;
const TWO_32 = 2 ** 32;

/** The memory that edata lie in. */
export interface EdataMemory {
  /** The edata at an address. */
  edata(address: number): Edata | undefined;
  /** The 64-bit word at an address. */
  word(address: number): bigint;
  setWord(address: number, value: bigint): void;
  /** The address of the first word from there on that is not zero. */
  firstNonZero(address: number): number;
  /** @throws UndefinedBehaviour if nothing is mapped at the address of a region */
  checkMapped(address: number): void;
}

export class Edata {
  /** Where it lies itself. */
  readonly address: number;
  /** Number of the base block that it lies in. */
  esn: number;
  arenaInd = 0;
  slab = false;
  committed = false;
  zeroed = false;
  /** Whether a mapping begins here. */
  isHead = false;
  state: ExtentState = ACTIVE;
  szind = 0;
  /** Regions of a slab that are free, as jemalloc counts them. */
  nfree = 0;
  /** Start of the extent; with a random offset if it is a large block. */
  addr = 0;
  /** In bytes; whole pages. */
  size = 0;
  /** Serial number: the order in which the arena got the mappings. */
  sn = 0;
  /** The links of whichever heap it is in. In arenas that are not automatic, also of lists of active extents. */
  prev: Edata | null = null;
  next: Edata | null = null;
  lchild: Edata | null = null;
  /** A word that nothing of this model uses, and that damage may change. */
  ps = 0n;
  /** No field of jemalloc's: whether {@link addr} was changed by damage. */
  strayAddr = false;
  /** No field of jemalloc's: regions of a slab that are in use or in thread caches. */
  out = 0;
  /** A union: the bitmap of a slab, and, in the place of its first four words, the links of the list of inactive extents. */
  #bitmap: Uint32Array | undefined = undefined;
  #linked = false;
  #qlNext: Edata | null = null;
  #qlPrev: Edata | null = null;
  readonly memory: EdataMemory;

  constructor(address: number, esn: number, memory: EdataMemory) {
    this.address = address;
    this.esn = esn;
    this.memory = memory;
  }

  /** `edata_base_get`. */
  get base(): number {
    return this.addr - (this.addr % PAGE);
  }

  /** `edata_past_get`. */
  get past(): number {
    return this.base + this.size;
  }

  /** The bitmap of a slab; set bits are free regions. If the words are the links of a list now, they have the bits of those. */
  get bitmap(): Uint32Array {
    const bitmap = (this.#bitmap ??= new Uint32Array(BITMAP_WORDS));
    if (this.#linked) {
      this.#linked = false;
      setPointer(bitmap, 0, this.#qlNext);
      setPointer(bitmap, 2, this.#qlPrev);
    }
    return bitmap;
  }

  /** @throws UndefinedBehaviour, as {@link qlPrev}, if the words are not the address of an edata */
  get qlNext(): Edata | null {
    return this.#linked ? this.#qlNext : this.#pointer(0);
  }

  set qlNext(to: Edata | null) {
    if (this.#linked) this.#qlNext = to;
    else setPointer(this.bitmap, 0, to);
  }

  get qlPrev(): Edata | null {
    return this.#linked ? this.#qlPrev : this.#pointer(2);
  }

  set qlPrev(to: Edata | null) {
    if (this.#linked) this.#qlPrev = to;
    else setPointer(this.bitmap, 2, to);
  }

  /** `ql_elm_new`: a ring of its own. */
  ringOfOne(): void {
    this.#linked = true;
    this.#qlNext = this;
    this.#qlPrev = this;
  }

  /** Two words of the bitmap, read as a link. */
  #pointer(word: number): Edata | null {
    const { bitmap } = this;
    const address = bitmap[word]! + bitmap[word + 1]! * TWO_32;
    if (address === 0) return null;
    const edata = this.memory.edata(address);
    if (edata === undefined) {
      throw new UndefinedBehaviour(
        `the bits of a region were changed in the extent at 0x${this.base.toString(16)} while they were a link of the list of free extents, and now the link is followed`,
      );
    }
    return edata;
  }
}

function setPointer(bitmap: Uint32Array, word: number, to: Edata | null): void {
  const address = to?.address ?? 0;
  bitmap[word] = address % TWO_32;
  bitmap[word + 1] = Math.floor(address / TWO_32);
}

/** What the values of an edata are when it begins to stand for an extent. */
export interface EdataInit {
  readonly arenaInd: number;
  readonly addr: number;
  readonly size: number;
  readonly szind: number;
  readonly sn: number;
  readonly state: ExtentState;
  readonly zeroed: boolean;
  readonly committed: boolean;
  readonly isHead: boolean;
}

/** `edata_init`, of what is no slab. */
export function edataInit(edata: Edata, init: EdataInit): void {
  edata.arenaInd = init.arenaInd;
  edata.addr = init.addr;
  edata.strayAddr = false;
  edata.size = init.size;
  edata.slab = false;
  edata.szind = init.szind;
  edata.sn = init.sn;
  edata.state = init.state;
  edata.zeroed = init.zeroed;
  edata.committed = init.committed;
  edata.isHead = init.isHead;
}

/** `edata_snad_comp`: by serial number, then by address of the extent. */
export function bySnAddress(a: Edata, b: Edata): number {
  return a.sn - b.sn || a.addr - b.addr;
}

/** `edata_esnead_comp`: by where the edata itself lies. */
export function byEsnAddress(a: Edata, b: Edata): number {
  return a.esn - b.esn || a.address - b.address;
}
