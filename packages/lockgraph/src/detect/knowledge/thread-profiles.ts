/**
 * The profiles of threads: sets of nestings that one thread of a name made in one run. Of two that lie one within the other, the smaller is left
 * out: whatever it can do, the other one can.
 */
import { Antichain } from './antichain.js';
import type { Profile } from './knowledge.js';
import { compareText } from './knowledge.js';

export class ThreadProfiles {
  readonly #ofThread = new Map<string, Antichain>();

  add(thread: string, nestings: ReadonlySet<number>): void {
    if (nestings.size === 0) return;
    let profiles = this.#ofThread.get(thread);
    if (profiles === undefined) this.#ofThread.set(thread, (profiles = new Antichain()));
    profiles.add(nestings);
  }

  /** In canonical order, those of equal threads in one. @param indexOf what a nesting is called in the outcome */
  profiles(indexOf: (nesting: number) => number): Profile[] {
    const found = new Map<string, { threads: string[]; nestings: number[] }>();
    for (const [thread, profiles] of [...this.#ofThread].toSorted(([one], [other]) => compareText(one, other))) {
      for (const profile of profiles.sets) {
        const nestings = [...profile].map(indexOf).toSorted((a, b) => a - b);
        const key = nestings.join();
        const same = found.get(key);
        if (same === undefined) found.set(key, { threads: [thread], nestings });
        else same.threads.push(thread);
      }
    }
    return [...found.values()].toSorted((one, other) => compareIndices(one.nestings, other.nestings));
  }
}

/** The order of lists of indices: by the first one that differs; a list comes before those that it begins. */
export function compareIndices(one: readonly number[], other: readonly number[]): number {
  for (const [i, index] of one.entries()) {
    if (i === other.length) return 1;
    if (index !== other[i]) return index - other[i]!;
  }
  return one.length - other.length;
}
