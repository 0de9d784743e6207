/** A finding of what could happen on another schedule, and did not: it must not be told as if it had. */
import type { Finding, Waiter } from '../detect/finding.js';
import { escapeName } from './escape.js';
import { listed } from './layout.js';
import { wanted, wish } from './wants.js';

/** Whether the finding's cycle of waits never closed. One that dissolved later had. */
export function isPredicted(finding: Finding): boolean {
  return finding.kind === 'lock-order' || (finding.cycle.length > 0 && finding.evidence !== 'observed' && finding.broken !== true);
}

/** `T1 takes A then B, T2 takes B then A`: the cycle as what each thread does. */
export function orders(cycle: readonly Waiter[], most: number): string {
  const parts = numbered(cycle.map(({ thread }) => thread)).map((thread, i) => `${thread} ${order(cycle[i]!)}`);
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

function order(waiter: Waiter): string {
  const { wants, holds, mode } = waiter;
  if (mode === 'join') return holds === undefined ? wish(waiter) : `takes ${escapeName(holds)} then ${wish(waiter)}`;
  if (holds === undefined) return `takes ${wanted(waiter)} before it ends`;
  return holds === wants ? `takes one ${escapeName(holds)} then another` : `takes ${escapeName(holds)} then ${wanted(waiter)}`;
}
