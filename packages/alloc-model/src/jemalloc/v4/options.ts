/** The options of jemalloc that the model has: what they mean, their ranges and defaults. */
import { ncachedMax } from './bin-info.js';
import { LARGE_MAXCLASS, size2index, SMALL_MAXCLASS } from '../size-classes.js';

export interface JemallocOptions {
  /**
   * Blocks of up to 2^lgTcacheMax bytes go through the thread cache; small ones always do.
   * -1 to 62; default 15. 13 and below (-1 too) are one setting, so are 21 and above.
   */
  readonly lgTcacheMax?: number | undefined;
  /** Arenas for threads to be spread over, 1 to 4094; default 8, that is 4 per CPU on a machine of two. */
  readonly narenas?: number | undefined;
  /** Whether threads have a cache; default true. */
  readonly tcache?: boolean | undefined;
  /** Whether it is a build with assertions, `--enable-debug`, which ends the process at the first claim of a wrong size; default false. */
  readonly debug?: boolean | undefined;
}

const LG_TCACHE_MAX_DEFAULT = 15;
const NARENAS_DEFAULT = 8;
const NARENAS_MAX = 4094;

/** The options, checked and with what follows from them. */
export class Settings {
  readonly narenas: number;
  readonly tcache: boolean;
  readonly debug: boolean;
  /** Number of classes that a thread cache holds. */
  readonly nhbins: number;
  /** Blocks that a thread cache has room for, all classes together. */
  readonly stackSlots: number;

  /** @throws RangeError or TypeError with the option's name, the value and what is allowed */
  constructor(options: JemallocOptions) {
    const lgTcacheMax = integer('lgTcacheMax', options.lgTcacheMax ?? LG_TCACHE_MAX_DEFAULT, -1, 62);
    this.narenas = integer('narenas', options.narenas ?? NARENAS_DEFAULT, 1, NARENAS_MAX);
    this.tcache = options.tcache ?? true;
    if (typeof this.tcache !== 'boolean') {
      throw new TypeError(`option tcache must be true or false, and is ${shown(this.tcache)}`);
    }
    this.debug = options.debug ?? false;
    const largest = lgTcacheMax < 0 ? 0 : 2 ** lgTcacheMax;
    this.nhbins = size2index(Math.min(Math.max(largest, SMALL_MAXCLASS), LARGE_MAXCLASS)) + 1;
    let slots = 0;
    for (let index = 0; index < this.nhbins; index++) slots += ncachedMax(index);
    this.stackSlots = slots;
  }
}

function integer(name: string, value: unknown, least: number, most: number): number {
  if (typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most) return value;
  throw new RangeError(`option ${name} must be an integer from ${least} to ${most}, and is ${shown(value)}`);
}

function shown(value: unknown): string {
  return typeof value === 'string' ? JSON.stringify(value) : `${String(value)} (${typeof value})`;
}
