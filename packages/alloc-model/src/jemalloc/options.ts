/** The options of jemalloc that the models have, by the names of its option string: what they mean, their ranges and defaults. */

export interface JemallocOptions {
  /**
   * Blocks of up to 2^lgTcacheMax bytes go through the thread cache. -1 to 62; default 15.
   * 4.5.0: small ones always do, so 13 and below (-1 too) are one setting, and so are 21 and above.
   * 5.3.0: 23 and above are one setting, and so is -1.
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

/** The options, checked and with their defaults. */
export class CheckedOptions implements JemallocOptions {
  readonly lgTcacheMax: number;
  readonly narenas: number;
  readonly tcache: boolean;
  readonly debug: boolean;

  /** @throws RangeError or TypeError with the option's name, the value and what is allowed */
  constructor(options: JemallocOptions) {
    const tcache = options.tcache ?? true;
    if (typeof tcache !== 'boolean') throw new TypeError(`option tcache must be true or false, and is ${shown(tcache)}`);
    this.lgTcacheMax = integer('lgTcacheMax', options.lgTcacheMax ?? LG_TCACHE_MAX_DEFAULT, -1, 62);
    this.narenas = integer('narenas', options.narenas ?? NARENAS_DEFAULT, 1, NARENAS_MAX);
    this.tcache = tcache;
    this.debug = options.debug ?? false;
  }
}

function integer(name: string, value: unknown, least: number, most: number): number {
  if (typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most) return value;
  throw new RangeError(`option ${name} must be an integer from ${least} to ${most}, and is ${shown(value)}`);
}

function shown(value: unknown): string {
  return typeof value === 'string' ? JSON.stringify(value) : `${String(value)} (${typeof value})`;
}
