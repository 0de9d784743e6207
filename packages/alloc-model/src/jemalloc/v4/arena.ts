/** `arena_t`: the data of one arena. What is done with it lies in the files of the functions. */
import { BIN_INFO } from '../bin-info.js';
import { Bin } from './bin.js';
import { DirtyList } from './dirty-list.js';
import { byAddress, bySizeAgeAddress, ExtentTree } from './extent.js';
import { arenaLocks } from './locks.js';
import type { ArenaLocks } from './locks.js';
import type { ArenaChunk } from './page-map.js';
import { Prng } from '../prng.js';
import type { Process } from './process.js';
import { RUN_BUCKETS } from './quantize.js';
import { RunHeap } from './run-heap.js';

/** `arena_t` with its statistics of large and huge classes: 10112 + 28 * 32 + 168 * 24. */
export const ARENA_BYTES = 15040;

/** Chunks that are in no use. Cached ones may be dirty, and are counted as such; retained ones are clean. */
export interface FreeChunks {
  readonly cached: boolean;
  readonly bySize: ExtentTree;
  readonly byAddress: ExtentTree;
}

export class Arena {
  readonly process: Process;
  readonly ind: number;
  readonly locks: ArenaLocks;
  readonly bins: readonly Bin[];
  /** Threads bound to it: for their blocks, and for jemalloc's own. */
  readonly nthreads: [number, number] = [0, 0];

  /** Pages in use: runs and huge blocks. */
  nactive = 0;
  /** Pages that are free and dirty, cached chunks included. */
  ndirty = 0;
  purging = false;
  readonly runsDirty = new DirtyList();
  /** Free runs by bucket of size. */
  readonly runsAvail: readonly RunHeap[] = Array.from({ length: RUN_BUCKETS }, () => new RunHeap());
  /** A chunk that is free as a whole, kept for the next need. It is in no bucket. */
  spare: ArenaChunk | undefined = undefined;
  readonly chunksCached: FreeChunks = freeChunks(true);
  readonly chunksRetained: FreeChunks = freeChunks(false);
  /** Nodes of extents that are left over: `node_cache`. */
  nodeCache = 0;
  readonly #offsets: Prng;
  #nextSn = 0;

  /** @param address of the arena itself */
  constructor(process: Process, ind: number, address: number) {
    this.process = process;
    this.ind = ind;
    this.locks = arenaLocks(process.monitor, ind);
    this.bins = BIN_INFO.map((_, bin) => new Bin(bin, this.locks.bins[bin]!));
    // With assertions, the generator starts from a number that is the same in every process.
    this.#offsets = new Prng(process.settings.debug ? ind : address);
  }

  /** `arena_extent_sn_next`. */
  nextSn(): number {
    return this.#nextSn++;
  }

  /** Where in its first page the next large block begins: a multiple of a cache line. */
  nextOffset(): number {
    return this.#offsets.next(6) * 64;
  }
}

function freeChunks(cached: boolean): FreeChunks {
  return { cached, bySize: new ExtentTree(bySizeAgeAddress), byAddress: new ExtentTree(byAddress) };
}
