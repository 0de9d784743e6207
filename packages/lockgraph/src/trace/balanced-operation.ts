/**
 * Most operations leave no trace in the state: they take locks that nobody has, give them back, and end. One that does so without a row of
 * anything else between its rows can fall out of the window as a whole. Cost: about 2 ns a row.
 */
import { EventKind, Mode } from './event.js';
import type { EventRows } from './event-rows.js';
import type { StateRows } from './state-rows.js';

/** Locks that such an operation holds at once, at most. */
const DEPTH = 8;
/** Each a lock and, in the lowest bits, the mode in which it is held. */
const held = new Int32Array(DEPTH);
const MODE_BITS = 3;

/**
 * @param begin row in which an operation begins, of a thread that is in none
 * @param to the block ends before this row
 * @returns the row in which it ends, if it leaves no trace, else -1
 */
export function endOfBalanced(window: EventRows, begin: number, to: number, state: StateRows): number {
  const who = window.thread(begin);
  const number = window.operation(begin);
  if (state.waits(who) || state.ended(who)) return -1;
  let depth = 0;
  let wanted = -1;
  for (let row = begin + 1; row < to; row++) {
    if (window.operation(row) !== number || window.thread(row) !== who) return -1;
    const what = window.kind(row);
    if (what === EventKind.end) return depth === 0 && wanted === -1 ? row : -1;
    if (what === EventKind.note) continue;
    if (what > EventKind.release && what !== EventKind.take) return -1;
    const mode = window.mode(row);
    if (mode !== Mode.exclusive && mode !== Mode.shared) return -1;
    const lock = window.object(row);
    const packed = (lock << MODE_BITS) | mode;
    if (what === EventKind.request) {
      if (wanted !== -1) return -1;
      wanted = packed;
    } else if (what !== EventKind.release) {
      if ((wanted !== -1 && (wanted !== packed || what === EventKind.take)) || depth === DEPTH || !state.free(lock)) return -1;
      for (let i = 0; i < depth; i++) if (held[i]! >> MODE_BITS === lock) return -1;
      held[depth++] = packed;
      wanted = -1;
    } else {
      // Nearly always the newest hold: then nothing moves.
      let i = depth - 1;
      while (i >= 0 && held[i] !== packed) i--;
      if (i === -1 || wanted !== -1) return -1;
      depth--;
      for (; i < depth; i++) held[i] = held[i + 1]!;
    }
  }
  return -1;
}
