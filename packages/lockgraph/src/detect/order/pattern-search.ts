/**
 * Deadlock patterns through a given acquire: simple cycles of requests by distinct threads, on distinct locks, with disjoint held sets (an abstract
 * deadlock pattern of Tunç et al., PLDI 2023; a chain of iGoodlock). A chain grows backwards: each acquire before holds nothing of what the chain
 * holds, and wants something that the last one holds, or the end of its thread. It closes when it holds what the first one wants, and does not
 * grow then: its held set would meet the one that follows; or, where both share that lock, the longer cycle would say nothing that the shorter one does not.
 *
 * Cost: exponential in the length of a cycle at worst, as the problem is; bounded by the longest cycle and by a number of steps, and what that cuts
 * off is said. Only acquires on cycles of the order graph are looked at, which leaves few.
 */
import { Mode } from '../../trace/event.js';
import type { ThreadId } from '../../trace/event.js';
import { conflict } from '../../trace/lock-modes.js';
import { NONE } from '../state/columns.js';
import { AcquireFlag, modeOf, objectOf } from './acquire-tree.js';
import type { AcquireId, AcquireTree } from './acquire-tree.js';
import { ChainHolds } from './chain-holds.js';
import type { WantsIndex } from './wants-index.js';

/** Each acquire wants what the next one holds, and the last one what the first one holds; or the end of its thread. */
export type Pattern = readonly AcquireId[];

/** What makes a cycle of requests no pattern, and the object that it is about, if it is about one. */
export interface Flaw {
  readonly reason: 'same-thread' | 'never-together' | 'gate-lock' | 'try-lock' | 'readers';
  readonly object: number;
}

export interface PatternSearchOptions {
  /** Acquires of a pattern, at most. */
  readonly maxCycle: number;
  /** Whether two acquires may be on one cycle of the order graph, by what they want. */
  readonly onCycle: (one: AcquireId, other: AcquireId) => boolean;
  /** Whether two threads that hold `object` hold one and the same lock. */
  readonly isOneLock: (object: number) => boolean;
}

/** Steps that all searches of a run may take, and one of them. */
const ALL_STEPS = 50_000_000;
const SEARCH_STEPS = 2_000_000;
/** The same for searches that only explain why there is no pattern. */
const ALL_FLAW_STEPS = 2_000_000;
const FLAW_SEARCH_STEPS = 2_000;

/** 2^4 locks that are looked at, among those that are held at acquires, count for one step more. */
const LOOKED_SHIFT = 4;

export class PatternSearch {
  /** A chain of the greatest length could have grown; the steps were used up. */
  readonly truncated = { cycles: false, patterns: false };
  readonly #tree: AcquireTree;
  readonly #index: WantsIndex;
  readonly #options: PatternSearchOptions;
  /** The first acquire, and those before it. */
  readonly #chain: AcquireId[] = [];
  readonly #threads: ThreadId[] = [];
  /** What the acquires of the chain hold, while patterns are searched. */
  readonly #held: ChainHolds;
  #strict = true;
  #found: (pattern: Pattern) => void = () => {};
  #steps = 0;
  /** Up to where {@link AcquireTree.lookedAt} is counted into the steps. */
  #charged = 0;
  #stepsLeft = ALL_STEPS;
  #flawStepsLeft = ALL_FLAW_STEPS;

  constructor(tree: AcquireTree, index: WantsIndex, options: PatternSearchOptions) {
    this.#tree = tree;
    this.#index = index;
    this.#options = options;
    this.#held = new ChainHolds(tree, options.isOneLock);
  }

  /** Every pattern with `start` in it, once. */
  patterns(start: AcquireId, found: (pattern: Pattern) => void): void {
    if (!this.#tree.has(start, AcquireFlag.requested)) return;
    const steps = this.#search(start, true, Math.min(SEARCH_STEPS, this.#stepsLeft), found);
    this.#stepsLeft -= steps;
    if (this.#steps <= 0) this.truncated.patterns = true;
  }

  /** Cycles of requests through `start` that are no patterns, and what is wrong with each; not all, where there are very many. */
  flawed(start: AcquireId, found: (cycle: Pattern, flaw: Flaw) => void): void {
    this.#flawStepsLeft -= this.#search(start, false, Math.min(FLAW_SEARCH_STEPS, this.#flawStepsLeft), (cycle) => {
      const flaw = this.#flaw(cycle);
      if (flaw !== undefined) found(cycle, flaw);
    });
  }

