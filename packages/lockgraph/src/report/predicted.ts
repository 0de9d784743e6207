/** A finding of what could happen on another schedule, and did not: it must not be told as if it had. */
import type { Finding, Waiter } from '../detect/finding.js';
import { escapeName } from './escape.js';
import { listed } from './layout.js';
import { lockIn, wanted, wish } from './wants.js';

/** Whether the finding's cycle of waits never closed. One that dissolved later had. */
export function isPredicted(finding: Finding): boolean {
  return finding.kind === 'lock-order' || (finding.cycle.length > 0 && finding.evidence !== 'observed' && finding.broken !== true);
}

/** `T1 takes A then B, T2 takes B then A`: the cycle as what each thread does. */
export function orders({ cycle, byClass }: Finding, most: number): string {
  const parts = numbered(cycle.map(({ thread }) => thread)).map((thread, i) => `${thread} ${order(cycle[i]!, byClass === true)}`);
  return parts.length > most ? listed(parts, most) : parts.join(', ');
}

/** Names of threads, escaped. Those of several runs may be the same: the second `main` is `another main`. */
export function numbered(threads: readonly string[]): string[] {
  const known = new Set<string>();
  return threads.map((thread) => {
    const name = known.has(thread) ? `another ${escapeName(thread)}` : escapeName(thread);
    known.add(thread);
    return name;
  });
}

function order(waiter: Waiter, byClass: boolean): string {
  const { wants, holds, holdsMode, mode } = waiter;
  if (holds === undefined) return mode === 'join' ? wish(waiter) : `takes ${wanted(waiter)} before it ends`;
  const first = lockIn(holds, holdsMode);
  if (mode === 'join') return `takes ${first} then ${wish(waiter)}`;
  return holds === wants && byClass ? `takes one ${first} then another` : `takes ${first} then ${wanted(waiter)}`;
}
