/**
 * What runs have shown of the order in which locks are taken, by lock class, as plain data: small enough to keep of every run, and made to be
 * merged. The knowledge of many runs is a join-semilattice (Shapiro et al., SSS 2011): merging is associative, commutative and idempotent, and
 * equal knowledge is written as equal bytes.
 */

/** How a lock is held, or wanted. */
export type HoldMode = 'exclusive' | 'shared' | 'upgradable';

/** A lock of some class, as it is held or wanted. */
export interface ClassUse {
  readonly class: string;
  readonly mode: HoldMode;
}

/** A point in a run. */
export interface Spot {
  /** 1-based number of the event. */
  readonly event: number;
  /** 1-based line of the text trace that it was read from. */
  readonly line?: number;
  readonly site?: string;
  /** Calls from the outermost to the tip. */
  readonly stack?: readonly string[];
}

/** Where a thread of some run made a nesting. */
export interface Example {
  readonly thread: string;
  /** Name of the run or its trace. */
  readonly trace: string;
  readonly requestedAt: Spot;
  /** Where each of the held locks was taken, in the order of `held`. */
  readonly acquiredAt: readonly Spot[];
}

/** A lock was wanted while others were held. Equal for two runs if all but the examples is. */
export interface Nesting {
  readonly wants: ClassUse;
  /** At least one; each class once, by name, and not the class that is wanted. */
  readonly held: readonly ClassUse[];
  /** It was no more than tried: whoever tries a lock does not wait for it. */
  readonly tried: boolean;
  /** One a thread, of the first {@link MOST_EXAMPLES} by name. */
  readonly examples: readonly Example[];
}

/** What one thread did in one run: nestings, as indices. */
export interface Profile {
  /** Names of the threads that did just that, each in some run. */
  readonly threads: readonly string[];
  readonly nestings: readonly number[];
}

/** A cycle that was closed within a run: nestings by distinct threads, of which each wants what another one holds. */
export interface KnownPattern {
  /** Rising indices, at least two. */
  readonly nestings: readonly number[];
  /**
   * Threads, one for each of the nestings, that can never meet there, for fork, join, semaphores or barriers keep two of their requests apart. Absent
   * if other threads can: then who cannot does not matter.
   */
  readonly apart?: readonly (readonly string[])[];
}

/** In canonical order: names and nestings rise, and so does what is made of them. */
export interface Knowledge {
  /** False if parts of a run are missing. */
  readonly complete: boolean;
  /** Classes of which a run had several locks: two threads that hold such a class need not hold the same lock. */
  readonly several: readonly string[];
  readonly nestings: readonly Nesting[];
  readonly profiles: readonly Profile[];
  readonly patterns: readonly KnownPattern[];
}

/** As many as the threads of nearly all cycles: each can be told with a place of its own. */
export const MOST_EXAMPLES = 3;

/** Equal for the same nestings. */
export function nestingKey({ wants, held, tried }: Omit<Nesting, 'examples'>): string {
  return JSON.stringify([wants.class, wants.mode, tried, ...held.flatMap((use) => [use.class, use.mode])]);
}

/** The order of names, and of keys: that of their UTF-16 code units, on every machine. */
export function compareText(one: string, other: string): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}
