/** Which of a log's threads an emitted C program starts, and how many it needs at once. Cost: one pass. */
import { CallKind, type CallLog } from './call-log.js';
import { CallLogError } from './call-log-error.js';

/** Most threads that a program may have at once; each has a stack in static memory. */
const MOST_AT_ONCE = 1000;
/** So many are started before the first call, where the log has them: to start one later would disturb the allocator between calls. */
const STARTED_AT_LEAST = 256;

export interface ThreadPlan {
  /** Whether the log's t0 is the program's main thread: it is unless it ends before the program does. */
  readonly mainIsT0: boolean;
  /** Threads of the log beside the main thread. */
  readonly others: number;
  /** How many of them are started before the first call; one that ends makes place for another. */
  readonly slots: number;
}

/** @throws CallLogError if the log has too many threads at once */
export function threadPlan(log: CallLog): ThreadPlan {
  const mainIsT0 = log.threads.includes(0) && !endsT0(log);
  const running = new Set<number>();
  let most = 0;
  for (let row = 0; row < log.calls; row++) {
    const thread = log.thread[row]!;
    if (mainIsT0 && log.threads[thread] === 0) continue;
    running.add(thread);
    if (running.size > MOST_AT_ONCE) {
      throw new CallLogError(log.name, row + 1, `more than ${MOST_AT_ONCE} threads at once: a C program of so many is not made`);
    }
    most = Math.max(most, running.size);
    if (log.kind[row] === CallKind.texit) running.delete(thread);
  }
  const others = log.threads.length - (mainIsT0 ? 1 : 0);
  return { mainIsT0, others, slots: Math.min(others, Math.max(most, STARTED_AT_LEAST)) };
}

function endsT0(log: CallLog): boolean {
  return log.kind.some((kind, row) => kind === CallKind.texit && log.threads[log.thread[row]!] === 0);
}
