/** Threads that runs have shown to be kept apart, by fork, join, semaphores or barriers, and never seen where they can meet. */
import type { KnownPattern } from './knowledge.js';
import type { Member } from './known-patterns.js';

export class ApartThreads {
  readonly #keys = new Set<string>();

  constructor(patterns: readonly KnownPattern[]) {
    for (const { nestings, apart = [] } of patterns) {
      for (const threads of apart) this.#keys.add(keyOf(nestings.map((nesting, i): Member => [nesting, threads[i]!])));
    }
  }

  has(members: readonly Member[]): boolean {
    return this.#keys.size > 0 && this.#keys.has(keyOf(members));
  }
}

function keyOf(members: readonly Member[]): string {
  return JSON.stringify(members.toSorted(([one], [other]) => one - other));
}
