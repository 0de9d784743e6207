/** What a wrong size does to version 5.3.0, in words, and the notes of what it damages. */
import type { NoteValue, OperationNumber, Registry, Thread } from 'lockgraph';
import { BIN_INFO } from '../bin-info.js';
import type { Edata } from './edata.js';
import type { WrongClaim } from '../misuse.js';
import { index2size, NBINS } from '../size-classes.js';

const WRONG_REGION = 'alloc/wrong-region';
const SLAB_FREED_IN_USE = 'alloc/slab-freed-in-use';

/** Where a block with a wrong claim goes. */
export function whereItGoes({ claimedClass, trueClass, fate }: WrongClaim): string {
  const claim = classText(claimedClass);
  const owner = trueClass < NBINS ? `it lies in a slab of bin ${trueClass}` : `it is a large block of class ${trueClass}`;
  if (fate === 'refused') return 'the check of a debug build stops the process before anything is freed';
  if (fate === 'cached') {
    return `it went to the thread cache's ${claim}, ${owner}: ${flushText(claimedClass, trueClass)}`;
  }
  if (claimedClass < NBINS === trueClass < NBINS) return 'it went past the thread cache to where it belongs, so the claim did no harm';
  return claimedClass < NBINS ? `${owner}, and was freed as a region of a slab` : `${owner}, and was freed as a large one`;
}

/** What a flush of the claimed class will do with the block. */
function flushText(claimedClass: number, trueClass: number): string {
  if (claimedClass < NBINS) return `a flush will free it as if it lay in a slab of bin ${claimedClass}`;
  return trueClass < NBINS ? 'a flush will give back the whole slab' : 'a flush will give back its own pages';
}

function classText(index: number): string {
  return index < NBINS ? `bin ${index}` : `class ${index}`;
}

/** A block that a flush of another class's bin gives back. */
export interface WrongRegion {
  /** The bin that is flushed, how many blocks it gives back, and how many of them are of the block's class. */
  readonly bin: number;
  readonly flushed: number;
  readonly count: number;
  readonly slab: Edata;
  readonly address: number;
  /** The region whose bit is changed. */
  readonly cleared: number;
  /** The calls that brought blocks of that class to the bin. */
  readonly calls: ReadonlySet<OperationNumber>;
}

/** What has been damaged so far. */
export class Damage {
  /** Whether anything has. */
  happened = false;
  /** By the class that blocks are of: the calls to blame. */
  readonly #guilty = new Map<number, ReadonlySet<OperationNumber>>();
  /** Of which bins and classes it was said. */
  readonly #said = new Set<string>();

  constructor(registry: Registry) {
    registry.declareNote(
      WRONG_REGION,
      'tcache_bin_flush_small(bin {bin}) gives back the oldest {flushed} blocks; {count} of them {what}, and are freed as if they lay in slabs of bin {bin}: region {region} of the extent at {slab} is taken for region {cleared}',
    );
    registry.declareNote(
      SLAB_FREED_IN_USE,
      'the slab of bin {slabBin} at {slab} is given back while {inUse} of its {nregs} regions are in use or in thread caches',
    );
  }

  /** The first time for each bin and class: says that `wrong` changes the bit of another region. */
  noteWrongRegion(thread: Thread, wrong: WrongRegion): void {
    this.happened = true;
    const { bin, flushed, count, slab, address, cleared, calls } = wrong;
    const { szind } = slab;
    if (calls.size > 0) this.#guilty.set(szind, calls);
    const key = `${bin} ${szind}`;
    if (this.#said.has(key)) return;
    this.#said.add(key);
    const data: Record<string, NoteValue> = {
      bin,
      binSize: index2size(bin),
      flushed,
      count,
      what: szind < NBINS ? `lie in slabs of bin ${szind}` : 'are large blocks',
      slab: hex(slab.base),
      region: szind < NBINS ? Math.floor((address - slab.addr) / BIN_INFO[szind]!.regSize) : 0,
      cleared,
    };
    thread.note(WRONG_REGION, data, this.#blamed(szind));
  }

  /** A slab is given back. The first time for each bin, says so if some of its regions are in use. */
  slabFreed(thread: Thread, slab: Edata): void {
    const { szind, out } = slab;
    if (out <= 0 || szind >= NBINS) return;
    this.happened = true;
    const key = `freed ${szind}`;
    if (this.#said.has(key)) return;
    this.#said.add(key);
    const { nregs } = BIN_INFO[szind]!;
    const data: Record<string, NoteValue> = { slabBin: szind, slabBinSize: index2size(szind), slab: hex(slab.base), inUse: out, nregs };
    thread.note(SLAB_FREED_IN_USE, data, this.#blamed(szind));
  }

  /** The operation to blame where a block of class `szind` is handed out as one of another; 0 if none is known. */
  guiltyOf(szind: number): OperationNumber {
    for (const calls of [this.#guilty.get(szind), ...this.#guilty.values()]) {
      for (const operation of calls ?? []) if (operation > 0) return operation;
    }
    return 0;
  }

  /** A large block's flush gets a region of a slab; `calls` brought it there. */
  largeFlushOfSlab(slab: Edata, calls: ReadonlySet<OperationNumber>): void {
    this.happened = true;
    if (calls.size > 0) this.#guilty.set(slab.szind, calls);
  }

  /** The calls to blame for what happens to blocks of class `szind`; all that are known, where those of the class are not. */
  #blamed(szind: number): OperationNumber[] {
    const sets = this.#guilty.has(szind) ? [this.#guilty.get(szind)!] : this.#guilty.values();
    const calls = new Set<OperationNumber>();
    for (const set of sets) for (const operation of set) if (operation > 0) calls.add(operation);
    return [...calls].toSorted((a, b) => a - b);
  }
}

function hex(address: number): string {
  return `0x${address.toString(16)}`;
}
