import { type BlockRow, type BlockTable, NO_CALL } from './block-table.js';
import type { CheckedBlock, CheckResult, ClassTotal } from './check-result.js';
import { SHORT } from './short-list.js';

/** The blocks that are live now. Cost: one pass over the rows. @param told a row as plain data */
export function neverFreed(blocks: BlockTable, told: (row: BlockRow) => CheckedBlock): CheckResult['neverFreed'] {
  const classes = new Map<number, ClassTotal>();
  /** The {@link SHORT} oldest, oldest first. */
  const oldest: BlockRow[] = [];
  let count = 0;
  let bytes = 0;
  for (let row = 0; row < blocks.length; row++) {
    if (blocks.freed(row) !== NO_CALL) continue;
    const { usable, asked } = told(row);
    count++;
    bytes += asked;
    const known = classes.get(usable);
    classes.set(usable, { usable, count: (known?.count ?? 0) + 1, bytes: (known?.bytes ?? 0) + asked });
    if (oldest.length === SHORT && blocks.born(oldest[SHORT - 1]!) < blocks.born(row)) continue;
    oldest.push(row);
    oldest.sort((a, b) => blocks.born(a) - blocks.born(b));
    oldest.length = Math.min(oldest.length, SHORT);
  }
  return {
    count,
    bytes,
    classes: [...classes.values()].toSorted((a, b) => b.bytes - a.bytes || a.usable - b.usable),
    first: oldest.map(told),
    omitted: count - oldest.length,
  };
}
