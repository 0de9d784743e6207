/** What a thread that waits is after, in words. */
import type { Waiter } from '../detect/finding.js';
import { escapeName } from './escape.js';

/** `m`, `m (shared)`, `a permit of m`, `worker to end`. */
export function wanted({ wants, mode }: Waiter): string {
  const name = escapeName(wants);
  switch (mode) {
    case 'exclusive':
      return name;
    case 'join':
      return `${name} to end`;
    case 'permits':
      return `a permit of ${name}`;
    case 'shared':
    case 'upgradable':
      return `${name} (${mode})`;
  }
}

/** `waits for m`, `waits for itself to end`, … */
export function wish(waiter: Waiter): string {
  return waiter.mode === 'join' && waiter.wants === waiter.thread ? 'waits for itself to end' : `waits for ${wanted(waiter)}`;
}
