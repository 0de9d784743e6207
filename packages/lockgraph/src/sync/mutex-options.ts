import { inQuotes } from '../threads/quote.js';
import type { UnlockPolicy } from '../trace/registry.js';
import { creationSite } from './lock-class.js';
import type { LockClass } from './lock-class.js';

/** An option that is not wanted is left out. */
export interface MutexOptions {
  /** As reports have it, `arena0.bin[3].lock`. */
  readonly name: string;
  /** The role that many locks share, `arena.bin`, or `creationSite`: where in the source it was made; default: the name. */
  readonly class?: LockClass;
  /**
   * Declared place in the order of acquisition, a finite number: a thread that has a lock waits only for one of higher rank. Of locks of equal
   * rank it has one at a time. Whoever does otherwise has a finding, `rank-violation`. Locks without a rank are not compared; default: none.
   */
  readonly rank?: number;
  /** Declared place among the locks of the class, a finite number: two of them nest, in rising key, with or without ranks; default: none. */
  readonly key?: number;
  /** Whether the thread that has it may take it again; it is free after as many releases. Default false. */
  readonly recursive?: boolean;
  /** What a release by a thread that does not have it does; default `throw`. */
  readonly unlock?: UnlockPolicy;
}

/** @throws TypeError that says which option is wrong, and what it should be */
export function checkMutexOptions(options: MutexOptions): void {
  checkName('mutex', options);
  const { class: lockClass, rank, key, recursive, unlock } = options;
  if (lockClass !== undefined && typeof lockClass !== 'string' && lockClass !== creationSite) {
    throw wrong('mutex', 'class', lockClass, 'a string or creationSite');
  }
  if (rank !== undefined && !Number.isFinite(rank)) throw wrong('mutex', 'rank', rank, 'a finite number');
  if (key !== undefined && !Number.isFinite(key)) throw wrong('mutex', 'key', key, 'a finite number');
  if (recursive !== undefined && typeof recursive !== 'boolean') {
    throw wrong('mutex', 'recursive', recursive, 'true or false');
  }
  if (unlock !== undefined && unlock !== 'throw' && unlock !== 'pthread') {
    throw wrong('mutex', 'unlock', unlock, "'throw' or 'pthread'");
  }
  if (recursive === true && unlock === 'pthread') {
    throw new TypeError(
      "a mutex is recursive or has unlock: 'pthread', not both: glibc checks the owner of a recursive mutex; leave one out",
    );
  }
}

/** @throws TypeError unless the options of a `what` have a name */
export function checkName(what: string, options: unknown): void {
  if (typeof options !== 'object' || options === null) throw wrong(what, 'options', options, 'an object with a name');
  const name = 'name' in options ? options.name : undefined;
  if (typeof name !== 'string' || name === '') throw wrong(what, 'name', name, 'a string that is not empty: reports call it by that');
}

function wrong(what: string, option: string, value: unknown, expected: string): TypeError {
  const shown = typeof value === 'string' ? inQuotes(value) : `${String(value)} (${typeof value})`;
  return new TypeError(`the ${option} of a ${what} must be ${expected}; it is ${shown}`);
}
