/** `pac_t`: the pages of an arena, by their state. */
import { RETAINED, DIRTY, MUZZY } from './edata.js';
import { Ecache } from './ecache.js';
import { EdataCache } from './edata-cache.js';
import type { Base } from './base.js';
import type { ArenaLocks } from './locks.js';
import { PAGE_CLASSES, psz2ind } from './page-classes.js';
import type { Process } from './process.js';
import { CHUNK_SIZE } from '../size-classes.js';

export class Pac {
  readonly process: Process;
  readonly ind: number;
  readonly locks: ArenaLocks;
  readonly dirty: Ecache;
  readonly muzzy: Ecache;
  readonly retained: Ecache;
  readonly edataCache: EdataCache;
  /** Whether dirty pages are purged at once, and not by and by (`decay_ms` is 0). */
  purgesAtOnce = false;
  /** `decay->purging`, of dirty and of muzzy pages. */
  readonly purging = { dirty: false, muzzy: false };
  #snNext = 0;
  /** `exp_grow_t`: the class of the next mapping; each is larger than the one before it. */
  #growNext = psz2ind(CHUNK_SIZE);

  constructor(process: Process, ind: number, locks: ArenaLocks, base: Base) {
    this.process = process;
    this.ind = ind;
    this.locks = locks;
    this.dirty = new Ecache(locks.ecacheDirty, DIRTY, true);
    this.muzzy = new Ecache(locks.ecacheMuzzy, MUZZY, false);
    this.retained = new Ecache(locks.ecacheRetained, RETAINED, false);
    this.edataCache = new EdataCache(locks.edataCache, base, process.frames);
  }

  /** `extent_sn_next`. */
  nextSn(): number {
    return this.#snNext++;
  }

  /** `exp_grow_size_prepare`: the class of a mapping for `size` bytes; -1 if there is none. */
  growClass(size: number): number {
    const pind = Math.max(this.#growNext, psz2ind(size));
    return pind > this.#growNext && pind >= PAGE_CLASSES.length - 1 ? -1 : pind;
  }

  /** `exp_grow_size_commit`: a mapping of class `pind` was made. */
  grew(pind: number): void {
    this.#growNext = Math.min(pind + 1, PAGE_CLASSES.length - 1);
  }
}
