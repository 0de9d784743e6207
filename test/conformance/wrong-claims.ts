/** Where a log claims a wrong size. Knows the log and jemalloc's size classes alone, not the models. */
import { CallKind, type CallLog } from 'alloc-model';
import { sizeClasses } from './fixtures.js';

/** Largest sizes that are small, and large, in jemalloc with pages of 4 KiB. */
const SMALL = 14_336;
const LARGE = 1_835_008;

/**
 * The first call that claims a small size for a large block, or a size that is not small for a small block; undefined if none does.
 * No outcome of jemalloc 4.5.0 is undefined before it: facts of jemalloc 4.5.0, sections 6.4 and 6.5.
 */
export function firstCrossedClaim(log: CallLog): number | undefined {
  return firstClaim(log, (asked, claimed) => (claimed <= SMALL ? asked > SMALL && asked <= LARGE : asked <= SMALL));
}

/** The first call whose claim is of another size class than the block; undefined if none is. */
export function firstWrongClaim(log: CallLog): number | undefined {
  return firstClaim(log, (asked, claimed) => classSize(asked) !== classSize(claimed));
}

function firstClaim(log: CallLog, wrong: (asked: number, claimed: number) => boolean): number | undefined {
  const asked = new Float64Array(log.ids.length);
  for (let row = 0; row < log.calls; row++) {
    const size = log.size[row]!;
    const block = log.block[row]!;
    if (log.kind[row] === CallKind.mallocx) asked[block] = size;
    if (log.kind[row] === CallKind.rallocx) asked[log.newBlock[row]!] = size;
    if (log.kind[row] === CallKind.sdallocx && wrong(asked[block]!, size)) return row + 1;
  }
  return undefined;
}

const classes = sizeClasses();

function classSize(size: number): number {
  const found = classes.find((each) => each >= size);
  if (found === undefined) throw new RangeError(`${size} bytes are in no class of sizeclasses.tsv`);
  return found;
}
