/**
 * The patterns of a run, each once: as it is known what makes two the same, which ones were refuted and why. Two acquires are the same to a pattern
 * if their threads, what they want and what they hold are; the order in which they took what they hold is not.
 * Memory: a string and an array for each pattern; of those refuted, at most {@link MOST_REFUTED}, of further ones a count.
 */
import { Mode } from '../../trace/event.js';
import { mixed } from '../state/mixed.js';
import { modeOf, objectOf } from './acquire-tree.js';
import type { AcquireId, AcquireTree } from './acquire-tree.js';
import type { Flaw, Pattern, PatternSearch } from './pattern-search.js';

export type RefutedBecause = Flaw['reason'] | 'ordered' | 'unreachable';

export interface Refuted {
  readonly reason: RefutedBecause;
  readonly pattern: Pattern;
  /** What the reason is about, or NONE. */
  readonly object: number;
}

/** Patterns that are told. */
const MOST_PATTERNS = 10_000;
const MOST_REFUTED = 1000;
/** Refuted patterns of one reason that are told, the first ones. */
const TOLD_REFUTED = 5;

/** Locks held at an acquire, of which its key is a list. */
const LISTED = 16;

export class PatternBook {
  readonly #keyOf: (node: AcquireId) => string;
  readonly #patterns = new Map<string, Pattern>();
  readonly #refuted = new Map<string, Refuted>();
  readonly #uncounted = new Map<RefutedBecause, number>();
  /** There were more patterns than are kept. */
  #truncated = false;

  /** @param keyOf equal for acquires that are the same to a pattern */
  constructor(keyOf: (node: AcquireId) => string) {
    this.#keyOf = keyOf;
  }

  /** Those that stand, in the order in which they were found. */
  get patterns(): ReadonlyMap<string, Pattern> {
    return this.#patterns;
  }

  /** The first refuted ones of each reason. */
  firstRefuted(): Refuted[] {
    const told = new Map<RefutedBecause, number>();
    return [...this.#refuted.values()].filter(({ reason }) => {
      const before = told.get(reason) ?? 0;
      told.set(reason, before + 1);
      return before < TOLD_REFUTED;
    });
  }

  /** Those that were refuted for a reason, by key. */
  refutedAs(reason: RefutedBecause): Map<string, Pattern> {
    return new Map([...this.#refuted].filter(([, refuted]) => refuted.reason === reason).map(([key, { pattern }]) => [key, pattern]));
  }

  /** Equal for the same patterns. */
  key(pattern: Pattern): string {
    return pattern
      .map((node) => this.#keyOf(node))
      .toSorted()
      .join(';');
  }

  /** @returns the key of a pattern that is new, and stands */
  add(pattern: Pattern): string | undefined {
    const key = this.key(pattern);
    if (this.#patterns.has(key)) return undefined;
    this.#refuted.delete(key);
    if (this.#patterns.size >= MOST_PATTERNS) {
      this.#truncated = true;
      return undefined;
    }
    this.#patterns.set(key, pattern);
    return key;
  }

  refute(pattern: Pattern, reason: RefutedBecause, object: number): void {
    // What is only counted is not told apart: a key costs as much as what is held.
    if (this.#refuted.size >= MOST_REFUTED) {
      this.#uncounted.set(reason, (this.#uncounted.get(reason) ?? 0) + 1);
      return;
    }
    const key = this.key(pattern);
    if (!this.#patterns.has(key) && !this.#refuted.has(key)) this.#refuted.set(key, { reason, pattern, object });
  }

  /** A pattern that stood is refuted after all. */
  withdraw(key: string, reason: RefutedBecause, object: number): void {
    const pattern = this.#patterns.get(key)!;
    this.#patterns.delete(key);
    this.#refuted.set(key, { reason, pattern, object });
  }

  /** Keys of the patterns that an acquire is part of. O(patterns). */
  keysWith(node: AcquireId): string[] {
    return [...this.#patterns].filter(([, pattern]) => pattern.includes(node)).map(([key]) => key);
  }

  /** What was cut short of a search that told its patterns to this book. */
  cutShort({ truncated: { cycles, patterns } }: PatternSearch): ('cycles' | 'patterns')[] {
    return [...(cycles ? (['cycles'] as const) : []), ...(patterns || this.#truncated ? (['patterns'] as const) : [])];
  }

  counts(): Partial<Record<RefutedBecause, number>> {
    const counts: Partial<Record<RefutedBecause, number>> = Object.fromEntries(this.#uncounted);
    for (const { reason } of this.#refuted.values()) counts[reason] = (counts[reason] ?? 0) + 1;
    return counts;
  }
}

/** Equal for acquires that are the same to a pattern. */
export function acquireKey(tree: AcquireTree, node: AcquireId): string {
  return `${tree.thread(node)} ${requestKey(tree, node)}`;
}

/** Equal for acquires of any threads that want the same while they hold the same. */
export function requestKey(tree: AcquireTree, node: AcquireId): string {
  const want = tree.want(node);
  const wanted = modeOf(want) === Mode.join ? `end of ${objectOf(want)}` : String(want);
  return `${wanted} ${tree.depth(node) > LISTED ? digest(tree, node) : list(tree, node)}`;
}

/** What is held, in an order that is not that of the acquires. */
function list(tree: AcquireTree, node: AcquireId): string {
  const held: number[] = [];
  for (let at = tree.parent(node); !tree.isRoot(at); at = tree.parent(at)) held.push(tree.want(at));
  return held.toSorted((a, b) => a - b).join(' ');
}

/** How many are held, and 64 bits of hash, the same for the same ones in any order: keys of deep nestings would be as long as these. */
function digest(tree: AcquireTree, node: AcquireId): string {
  let one = 0;
  let other = 0;
  for (let at = tree.parent(node); !tree.isRoot(at); at = tree.parent(at)) {
    one = (one + mixed(tree.want(at))) | 0;
    other = (other + mixed(~tree.want(at))) | 0;
  }
  return `${tree.depth(node)}: ${one} ${other}`;
}
