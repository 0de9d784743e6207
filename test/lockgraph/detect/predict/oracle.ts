/** Every predictable deadlock of a small trace, by trying all its correct reorderings. Exponential in the threads: for some 40 events of 4 or 5 threads. */
import { Reordering } from './reordering.js';
import type { State } from './reordering.js';
import type { StdTrace } from './std-trace.js';
import { waitCycles } from './wait-cycles.js';

/** Cycles as their sorted lines, `2,6`. */
export interface Predictable {
  /** Of acquires alone. */
  readonly predictable: ReadonlySet<string>;
  /** Those that are reached even if the critical sections of each lock keep their order. */
  readonly syncPreserving: ReadonlySet<string>;
  /** Through a join, whose line stands for its wait. */
  readonly general: ReadonlySet<string>;
}

export function predictableDeadlocks(trace: StdTrace): Predictable {
  const reordering = new Reordering(trace);
  const all = reachableCycles(reordering, () => true);
  const kept = reachableCycles(reordering, (state, thread) => reordering.keepsLockOrder(state, thread));
  return { predictable: all.ofLocks, syncPreserving: kept.ofLocks, general: all.throughJoins };
}

/** A cycle by its lines, in whatever order they come. */
export function cycleKey(lines: readonly number[]): string {
  return lines.toSorted((one, other) => one - other).join(',');
}

function reachableCycles(reordering: Reordering, allowed: (state: State, thread: number) => boolean): { ofLocks: Set<string>; throughJoins: Set<string> } {
  const found = { ofLocks: new Set<string>(), throughJoins: new Set<string>() };
  const seen = new Set<string>();
  const visit = (state: State): void => {
    const key = `${state.executed.join()} ${[...state.written].toSorted().join()}`;
    if (seen.has(key)) return;
    seen.add(key);
    for (const cycle of waitCycles(reordering, state)) {
      const kind = cycle.every(({ op }) => op === 'acq') ? found.ofLocks : found.throughJoins;
      kind.add(cycleKey(cycle.map(({ line }) => line)));
    }
    for (const thread of reordering.trace.threads.keys()) {
      if (reordering.isEnabled(state, thread) && allowed(state, thread)) visit(reordering.after(state, thread));
    }
  };
  visit(reordering.start);
  return found;
}
