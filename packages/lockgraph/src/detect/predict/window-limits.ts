/**
 * How far each thread of a stretch needs to go for some stops to be reached: its events before the stop; what those need of other threads (writes that
 * they read, starts, joins, what keeps its order); and where that ends inside a critical section, its end, for others may need the lock.
 * Cost: linear in what is needed.
 */
import { NONE } from '../state/columns.js';
import { isAcquire, isRelease } from './trace-window.js';
import type { Deed } from './trace-window.js';
import type { TraceWindow } from './trace-window.js';

/**
 * @param caps by thread that stops: the index in its events of the last place where it may; others are NONE
 * @returns by thread, how many of its events may be done
 */
export function neededLimits(window: TraceWindow, caps: Int32Array): Int32Array {
  const limits = new Int32Array(caps.length);
  const position = positions(window);
  const read = new Int32Array(caps.length);
  /** By thread: acquires that are open at its limit so far. */
  const open = caps.map(() => 0);
  const queue: number[] = [];
  const need = (thread: number, events: number): void => {
    const most = caps[thread] === NONE ? window.events[thread]!.length : caps[thread]!;
    const limit = Math.min(events, most);
    if (limit <= limits[thread]! && limit > 0) return;
    limits[thread] = limit;
    queue.push(thread);
  };
  for (const [thread, cap] of caps.entries()) if (cap !== NONE) need(thread, cap);
  for (let thread = queue.pop(); thread !== undefined; thread = queue.pop()) {
    const events = window.events[thread]!;
    while (read[thread]! < limits[thread]! || (open[thread]! > 0 && caps[thread] === NONE && read[thread]! < events.length)) {
      const event = events[read[thread]!++]!;
      limits[thread] = Math.max(limits[thread]!, read[thread]!);
      const deed = window.deed[event] as Deed;
      if (isAcquire(deed)) open[thread]! += window.release[event] === NONE ? 0 : 1;
      if (isRelease(deed)) open[thread] = Math.max(0, open[thread]! - 1);
      for (const other of [window.needs[event]!, window.startedBy[event]!, window.writer[event]!]) {
        if (other !== NONE) need(window.thread[other]!, position[other]! + 1);
      }
    }
    // A thread that stops before its first event has to be started all the same.
    const start = read[thread] === caps[thread] ? window.startedBy[events[read[thread]!]!]! : NONE;
    if (start !== NONE) need(window.thread[start]!, position[start]! + 1);
  }
  return limits;
}

/** By event: its index among those of its thread. */
function positions(window: TraceWindow): Int32Array {
  const position = new Int32Array(window.size);
  for (const events of window.events) for (const [index, event] of events.entries()) position[event] = index;
  return position;
}
