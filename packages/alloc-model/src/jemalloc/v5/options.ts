/** What version 5.3.0 makes of its options. */
import { stackSlots } from '../bin-info.js';
import { CheckedOptions } from '../options.js';
import type { JemallocOptions } from '../options.js';
import { index2size, size2index } from '../size-classes.js';

/** What lg_tcache_max is clipped to. -1 is read as a very large number. */
const LG_TCACHE_MAX_LIMIT = 23;
const POINTER_BYTES = 8;

/** The options, checked and with what follows from them. */
export class Settings extends CheckedOptions {
  /** Number of classes that a thread cache holds; may be less than the number of bins. */
  readonly nhbins: number;
  /** Bytes of the largest blocks that a thread cache holds. */
  readonly tcacheMaxclass: number;
  /** `tcache_bin_alloc_size`: bytes of the stacks of a thread cache, and two slots more. */
  readonly tcacheBytes: number;

  /** @throws as {@link CheckedOptions} */
  constructor(options: JemallocOptions) {
    super(options);
    const lg = this.lgTcacheMax < 0 ? LG_TCACHE_MAX_LIMIT : Math.min(this.lgTcacheMax, LG_TCACHE_MAX_LIMIT);
    this.nhbins = size2index(2 ** lg) + 1;
    this.tcacheMaxclass = index2size(this.nhbins - 1);
    this.tcacheBytes = (stackSlots(this.nhbins) + 2) * POINTER_BYTES;
  }
}
