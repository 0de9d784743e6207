/**
 * Joins what runs have shown. Whatever is merged with whatever first, and however often, the outcome is the same.
 * Cost: about linear in the parts.
 */
import { Examples } from './examples.js';
import { compareText, nestingKey } from './knowledge.js';
import type { Example, Knowledge, Nesting } from './knowledge.js';
import { KnownPatterns } from './known-patterns.js';
import type { Member } from './known-patterns.js';
import { ThreadProfiles } from './thread-profiles.js';

/** The knowledge of all parts together; of none, that of no run. A pure function. */
export function mergeKnowledge(parts: Iterable<Knowledge>): Knowledge {
  const merge = new KnowledgeMerge();
  for (const part of parts) merge.add(part);
  return merge.knowledge();
}

/** Takes knowledge in, part by part or piece by piece. Nestings are numbered as they come. */
export class KnowledgeMerge {
  #complete = true;
  readonly #several = new Set<string>();
  readonly #ids = new Map<string, number>();
  readonly #nestings: { readonly nesting: Omit<Nesting, 'examples'>; readonly examples: Examples }[] = [];
  readonly #profiles = new ThreadProfiles();
  readonly #patterns = new KnownPatterns();

  add({ complete, several, nestings, profiles, patterns }: Knowledge): void {
    if (!complete) this.addGap();
    for (const name of several) this.addSeveral(name);
    const ids = nestings.map((nesting) => {
      const id = this.nesting(nesting);
      for (const example of nesting.examples) this.addExample(id, example);
      return id;
    });
    for (const profile of profiles) {
      const made = new Set(profile.nestings.map((index) => ids[index]!));
      for (const thread of profile.threads) this.addProfile(thread, made);
    }
    for (const { nestings: indices, apart } of patterns) {
      if (apart === undefined) this.addMeeting(indices.map((index) => ids[index]!));
      for (const threads of apart ?? []) this.addApart(indices.map((index, i): Member => [ids[index]!, threads[i]!]));
    }
  }

  /** Parts of a run are missing. */
  addGap(): void {
    this.#complete = false;
  }

  addSeveral(name: string): void {
    this.#several.add(name);
  }

  /** The number of a nesting. */
  nesting({ wants, held, tried }: Omit<Nesting, 'examples'>): number {
    const nesting = { wants, held, tried };
    const key = nestingKey(nesting);
    const known = this.#ids.get(key);
    if (known !== undefined) return known;
    const id = this.#nestings.push({ nesting, examples: new Examples() }) - 1;
    this.#ids.set(key, id);
    return id;
  }

  addExample(nesting: number, example: Example): void {
    this.#nestings[nesting]!.examples.add(example);
  }

  addProfile(thread: string, nestings: ReadonlySet<number>): void {
    this.#profiles.add(thread, nestings);
  }

  addMeeting(nestings: readonly number[]): void {
    this.#patterns.addMeeting(nestings);
  }

  addApart(members: readonly Member[]): void {
    this.#patterns.addApart(members);
  }

  /** All that was taken in, in canonical order. */
  knowledge(): Knowledge {
    const sorted = [...this.#ids].toSorted(([one], [other]) => compareText(one, other)).map(([, id]) => id);
    const indices = new Uint32Array(sorted.length);
    for (const [index, id] of sorted.entries()) indices[id] = index;
    const indexOf = (id: number): number => indices[id]!;
    return {
      complete: this.#complete,
      several: [...this.#several].toSorted(compareText),
      nestings: sorted.map((id) => this.#nesting(id)),
      profiles: this.#profiles.profiles(indexOf),
      patterns: this.#patterns.patterns(indexOf),
    };
  }

  #nesting(id: number): Nesting {
    const { nesting, examples } = this.#nestings[id]!;
    return { ...nesting, examples: examples.list() };
  }
}
