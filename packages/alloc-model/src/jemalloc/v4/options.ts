/** What version 4.5.0 makes of its options. */
import { ncachedMax } from '../bin-info.js';
import { checkOptions } from '../options.js';
import type { JemallocOptions } from '../options.js';
import { LARGE_MAXCLASS, size2index, SMALL_MAXCLASS } from '../size-classes.js';

/** The options, checked and with what follows from them. */
export class Settings {
  readonly narenas: number;
  readonly tcache: boolean;
  readonly debug: boolean;
  /** Number of classes that a thread cache holds. */
  readonly nhbins: number;
  /** Blocks that a thread cache has room for, all classes together. */
  readonly stackSlots: number;

  /** @throws as {@link checkOptions} */
  constructor(options: JemallocOptions) {
    const { lgTcacheMax, narenas, tcache, debug } = checkOptions(options);
    this.narenas = narenas;
    this.tcache = tcache;
    this.debug = debug;
    const largest = lgTcacheMax < 0 ? 0 : 2 ** lgTcacheMax;
    this.nhbins = size2index(Math.min(Math.max(largest, SMALL_MAXCLASS), LARGE_MAXCLASS)) + 1;
    let slots = 0;
    for (let index = 0; index < this.nhbins; index++) slots += ncachedMax(index);
    this.stackSlots = slots;
  }
}
