/**
 * The profiles of threads: sets of nestings that one thread of a name made in one run. Of two that lie one within the other, the smaller is left
 * out: whatever it can do, the other one can.
 * Cost: an addition looks at each profile of its thread.
 */
import type { Profile } from './knowledge.js';
import { compareText } from './knowledge.js';

export class ThreadProfiles {
  readonly #ofThread = new Map<string, ReadonlySet<number>[]>();

  add(thread: string, nestings: ReadonlySet<number>): void {
    if (nestings.size === 0) return;
    const known = this.#ofThread.get(thread) ?? [];
    if (known.some((profile) => isWithin(nestings, profile))) return;
    this.#ofThread.set(thread, [...known.filter((profile) => !isWithin(profile, nestings)), nestings]);
  }

  /** In canonical order, those of equal threads in one. @param indexOf what a nesting is called in the outcome */
  profiles(indexOf: (nesting: number) => number): Profile[] {
    const found = new Map<string, { threads: string[]; nestings: number[] }>();
    for (const [thread, profiles] of [...this.#ofThread].toSorted(([one], [other]) => compareText(one, other))) {
      for (const profile of profiles) {
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

function isWithin(one: ReadonlySet<number>, other: ReadonlySet<number>): boolean {
  if (one.size > other.size) return false;
  for (const nesting of one) if (!other.has(nesting)) return false;
  return true;
}
