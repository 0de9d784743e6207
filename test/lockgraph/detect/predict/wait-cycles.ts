/** The wait cycles of a state: naive walks along who waits for whom. */
import type { Reordering, State } from './reordering.js';
import type { StdEvent } from './std-trace.js';

/** Each as the events that its threads have come to and cannot do; each thread waits for the next. */
export function waitCycles(reordering: Reordering, state: State): StdEvent[][] {
  const waits = reordering.trace.threads.map((_, thread) => reordering.wait(state, thread));
  return waits.flatMap((_, start) => {
    const walk: number[] = [];
    let at: number | undefined = start;
    while (at !== undefined && !walk.includes(at)) {
      walk.push(at);
      at = waits[at]?.blocker;
    }
    // Each cycle once: from its first thread.
    return at === start && start === Math.min(...walk) ? [walk.map((thread) => waits[thread]!.event)] : [];
  });
}
