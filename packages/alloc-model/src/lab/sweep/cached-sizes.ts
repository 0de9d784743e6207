/** Which calls go through the caches of threads at one limit of their sizes, and past them at another. */
import type { Allocator } from '../../allocator.js';
import { bypassesTcache } from '../../jemalloc/flags.js';
import { CallKind, type CallLog } from '../../trace/call-log.js';
import { type CallAt, callAt } from '../../trace/call-at.js';

export interface BetweenLimits {
  /** Blocks of more bytes than the one, and of at most the other, usable size. */
  readonly above: number;
  readonly upTo: number;
  /** So many of the log's first calls were looked at. */
  readonly of: number;
  /** How many of them get, resize or free such a block by way of caches; a free with a claim is of the size that it claims. */
  readonly calls: number;
  /** Undefined if there are none. */
  readonly first?: CallAt;
}

/**
 * Cost: linear in the calls that are looked at.
 * @param allocator whose size classes they are
 * @param of how many calls to look at, from the first
 */
export function betweenLimits(log: CallLog, allocator: Allocator, limits: { readonly above: number; readonly upTo: number }, of: number): BetweenLimits {
  const { above, upTo } = limits;
  /** Usable size of each block, by its number. */
  const sizes = new Float64Array(log.ids.length);
  const between = (size: number): boolean => size > above && size <= upTo;
  let calls = 0;
  let first = 0;
  for (let row = 0; row < of; row++) {
    const kind = log.kind[row];
    if (kind === CallKind.texit) continue;
    const block = log.block[row]!;
    const flags = log.flags[row]!;
    const size = kind === CallKind.dallocx ? sizes[block]! : allocator.nallocx(log.size[row]!, flags);
    if (kind === CallKind.mallocx) sizes[block] = size;
    const resized = kind === CallKind.rallocx ? sizes[block]! : size;
    if (kind === CallKind.rallocx) sizes[log.newBlock[row]!] = size;
    if (!(between(size) || between(resized)) || bypassesTcache(flags)) continue;
    calls++;
    if (first === 0) first = row + 1;
  }
  return { above, upTo, of, calls, ...(first === 0 ? {} : { first: callAt(log, first) }) };
}
