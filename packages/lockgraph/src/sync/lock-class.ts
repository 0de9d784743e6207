/** The class that a lock is declared to be of. */
import { SourceSites } from '../threads/source-sites.js';

/**
 * As the class of a lock: the place in the source where the lock is made, as `src/bank.ts:12:5`. All locks that one line makes are of one class then,
 * as in Linux's lockdep. Reading the place costs some 5 µs a lock. Where no file of the user's is on the stack, the class is the lock's name.
 */
export const creationSite: unique symbol = Symbol('lockgraph: class by creation site');

/** The role that many locks share, `arena.bin`; or {@link creationSite}. */
export type LockClass = string | typeof creationSite;

/** For the whole process, for a place is the same in every run. */
const sites = new SourceSites(classNameOf);

/** The class of a lock that is being made, as its options have it: by name. */
export function classNameOf({ name, class: lockClass }: { readonly name: string; readonly class?: LockClass }): string {
  return (lockClass === creationSite ? sites.here()?.place : lockClass) ?? name;
}
