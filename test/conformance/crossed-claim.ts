/** Where the real allocator's behaviour stops being defined: facts of jemalloc 4.5.0, sections 6.4 and 6.5. Knows the log alone, not the model. */
import { CallKind, type CallLog } from 'alloc-model';

/** Largest sizes that are small, and large, in jemalloc 4.5.0 with pages of 4 KiB. */
const SMALL = 14_336;
const LARGE = 1_835_008;

/**
 * The first call that claims a small size for a large block, or a size that is not small for a small block; undefined if none does.
 * No outcome is undefined before it.
 */
export function firstCrossedClaim(log: CallLog): number | undefined {
  const asked = new Float64Array(log.ids.length);
  for (let row = 0; row < log.calls; row++) {
    const size = log.size[row]!;
    const block = log.block[row]!;
    if (log.kind[row] === CallKind.mallocx) asked[block] = size;
    if (log.kind[row] === CallKind.rallocx) asked[log.newBlock[row]!] = size;
    if (log.kind[row] === CallKind.sdallocx) {
      const truth = asked[block]!;
      if (size <= SMALL ? truth > SMALL && truth <= LARGE : truth <= SMALL) return row + 1;
    }
  }
  return undefined;
}
