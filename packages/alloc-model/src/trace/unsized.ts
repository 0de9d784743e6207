/** The calls of a program as they would be through `malloc` and `free`, which have no sizes to be wrong about. */
import { CallKind, type CallLog } from './call-log.js';

/** The flags of `*allocx` that `aligned_alloc` and `calloc` have too: the alignment, and that the memory is zeroed. */
export const FLAGS_OF_MALLOC = 0x7f;

/**
 * The same calls, with each `sdallocx` as a `dallocx`, and without flags that name caches and arenas. Shares the columns that stay.
 * Cost: one pass and two columns.
 */
export function unsized(log: CallLog): CallLog {
  const sized = CallKind.sdallocx;
  return {
    ...log,
    kind: log.kind.map((kind) => (kind === sized ? CallKind.dallocx : kind)),
    size: log.size.map((size, row) => (log.kind[row] === sized ? 0 : size)),
    flags: log.flags.map((flags) => flags & FLAGS_OF_MALLOC),
  };
}
