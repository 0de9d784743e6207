/**
 * The patterns of a run, each once: as it is known what makes two the same, which ones were refuted and why. Two acquires are the same to a pattern
 * if their threads, what they want and what they hold are; the order in which they took what they hold is not.
 * Memory: a string and an array for each pattern; of those refuted, at most {@link MOST_REFUTED}, of further ones a count.
 */
import { Mode } from '../../trace/event.js';
import { modeOf, objectOf } from './acquire-tree.js';
import type { AcquireId, AcquireTree } from './acquire-tree.js';
import type { Flaw, Pattern } from './pattern-search.js';

export type RefutedBecause = Flaw['reason'] | 'ordered' | 'unreachable';

export interface Refuted {
  readonly reason: RefutedBecause;
  readonly pattern: Pattern;
  /** What the reason is about, or NONE. */
  readonly object: number;
}

/** Patterns that are told. */
const MOST_PATTERNS = 10_000;
const MOST_REFUTED = 10_000;

export class PatternBook {
  readonly #tree: AcquireTree;
  readonly #patterns = new Map<string, Pattern>();
  readonly #refuted = new Map<string, Refuted>();
  readonly #uncounted = new Map<RefutedBecause, number>();
  /** There were more patterns than are kept. */
  truncated = false;

  constructor(tree: AcquireTree) {
    this.#tree = tree;
  }

  /** Those that stand, in the order in which they were found. */
  get patterns(): ReadonlyMap<string, Pattern> {
    return this.#patterns;
  }

  get refuted(): Iterable<Refuted> {
    return this.#refuted.values();
  }

  /** Those that were refuted for a reason, by key. */
  refutedAs(reason: RefutedBecause): Map<string, Pattern> {
    return new Map([...this.#refuted].filter(([, refuted]) => refuted.reason === reason).map(([key, { pattern }]) => [key, pattern]));
  }

  /** Equal for the same patterns. */
  key(pattern: Pattern): string {
    return pattern
      .map((node) => acquireKey(this.#tree, node))
      .toSorted()
      .join(';');
  }

  /** @returns the key of a pattern that is new, and stands */
  add(pattern: Pattern): string | undefined {
    const key = this.key(pattern);
    if (this.#patterns.has(key)) return undefined;
    this.#refuted.delete(key);
    if (this.#patterns.size >= MOST_PATTERNS) {
      this.truncated = true;
      return undefined;
    }
    this.#patterns.set(key, pattern);
    return key;
  }

  refute(pattern: Pattern, reason: RefutedBecause, object: number): void {
    const key = this.key(pattern);
    if (this.#patterns.has(key) || this.#refuted.has(key)) return;
    if (this.#refuted.size < MOST_REFUTED) this.#refuted.set(key, { reason, pattern, object });
    else this.#uncounted.set(reason, (this.#uncounted.get(reason) ?? 0) + 1);
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

  counts(): Partial<Record<RefutedBecause, number>> {
    const counts: Partial<Record<RefutedBecause, number>> = Object.fromEntries(this.#uncounted);
    for (const { reason } of this.#refuted.values()) counts[reason] = (counts[reason] ?? 0) + 1;
    return counts;
  }
}

/** Equal for acquires that are the same to a pattern. */
export function acquireKey(tree: AcquireTree, node: AcquireId): string {
  const want = tree.want(node);
  const held: number[] = [];
  for (let at = tree.parent(node); !tree.isRoot(at); at = tree.parent(at)) held.push(tree.want(at));
  const wanted = modeOf(want) === Mode.join ? `end of ${objectOf(want)}` : String(want);
  return `${tree.thread(node)} ${wanted} ${held.toSorted((a, b) => a - b).join(' ')}`;
}
