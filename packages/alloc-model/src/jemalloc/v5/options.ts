/** What version 5.3.0 makes of its options. */
import { ncachedMax } from '../bin-info.js';
import { checkOptions } from '../options.js';
import type { JemallocOptions } from '../options.js';
import { index2size, size2index } from '../size-classes.js';

/** What lg_tcache_max is clipped to. -1 is read as a very large number. */
const LG_TCACHE_MAX_LIMIT = 23;
const POINTER_BYTES = 8;

/** The options, checked and with what follows from them. */
export class Settings {
  readonly narenas: number;
  readonly tcache: boolean;
  readonly debug: boolean;
  /** Number of classes that a thread cache holds; may be less than the number of bins. */
  readonly nhbins: number;
  /** Bytes of the largest blocks that a thread cache holds. */
  readonly tcacheMaxclass: number;
  /** `tcache_bin_alloc_size`: bytes of the stacks of a thread cache, and two slots more. */
  readonly tcacheBytes: number;

  /** @throws as {@link checkOptions} */
  constructor(options: JemallocOptions) {
    const { lgTcacheMax, narenas, tcache, debug } = checkOptions(options);
    this.narenas = narenas;
    this.tcache = tcache;
    this.debug = debug;
    const lg = lgTcacheMax < 0 ? LG_TCACHE_MAX_LIMIT : Math.min(lgTcacheMax, LG_TCACHE_MAX_LIMIT);
    this.nhbins = size2index(2 ** lg) + 1;
    this.tcacheMaxclass = index2size(this.nhbins - 1);
    let slots = 2;
    for (let index = 0; index < this.nhbins; index++) slots += ncachedMax(index);
    this.tcacheBytes = slots * POINTER_BYTES;
  }
}
