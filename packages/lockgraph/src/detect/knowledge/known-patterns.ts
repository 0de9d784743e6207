/**
 * Cycles that were closed within a run, by the nestings that make them: whether threads can meet there, or who cannot. That threads of some run
 * can meet outweighs all that cannot.
 */
import { compareText } from './knowledge.js';
import type { KnownPattern } from './knowledge.js';
import { compareIndices } from './thread-profiles.js';

/** Who makes which nesting of a pattern. */
export type Member = readonly [nesting: number, thread: string];

export class KnownPatterns {
  /** By the nestings; undefined where threads can meet, else who cannot, by their text. */
  readonly #patterns = new Map<string, { readonly nestings: readonly number[]; apart: Map<string, readonly Member[]> | undefined }>();

  /** Threads of a run can meet at these nestings. */
  addMeeting(nestings: readonly number[]): void {
    this.#of(nestings).apart = undefined;
  }

  /** These threads cannot meet. */
  addApart(members: readonly Member[]): void {
    const sorted = members.toSorted(([one], [other]) => one - other);
    this.#of(sorted.map(([nesting]) => nesting)).apart?.set(JSON.stringify(sorted), sorted);
  }

  /** In canonical order. @param indexOf what a nesting is called in the outcome */
  patterns(indexOf: (nesting: number) => number): KnownPattern[] {
    const patterns: KnownPattern[] = [];
    for (const { nestings, apart } of this.#patterns.values()) {
      const indices = nestings.map(indexOf).toSorted((a, b) => a - b);
      patterns.push(apart === undefined ? { nestings: indices } : { nestings: indices, apart: named(apart, indexOf) });
    }
    return patterns.toSorted((one, other) => compareIndices(one.nestings, other.nestings));
  }

  #of(nestings: readonly number[]): { apart: Map<string, readonly Member[]> | undefined } {
    const sorted = nestings.toSorted((a, b) => a - b);
    const key = sorted.join();
    let pattern = this.#patterns.get(key);
    if (pattern === undefined) this.#patterns.set(key, (pattern = { nestings: sorted, apart: new Map() }));
    return pattern;
  }
}

function named(apart: ReadonlyMap<string, readonly Member[]>, indexOf: (nesting: number) => number): string[][] {
  return [...apart.values()]
    .map((members) =>
      members
        .map(([nesting, thread]): Member => [indexOf(nesting), thread])
        .toSorted(([one], [other]) => one - other)
        .map(([, thread]) => thread),
    )
    .toSorted((one, other) => compareText(JSON.stringify(one), JSON.stringify(other)));
}
