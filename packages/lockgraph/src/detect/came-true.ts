/** Which cycles that another schedule has were closed in the run itself. */
import type { Finding, Waiter } from './finding.js';

/** Whether the threads of a cycle came to wait for what it says, by what was found. */
export function cameTrue(findings: readonly Finding[]): (cycle: Pick<Finding, 'cycle'>) => boolean {
  const closed = findings.filter(({ cycle, evidence, broken }) => cycle.length > 1 && (evidence === 'observed' || broken === true));
  const deadlocks = new Set(closed.filter(({ kind }) => kind === 'deadlock').map(waitsKey));
  // Of threads that share a lock and want it for themselves, any two wait for each other.
  const sharing = closed.filter(({ kind }) => kind === 'self-deadlock').map(({ cycle }) => new Set(cycle.map(waitKey)));
  return (found) => deadlocks.has(waitsKey(found)) || sharing.some((waits) => found.cycle.every((waiter) => waits.has(waitKey(waiter))));
}

/** Equal for findings in which the same threads wait for the same. */
export function waitsKey({ cycle }: Pick<Finding, 'cycle'>): string {
  return cycle.map(waitKey).toSorted().join();
}

function waitKey({ thread, wants }: Waiter): string {
  return JSON.stringify([thread, wants]);
}
