/** What the parts of a version that allocate and free get of a call. */
import type { Misuse } from './misuse.js';

/** Whose call it is, and what its flags say; the types are those of the version. */
export interface JemallocCall<Tsd, Tcache, Arena> {
  readonly tsd: Tsd;
  /** Undefined: past the cache. */
  readonly tcache: Tcache | undefined;
  /** The arena that the caller names. */
  readonly named: Arena | undefined;
  /** In bytes; 0: none asked for. */
  readonly alignment: number;
  readonly misuse: Misuse;
}
