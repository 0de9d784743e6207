/** What a thread that waits is after, in words. */
import type { Waiter, WaitMode } from '../detect/finding.js';
import { escapeName } from './escape.js';

/** `m`, `m (shared)`, `a permit of m`, `worker to end`. */
export function wanted({ wants, mode }: Waiter): string {
  return mode === 'join' ? `${escapeName(wants)} to end` : lockIn(wants, mode);
}

/** A lock as it is wanted or held: `m`, `m (shared)`, `a permit of m`. */
export function lockIn(lock: string, mode: Exclude<WaitMode, 'join'> = 'exclusive'): string {
  const name = escapeName(lock);
  switch (mode) {
    case 'exclusive':
      return name;
    case 'permits':
      return `a permit of ${name}`;
    case 'shared':
    case 'upgradable':
      return `${name} (${mode})`;
  }
}

/** `waits for m`, `waits for itself to end`, …; of what is over, `waited for m`. */
export function wish(waiter: Waiter, verb: 'waits' | 'waited' = 'waits'): string {
  return waiter.mode === 'join' && waiter.wants === waiter.thread ? `${verb} for itself to end` : `${verb} for ${wanted(waiter)}`;
}