  /** @returns the steps taken */
  #search(start: AcquireId, strict: boolean, steps: number, found: (pattern: Pattern) => void): number {
    this.#strict = strict;
    this.#found = found;
    this.#steps = steps;
    this.#charged = this.#tree.lookedAt;
    this.#push(start, this.#tree.thread(start));
    this.#grow();
    this.#pop();
    return steps - this.#steps;
  }

  #grow(): void {
    const tree = this.#tree;
    const index = this.#index;
    const last = this.#chain.at(-1)!;
    for (let held = tree.parent(last); !tree.isRoot(held); held = tree.parent(held)) {
      const want = tree.want(held);
      for (let node = index.ofLock(objectOf(want)); node !== NONE && this.#steps > 0; node = index.next(node)) this.#before(node, modeOf(want));
    }
    const joined = this.#threads.at(-1)!;
    for (let node = index.ofJoin(joined); node !== NONE && this.#steps > 0; node = index.next(node)) this.#before(node, Mode.join);
  }

  /** Takes an acquire into account that wants what the last one of the chain holds in a mode. */
  #before(node: AcquireId, heldMode: Mode): void {
    this.#charge();
    const start = this.#chain[0]!;
    if (!this.#options.onCycle(node, start)) return;
    const thread = this.#tree.thread(node);
    if (this.#chain.some((other) => this.#isNeedless(node, other))) return;
    if (this.#strict && !this.#fits(node, thread, heldMode)) return;
    if (this.#holdsWanted(node, thread, start)) {
      this.#found([node, ...this.#chain.toReversed()]);
      return;
    }
    if (this.#chain.length + 1 >= this.#options.maxCycle) {
      if (this.#strict) this.truncated.cycles = true;
      return;
    }
    this.#push(node, thread);
    this.#grow();
    this.#pop();
  }

  /** A step, and what was looked at since the one before. */
  #charge(): void {
    const more = (this.#tree.lookedAt - this.#charged) >>> LOOKED_SHIFT;
    this.#steps -= 1 + more;
    this.#charged += more << LOOKED_SHIFT;
  }

  #fits(node: AcquireId, thread: ThreadId, heldMode: Mode): boolean {
    const tree = this.#tree;
    if (!tree.has(node, AcquireFlag.requested) || this.#threads.includes(thread)) return false;
    if (heldMode !== Mode.join && !conflict(modeOf(tree.want(node)), heldMode)) return false;
    return !this.#held.exclude(node);
  }

  /**
   * Whether a cycle with both acquires would say nothing that a shorter one does not: they want the same. But who wants a lock in another mode than he
   * has it may wait for others of its holders than who has it not, and they for him.
   */
  #isNeedless(node: AcquireId, other: AcquireId): boolean {
    if (node === other) return true;
    const want = this.#tree.want(node);
    if (!sameWant(want, this.#tree.want(other))) return false;
    if (modeOf(want) === Mode.join) return true;
    const object = objectOf(want);
    return this.#tree.findHeld(node, object) === NONE && this.#tree.findHeld(other, object) === NONE;
  }

  /** Whether `node` holds what `start` wants, or is of the thread that it joins. */
  #holdsWanted(node: AcquireId, thread: ThreadId, start: AcquireId): boolean {
    const tree = this.#tree;
    const wanted = tree.want(start);
    if (modeOf(wanted) === Mode.join) return objectOf(wanted) === thread;
    return (this.#strict ? tree.findInWay(node, wanted) : tree.findHeld(node, objectOf(wanted))) !== NONE;
  }

  /** A lock that keeps two acquires from standing still at the same time, or NONE. */
  #gate(one: AcquireId, other: AcquireId): number {
    const tree = this.#tree;
    for (let held = tree.parent(one); !tree.isRoot(held); held = tree.parent(held)) {
      const object = objectOf(tree.want(held));
      const common = tree.findHeld(other, object);
      if (common === NONE || !conflict(modeOf(tree.want(held)), modeOf(tree.want(common)))) continue;
      if (this.#options.isOneLock(object)) return object;
    }
    return NONE;
  }

  #flaw(cycle: Pattern): Flaw | undefined {
    const tree = this.#tree;
    const threads = new Set(cycle.map((node) => tree.thread(node)));
    if (threads.size === 1) return { reason: 'same-thread', object: NONE };
    if (threads.size < cycle.length) return { reason: 'never-together', object: NONE };
    const tried = cycle.find((node) => !tree.has(node, AcquireFlag.requested));
    if (tried !== undefined) return { reason: 'try-lock', object: objectOf(tree.want(tried)) };
    const shared = cycle.find((node, i) => this.#shares(node, cycle[(i + 1) % cycle.length]!));
    if (shared !== undefined) return { reason: 'readers', object: objectOf(tree.want(shared)) };
    for (const [i, one] of cycle.entries()) {
      for (const other of cycle.slice(i + 1)) {
        const gate = this.#gate(one, other);
        if (gate !== NONE) return { reason: 'gate-lock', object: gate };
      }
    }
    return undefined;
  }

  /** Whether an acquire gets what it wants although the other one holds it. */
  #shares(node: AcquireId, holder: AcquireId): boolean {
    const want = this.#tree.want(node);
    if (modeOf(want) === Mode.join) return false;
    return this.#tree.findHeld(holder, objectOf(want)) !== NONE && this.#tree.findInWay(holder, want) === NONE;
  }

  #push(node: AcquireId, thread: ThreadId): void {
    this.#chain.push(node);
    this.#threads.push(thread);
    if (this.#strict) this.#held.add(node);
  }

  #pop(): void {
    const node = this.#chain.pop()!;
    this.#threads.pop();
    if (this.#strict) this.#held.remove(node);
  }
}

function sameWant(one: number, other: number): boolean {
  return objectOf(one) === objectOf(other) && (modeOf(one) === Mode.join) === (modeOf(other) === Mode.join);
}
