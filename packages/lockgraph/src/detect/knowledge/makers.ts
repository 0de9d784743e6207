/**
 * Who can make which nesting on a schedule that no run has shown. Two runs of a thread's name are two threads there, unless one run of it had both
 * nestings. So a maker is a name with nestings that were always made together: makers of one name are threads of their own, and who must not
 * be paired is asked of {@link Makers.isOneThread}.
 */
import type { Knowledge } from './knowledge.js';

export interface Maker {
  readonly thread: string;
  readonly nestings: readonly number[];
}

export class Makers {
  readonly list: readonly Maker[];
  readonly #knowledge: Knowledge;
  /** By thread, the indices of its profiles. */
  readonly #profiles = new Map<string, number[]>();
  /** By profile. */
  readonly #sets: readonly ReadonlySet<number>[];

  /** @param most threads that one pattern can have: of more that did the same, the rest is left out */
  constructor(knowledge: Knowledge, most: number) {
    this.#knowledge = knowledge;
    this.#sets = knowledge.profiles.map(({ nestings }) => new Set(nestings));
    for (const [index, { threads }] of knowledge.profiles.entries()) {
      for (const thread of threads) {
        const known = this.#profiles.get(thread);
        if (known === undefined) this.#profiles.set(thread, [index]);
        else known.push(index);
      }
    }
    this.list = this.#telling(most).flatMap((thread) => this.#makers(thread));
  }

  /** Whether one thread of a name made both nestings in a run. */
  isOneThread(thread: string, one: number, other: number): boolean {
    return this.#profiles.get(thread)?.some((profile) => this.#sets[profile]!.has(one) && this.#sets[profile]!.has(other)) ?? false;
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
    const together = new Map<string, number[]>();
    const profiles = new Map<number, number[]>();
    for (const profile of this.#profiles.get(thread)!) {
      for (const nesting of this.#knowledge.profiles[profile]!.nestings) {
        const known = profiles.get(nesting);
        if (known === undefined) profiles.set(nesting, [profile]);
        else known.push(profile);
      }
    }
    for (const [nesting, madeIn] of profiles) {
      const key = madeIn.join();
      const known = together.get(key);
      if (known === undefined) together.set(key, [nesting]);
      else known.push(nesting);
    }
    return [...together.values()].map((nestings) => ({ thread, nestings }));
  }
}
