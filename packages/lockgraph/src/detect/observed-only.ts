/**
 * Kinds of locks whose waits are told where they happened, and not looked for on other schedules: anybody may end such a wait, so that no thread is
 * known to be waited for.
 */
import type { Registry } from '../trace/registry.js';
import type { ObservedOnly } from './finding.js';

const KINDS: readonly ObservedOnly[] = ['semaphore', 'barrier', 'condition'];

/** Those of which a run has locks. Cost: O(locks). */
export function observedOnly(registry: Registry): ObservedOnly[] {
  const kinds = new Set<string>();
  for (let lock = 0; lock < registry.lockCount; lock++) kinds.add(registry.lock(lock).kind);
  return KINDS.filter((kind) => kinds.has(kind));
}
