/**
 * A chunk that an arena cuts into runs, and its page map: one word a page, as jemalloc keeps it in the chunk's header.
 * Every page of a small run has its word set; of a large or free run only the first and the last one are valid.
 */
import { BIN_INFO } from '../bin-info.js';
import { MAP_BIAS, MAXRUN_PAGES } from './bin-info.js';
import type { DirtyLink } from './dirty-list.js';
import { CHUNK_NPAGES, PAGE } from '../size-classes.js';

export const ALLOCATED = 1;
export const LARGE = 2;
/** Free: the pages have been written to. Large: they had been when the run was taken. */
export const DIRTY = 4;
const BININD_SHIFT = 4;
/** In place of a bin: the run is large, or free. */
export const BININD_INVALID = 0xff;
const VALUE_SHIFT = 12;

export function freeBits(pages: number, dirty: number): number {
  return (pages << VALUE_SHIFT) | (BININD_INVALID << BININD_SHIFT) | dirty;
}

/** @param pages of the run for its first page, 0 for its last one */
export function largeBits(pages: number, dirty: number): number {
  return (pages << VALUE_SHIFT) | (BININD_INVALID << BININD_SHIFT) | dirty | LARGE | ALLOCATED;
}

/** @param runind how many pages of the run lie before this one */
export function smallBits(runind: number, binind: number): number {
  return (runind << VALUE_SHIFT) | (binind << BININD_SHIFT) | ALLOCATED;
}

/** The bin of a small run's page, else {@link BININD_INVALID}. */
export function bitsBinind(bits: number): number {
  return (bits >> BININD_SHIFT) & BININD_INVALID;
}

/** Pages of a large or free run; in a small run, the pages before this one. */
export function bitsValue(bits: number): number {
  return bits >> VALUE_SHIFT;
}

export class ArenaChunk {
  readonly isExtent = false;
  readonly address: number;
  /** Index of the arena that it belongs to. */
  readonly arena: number;
  /** Serial number: the order in which the arena got it from the system. */
  readonly sn: number;
  readonly map = new Int32Array(CHUNK_NPAGES);
  readonly #runs: (Run | undefined)[] = Array.from({ length: CHUNK_NPAGES });

  /** A chunk with one free run of clean pages. */
  constructor(address: number, arena: number, sn: number) {
    this.address = address;
    this.arena = arena;
    this.sn = sn;
    this.map[MAP_BIAS] = freeBits(MAXRUN_PAGES, 0);
    this.map[CHUNK_NPAGES - 1] = freeBits(MAXRUN_PAGES, 0);
  }

  /** The record of a run that begins at a page: there is one for each page, as in the chunk's header. */
  runAt(page: number): Run {
    return (this.#runs[page] ??= new Run(this, page));
  }

  /** Number of the page, in the chunk, in which an address of the chunk lies. */
  pageOf(address: number): number {
    return (address - this.address) >> 12;
  }
}

/** Pages of a chunk in one use: a small run with its regions, a large block, or free ones. */
export class Run implements DirtyLink {
  readonly isExtent = false;
  readonly chunk: ArenaChunk;
  /** Its first page, counted in the chunk. */
  readonly page: number;
  readonly address: number;
  /** Place in the heap that it is in; -1: in none. */
  heapIndex = -1;
  dirtyPrevious: DirtyLink | undefined = undefined;
  dirtyNext: DirtyLink | undefined = undefined;
  /** These are a small run's. */
  binind = 0;
  nfree = 0;
  /** A bit for each region, 1 if it is free. */
  #free = new Int32Array(1);
  /** No word before this one has a bit. */
  #firstWord = 0;

  constructor(chunk: ArenaChunk, page: number) {
    this.chunk = chunk;
    this.page = page;
    this.address = chunk.address + page * PAGE;
  }

  /** Makes it a run of bin `binind` whose regions are all free. */
  reset(binind: number): void {
    const { nregs } = BIN_INFO[binind]!;
    const words = (nregs + 31) >> 5;
    this.binind = binind;
    this.nfree = nregs;
    this.#firstWord = 0;
    if (this.#free.length < words) this.#free = new Int32Array(words);
    this.#free.fill(-1, 0, words);
    const rest = nregs & 31;
    if (rest !== 0) this.#free[words - 1] = (1 << rest) - 1;
  }

  /** Whether the region at `address` is free. */
  isFree(address: number): boolean {
    const region = this.#region(address);
    return (this.#free[region >> 5]! & (1 << (region & 31))) !== 0;
  }

  /** Takes the lowest free region, of which there is one. Returns its address. */
  take(): number {
    let word = this.#firstWord;
    while (this.#free[word] === 0) word++;
    this.#firstWord = word;
    const bits = this.#free[word]!;
    this.#free[word] = bits & (bits - 1);
    this.nfree--;
    const region = (word << 5) + (31 - Math.clz32(bits & -bits));
    return this.address + region * BIN_INFO[this.binind]!.regSize;
  }

  /** Gives the region at `address` back. Returns false, and does nothing, if it was free. */
  give(address: number): boolean {
    if (this.isFree(address)) return false;
    const region = this.#region(address);
    const word = region >> 5;
    this.#free[word]! |= 1 << (region & 31);
    if (word < this.#firstWord) this.#firstWord = word;
    this.nfree++;
    return true;
  }

  #region(address: number): number {
    return Math.floor((address - this.address) / BIN_INFO[this.binind]!.regSize);
  }
}

/** By age of the chunk, then by address: jemalloc prefers the first. */
export function compareRuns(a: Run, b: Run): number {
  return a.chunk.sn - b.chunk.sn || a.address - b.address;
}
