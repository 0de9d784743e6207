/** What version 4.5.0 makes of its options. */
import { stackSlots } from '../bin-info.js';
import { CheckedOptions } from '../options.js';
import type { JemallocOptions } from '../options.js';
import { LARGE_MAXCLASS, size2index, SMALL_MAXCLASS } from '../size-classes.js';

/** The options, checked and with what follows from them. */
export class Settings extends CheckedOptions {
  /** Number of classes that a thread cache holds. */
  readonly nhbins: number;
  /** Blocks that a thread cache has room for, all classes together. */
  readonly stackSlots: number;

  /** @throws as {@link CheckedOptions} */
  constructor(options: JemallocOptions) {
    super(options);
    const largest = this.lgTcacheMax < 0 ? 0 : 2 ** this.lgTcacheMax;
    this.nhbins = size2index(Math.min(Math.max(largest, SMALL_MAXCLASS), LARGE_MAXCLASS)) + 1;
    this.stackSlots = stackSlots(this.nhbins);
  }
}
