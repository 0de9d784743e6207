/** `ecache_t`: the free extents of an arena that are in one state, and the lock that they are under. */
import type { Mutex } from 'lockgraph';
import type { DIRTY, MUZZY, RETAINED } from './edata.js';
import { Eset } from './eset.js';

export class Ecache {
  readonly lock: Mutex;
  readonly state: typeof DIRTY | typeof MUZZY | typeof RETAINED;
  /** Extents are made one not when they are freed, but when they are purged; large ones are at once. */
  readonly delayCoalesce: boolean;
  readonly eset: Eset;

  constructor(lock: Mutex, state: Ecache['state'], delayCoalesce: boolean) {
    this.lock = lock;
    this.state = state;
    this.delayCoalesce = delayCoalesce;
    this.eset = new Eset(`free extents (${lock.name})`);
  }
}
