/**
 * Who can make which nesting on a schedule that no run has shown. Two runs of a thread's name are two threads there, unless one run of it had both
 * nestings. So a maker is a name with nestings that were always made together: makers of one name are threads of their own, and who must not
 * be paired is asked of {@link Makers.isOneThread}.
 */
import type { Knowledge } from './knowledge.js';

export interface Maker {
  readonly thread: string;
  readonly nestings: readonly number[];
  /** The profiles that have these nestings; their indices rise. */
  readonly profiles: readonly number[];
}

export class Makers {
  readonly list: readonly Maker[];
  readonly #knowledge: Knowledge;
  /** By thread, the indices of its profiles. */
  readonly #profiles = new Map<string, number[]>();
  readonly #oneThread = new Map<number, boolean>();

  /** @param most threads that one pattern can have: of more that did the same, the rest is left out */
  constructor(knowledge: Knowledge, most: number) {
    this.#knowledge = knowledge;
    for (const [index, { threads }] of knowledge.profiles.entries()) {
      for (const thread of threads) {
        const known = this.#profiles.get(thread);
        if (known === undefined) this.#profiles.set(thread, [index]);
        else known.push(index);
      }
    }
    this.list = this.#telling(most).flatMap((thread) => this.#makers(thread));
  }

  /** Whether a thread of one name did in one run what both makers do. */
  isOneThread(one: number, other: number): boolean {
    if (this.list[one]!.thread !== this.list[other]!.thread) return false;
    const pair = Math.min(one, other) * this.list.length + Math.max(one, other);
    let found = this.#oneThread.get(pair);
    if (found === undefined) this.#oneThread.set(pair, (found = haveCommon(this.list[one]!.profiles, this.list[other]!.profiles)));
    return found;
  }

  /** Threads of which no other `most` say the same. */
  #telling(most: number): string[] {
    const { nestings, patterns } = this.#knowledge;
    const singled = new Set(patterns.flatMap(({ apart = [] }) => apart.flat()));
    const shown = new Set(nestings.flatMap(({ examples }) => examples.map(({ thread }) => thread)));
    const alike = new Map<string, number>();
    const threads = [...this.#profiles.keys()];
    return [...threads.filter((thread) => shown.has(thread)), ...threads.filter((thread) => !shown.has(thread))].filter((thread) => {
      if (singled.has(thread)) return true;
      const profiles = this.#profiles.get(thread)!.join();
      const count = alike.get(profiles) ?? 0;
      alike.set(profiles, count + 1);
      return count < most;
    });
  }

  #makers(thread: string): Maker[] {
    const profiles = new Map<number, number[]>();
    for (const profile of this.#profiles.get(thread)!) {
      for (const nesting of this.#knowledge.profiles[profile]!.nestings) {
        const known = profiles.get(nesting);
        if (known === undefined) profiles.set(nesting, [profile]);
        else known.push(profile);
      }
    }
    const makers = new Map<string, { thread: string; nestings: number[]; profiles: number[] }>();
    for (const [nesting, madeIn] of profiles) {
      const key = madeIn.join();
      const known = makers.get(key);
      if (known === undefined) makers.set(key, { thread, nestings: [nesting], profiles: madeIn });
      else known.nestings.push(nesting);
    }
    return [...makers.values()];
  }
}

/** Whether two lists that rise have a common member. */
function haveCommon(one: readonly number[], other: readonly number[]): boolean {
  for (let i = 0, j = 0; i < one.length && j < other.length; ) {
    if (one[i] === other[j]) return true;
    if (one[i]! < other[j]!) i++;
    else j++;
  }
  return false;
}
