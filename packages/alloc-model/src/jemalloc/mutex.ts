/** jemalloc's mutexes. All are plain pthread mutexes: an unlock by who does not have one frees it without a word. */
import { Mutex } from 'lockgraph';
import type { Monitor } from 'lockgraph';

/** @param rank locks are taken in rising rank */
export function mutex(monitor: Monitor, name: string, lockClass: string, rank: number): Mutex {
  return new Mutex(monitor, { name, class: lockClass, rank, unlock: 'pthread' });
}
