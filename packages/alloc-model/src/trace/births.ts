/** Where the blocks of a log come from. */
import { CallKind, type CallLog } from './call-log.js';

/** By block: the call that returned it, from 1. Cost: one pass, and four bytes a block. */
export function birthsOf(log: CallLog): Int32Array {
  const births = new Int32Array(log.ids.length);
  for (let row = 0; row < log.calls; row++) {
    if (log.kind[row] === CallKind.mallocx) births[log.block[row]!] = row + 1;
    if (log.kind[row] === CallKind.rallocx) births[log.newBlock[row]!] = row + 1;
  }
  return births;
}
