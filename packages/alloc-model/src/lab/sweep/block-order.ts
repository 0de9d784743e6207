/** Where the blocks of one size lie in two runs of one log. */
import type { Address, Allocator } from '../../allocator.js';
import { CallKind, type CallLog } from '../../trace/call-log.js';
import { type CallAt, callAt } from '../../trace/call-at.js';

export interface BlockOrder {
  /** Usable size of the blocks that were looked at, in bytes. */
  readonly size: number;
  /** The first of them that is not at the same address. */
  readonly elsewhere: { readonly call: CallAt; readonly from: Address; readonly to: Address };
  /** The first that lies between other ones, or takes the place of another one: from here on other blocks are neighbours. Absent: none does. */
  readonly reordered?: CallAt;
}

/**
 * @param addresses of the blocks in each run, by number; both runs make the first `calls` calls
 * @returns undefined if all lie at the same addresses. Cost: for n blocks of the size, n (log n)²
 */
export function blockOrder(
  log: CallLog,
  allocator: Allocator,
  size: number,
  addresses: { readonly from: Float64Array; readonly to: Float64Array },
  calls: number,
): BlockOrder | undefined {
  const rows = rowsOfSize(log, allocator, size, calls);
  const blocks = rows.map((row) => (log.kind[row] === CallKind.rallocx ? log.newBlock[row]! : log.block[row]!));
  const from = blocks.map((block) => addresses.from[block]!);
  const to = blocks.map((block) => addresses.to[block]!);
  const first = from.findIndex((address, i) => address !== to[i]);
  if (first < 0) return undefined;
  const ordered = longestOrdered(from, to);
  return {
    size,
    elsewhere: { call: callAt(log, rows[first]! + 1), from: from[first]!, to: to[first]! },
    ...(ordered === rows.length ? {} : { reordered: callAt(log, rows[ordered]! + 1) }),
  };
}

function rowsOfSize(log: CallLog, allocator: Allocator, size: number, calls: number): number[] {
  const rows: number[] = [];
  for (let row = 0; row < calls; row++) {
    const kind = log.kind[row];
    if (kind !== CallKind.mallocx && kind !== CallKind.rallocx) continue;
    if (allocator.nallocx(log.size[row]!, log.flags[row]!) === size) rows.push(row);
  }
  return rows;
}

/** How many of the first addresses are in the same order in both columns; equal ones count as one place. What holds for n holds for fewer. */
function longestOrdered(from: readonly number[], to: readonly number[]): number {
  let low = 0;
  let high = from.length;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (sameOrder(from, to, middle)) low = middle;
    else high = middle - 1;
  }
  return low;
}

function sameOrder(from: readonly number[], to: readonly number[], n: number): boolean {
  const order = Array.from({ length: n }, (_, i) => i).toSorted((i, j) => from[i]! - from[j]! || to[i]! - to[j]!);
  return order.every((at, i) => {
    if (i === 0) return true;
    const before = order[i - 1]!;
    return from[before] === from[at] ? to[before] === to[at] : to[before]! < to[at]!;
  });
}
