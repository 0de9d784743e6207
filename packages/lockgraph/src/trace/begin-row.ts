/**
 * Finds the row in which an operation begins, in a ring of rows. Operations begin in the order of their numbers, so the newest one that has
 * begun rises along the ring, and a binary search needs no index: a recorded event pays nothing for it.
 * Cost: a few rows for each of log2(size) probes; more only where an operation has very many rows.
 */
import { EventKind } from './event.js';
import type { OperationNumber } from './event.js';
import type { EventRows } from './event-rows.js';

/**
 * @param oldest row of the ring's first event
 * @param size number of events, which may go on at row 0
 * @returns the row of the begin (or of the operation as a whole), or -1
 */
export function beginRow(ring: EventRows, oldest: number, size: number, wanted: OperationNumber): number {
  const rows = ring.length;
  const at = (index: number): number => (oldest + index < rows ? oldest + index : oldest + index - rows);
  let low = 0;
  let high = size;
  while (low < high) {
    const middle = (low + high) >>> 1;
    let index = middle;
    // Before `low`, only operations before the wanted one have begun.
    while (index >= low && !begins(ring.kind(at(index)))) index--;
    if (index < low || ring.operation(at(index)) < wanted) low = middle + 1;
    else high = middle;
  }
  if (low === size) return -1;
  const row = at(low);
  return ring.operation(row) === wanted && begins(ring.kind(row)) ? row : -1;
}

function begins(kind: number): boolean {
  return kind === EventKind.begin || kind === EventKind.operation;
}
