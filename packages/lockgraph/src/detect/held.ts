/** What a finding says that a thread holds: of very many locks only the newest, so that the findings of deep nestings are not the square of their depth. */
import type { Waiter } from './finding.js';

/** Locks that are named, and one more if that is what others wait for. */
export const MOST_HELD = 64;

/**
 * @param newestFirst names of what is held; read no further than need be
 * @param count how many they are
 * @param holds what is always named
 */
export function heldBy(newestFirst: Iterable<string>, count: number, holds: string | undefined): Pick<Waiter, 'held' | 'heldCut'> {
  const named = new Set<string>();
  let read = 0;
  for (const name of newestFirst) {
    named.add(name);
    if (++read === MOST_HELD) break;
  }
  const cut = count - read;
  if (cut > 0 && holds !== undefined) named.add(holds);
  return { held: [...named].toReversed(), ...(cut > 0 ? { heldCut: cut } : undefined) };
}
