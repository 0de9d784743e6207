/** Who waits for a lock now. */
import { Mode } from '../trace/event.js';
import type { LockId, ThreadId } from '../trace/event.js';
import { NONE } from './state/columns.js';
import type { LockState } from './state/lock-state.js';
import type { Waits } from './state/waits.js';

/** The threads that wait for a lock. Cost: O(threads). */
export function waitingFor(waits: Waits, lock: LockId): ThreadId[] {
  const waiting: ThreadId[] = [];
  for (let thread = 0; thread < waits.bound; thread++) {
    if (waits.waiting(thread) && waits.mode(thread) !== Mode.join && waits.object(thread) === lock) waiting.push(thread);
  }
  return waiting;
}

/** Those of them for whom what `holder` has of it is in the way. */
export function waitingForHolder(state: LockState, lock: LockId, holder: ThreadId): ThreadId[] {
  return waitingFor(state.waits, lock).filter((thread) => state.inWayOf(thread, holder) !== NONE);
}
