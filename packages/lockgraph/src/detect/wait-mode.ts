/** The words for ways of wanting and of having a lock. */
import { Mode } from '../trace/event.js';
import type { SharedMode, WaitMode } from './finding.js';

const WORDS: Readonly<Partial<Record<Mode, WaitMode>>> = {
  [Mode.join]: 'join',
  [Mode.shared]: 'shared',
  [Mode.upgradable]: 'upgradable',
  [Mode.permits]: 'permits',
};

/** How something is wanted. A mode that says how a release went wrong says nothing of that, and counts as `exclusive`. */
export function waitMode(mode: Mode): WaitMode {
  return WORDS[mode] ?? 'exclusive';
}

/** How a lock is wanted, held or given back, if not exclusively. */
export function sharedMode(mode: Mode): SharedMode | undefined {
  const word = waitMode(mode);
  return word === 'exclusive' || word === 'join' ? undefined : word;
}
