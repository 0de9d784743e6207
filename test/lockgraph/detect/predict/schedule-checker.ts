/** Whether a schedule leads where its finding says: it is replayed on the trace, step by step. */
import { Reordering } from './reordering.js';
import type { StdTrace } from './std-trace.js';
import { cycleKey } from './oracle.js';
import { waitCycles } from './wait-cycles.js';

/**
 * @param schedule lines to execute, in order; those that allow any order (`req`, …) may be left out
 * @param blocked the lines at which the threads of the cycle stand in the end
 * @returns what is wrong with it; undefined: nothing
 */
export function scheduleError(trace: StdTrace, schedule: readonly number[], blocked: readonly number[]): string | undefined {
  const reordering = new Reordering(trace);
  const passed = new Map<string, number>();
  let state = reordering.start;
  for (const [step, line] of schedule.entries()) {
    const where = `step ${step + 1}, line ${line}`;
    const free = trace.free.get(line);
    const name = free ?? trace.events.find((event) => event.line === line)?.thread;
    if (name === undefined) return `${where}: there is no event`;
    if (line <= (passed.get(name) ?? 0)) return `${where}: ${name} is beyond it`;
    passed.set(name, line);
    const thread = trace.threads.indexOf(name);
    const next = thread === -1 ? undefined : reordering.next(state, thread);
    if (free !== undefined) {
      if (next !== undefined && line > next.line) return `${where}: ${name} has to come to line ${next.line} first`;
      continue;
    }
    if (next?.line !== line) return `${where}: ${name} has to come to line ${next?.line} first`;
    if (!reordering.isEnabled(state, thread)) return `${where}: it cannot come now`;
    state = reordering.after(state, thread);
  }
  const cycles = waitCycles(reordering, state).map((cycle) => cycleKey(cycle.map(({ line }) => line)));
  return cycles.includes(cycleKey(blocked)) ? undefined : `the end: no cycle of waits at ${cycleKey(blocked)}, but ${cycles.join(' and ') || 'none'}`;
}
