/** `arena_t`: the data of one arena. What is done with it lies in the files of the functions. */
import type { Base } from './base.js';
import { BIN_INFO } from '../bin-info.js';
import { Bin } from './bin.js';
import { arenaLocks } from './locks.js';
import type { ArenaLocks } from './locks.js';
import { Pac } from './pac.js';
import type { Process } from './process.js';
import { EdataList } from './ring.js';

/** `arena_t` and its 36 bins. */
export const ARENA_BYTES = 78_952 + BIN_INFO.length * 224;

export class Arena {
  readonly process: Process;
  readonly ind: number;
  readonly locks: ArenaLocks;
  readonly pac: Pac;
  readonly bins: readonly Bin[];
  /** Large blocks, in arenas that are not automatic; undefined in those that are. */
  readonly large: EdataList | undefined;
  /** Threads that have it for their own blocks, and for jemalloc's. */
  readonly nthreads: [own: number, internal: number] = [0, 0];

  /** @param isAuto whether jemalloc itself puts threads or very large blocks into it */
  constructor(process: Process, ind: number, base: Base, isAuto: boolean) {
    this.process = process;
    this.ind = ind;
    this.locks = arenaLocks(process.monitor, ind);
    this.pac = new Pac(process, ind, this.locks, base);
    this.bins = BIN_INFO.map((_, bin) => new Bin(bin, this.locks.bins[bin]!, isAuto));
    this.large = isAuto ? undefined : new EdataList(`large blocks (${this.locks.large.name})`, 'active');
  }
}
