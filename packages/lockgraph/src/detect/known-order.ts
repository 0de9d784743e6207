/**
 * What other schedules, and other tests side by side, could come to by what many runs have shown. The threads of all runs are one program to the
 * lock order that a live run has: each makes its nestings there, and what closes is judged by who the threads are.
 * Cost: that of a lock order of the distinct nestings.
 */
import { Mode } from '../trace/event.js';
import type { Analysis, Finding, Place } from './finding.js';
import { ApartThreads } from './knowledge/apart.js';
import type { HoldMode, Knowledge, Nesting, Spot } from './knowledge/knowledge.js';
import type { Member } from './knowledge/known-patterns.js';
import { Makers } from './knowledge/makers.js';
import type { Maker } from './knowledge/makers.js';
import { MAX_CYCLE } from './monitor.js';
import { wantOf } from './order/acquire-tree.js';
import type { AcquireId } from './order/acquire-tree.js';
import { LockOrder } from './order/lock-order.js';
import { PatternBook, requestKey } from './order/pattern-book.js';
import type { RefutedBecause } from './order/pattern-book.js';
import type { Pattern } from './order/pattern-search.js';
import { Segments } from './order/segments.js';
import { PatternFindings } from './pattern-findings.js';
import { NONE } from './state/columns.js';

/**
 * The deadlocks that threads of the runs could come to, one for each set of nestings that makes one. All are `possible` and `byClass`.
 * @param name what the report calls the knowledge
 * @param maxCycle threads of a cycle, at most
 * @throws TypeError if a nesting has no example, which what is read or gathered always has
 */
export function analyseKnowledge(knowledge: Knowledge, name: string, maxCycle: number = MAX_CYCLE): Analysis {
  return new KnownOrder(knowledge, maxCycle).analysis(name);
}

class KnownOrder {
  readonly #knowledge: Knowledge;
  readonly #maxCycle: number;
  readonly #makers: Makers;
  readonly #apart: ApartThreads;
  readonly #classes: readonly string[];
  readonly #order: LockOrder;
  readonly #book: PatternBook;
  readonly #tells: PatternFindings;
  readonly #findings = new Map<string, Finding>();
  readonly #nestingOf = new Map<AcquireId, number>();
  /** By number of an event; these begin with 1. */
  readonly #places: Place[] = [{ event: 0 }];

  constructor(knowledge: Knowledge, maxCycle: number) {
    this.#knowledge = knowledge;
    this.#maxCycle = maxCycle;
    this.#makers = new Makers(knowledge, maxCycle);
    this.#apart = new ApartThreads(knowledge.patterns);
    this.#classes = classesOf(knowledge);
    const several = new Set(knowledge.several);
    const role = { object: (lock: number) => lock, end: () => NONE, isOneLock: (object: number) => !several.has(this.#classes[object]!), hasModes: false };
    this.#order = new LockOrder(role, new Segments(), maxCycle, {
      pattern: (pattern) => this.#judge(pattern),
      refuted: (cycle, { reason, object }) => this.#book.refute(cycle, reason, object),
      ordered: () => {},
    });
    const { tree } = this.#order;
    this.#book = new PatternBook((node) => requestKey(tree, node));
    const names = { thread: (thread: number) => this.#makers.list[thread]!.thread, object: (object: number) => this.#classes[object]! };
    this.#tells = new PatternFindings(names, { place: (event) => this.#places[event]! }, tree, true);
    this.#run();
  }

  analysis(name: string): Analysis {
    const { complete, profiles } = this.#knowledge;
    const threads = profiles.reduce((sum, profile) => sum + profile.threads.length, 0);
    return {
      source: { name, events: 0, threads, locks: this.#classes.length, operations: 0, complete, merged: true },
      findings: [...this.#findings.values()],
      refuted: this.#book.counts(),
      refutedPatterns: this.#book.firstRefuted().map((refuted) => this.#tells.refuted(refuted)),
      search: { maxCycle: this.#maxCycle, truncated: this.#book.cutShort(this.#order.search) },
    };
  }

  /** Every maker makes its nestings. What is known with a place comes first, so that it is what a finding tells. */
  #run(): void {
    const ids = new Map(this.#classes.map((name, id) => [name, id]));
    const isShown = ({ thread }: Maker, nesting: number): boolean => this.#knowledge.nestings[nesting]!.examples.some((example) => example.thread === thread);
    for (const shown of [true, false]) {
      for (const [thread, maker] of this.#makers.list.entries()) {
        for (const nesting of maker.nestings) if (isShown(maker, nesting) === shown) this.#make(thread, maker, nesting, ids);
      }
    }
  }

  #make(thread: number, maker: Maker, index: number, ids: ReadonlyMap<string, number>): void {
    const order = this.#order;
    const { wants, held, tried, examples } = this.#knowledge.nestings[index]!;
    // Who has no example of his own gets that of another one, who did the same.
    const example = examples.find((each) => each.thread === maker.thread) ?? examples[0];
    if (example?.acquiredAt.length !== held.length) {
      const got = example === undefined ? 'no example' : `an example with ${example.acquiredAt.length} places`;
      throw new TypeError(`nestings[${index}] of the knowledge: expected an example with a place for each of the ${held.length} held classes, got ${got}`);
    }
    const event = (spot: Spot): number => this.#places.push({ trace: example.trace, ...spot }) - 1;
    for (const [i, use] of held.entries()) {
      order.acquire(event(example.acquiredAt[i]!), thread, ids.get(use.class)!, modeOf(use.mode), 0, true);
    }
    const lock = ids.get(wants.class)!;
    const node = order.contexts.next(thread, wantOf(lock, modeOf(wants.mode)));
    if (!tried || !this.#nestingOf.has(node)) this.#nestingOf.set(node, index);
    const at = event(example.requestedAt);
    if (tried) {
      order.acquire(at, thread, lock, modeOf(wants.mode), 0, false);
      order.release(thread, lock, modeOf(wants.mode));
    } else order.request(at, thread, lock, modeOf(wants.mode), 0);
    for (const use of held.toReversed()) order.release(thread, ids.get(use.class)!, modeOf(use.mode));
  }

  #judge(pattern: Pattern): void {
    const reason = this.#flaw(pattern);
    if (reason !== undefined) {
      this.#book.refute(pattern, reason, NONE);
      return;
    }
    const key = this.#book.add(pattern);
    if (key !== undefined) this.#findings.set(key, this.#tells.finding(pattern));
  }

  /** Why the threads of a pattern, who are others to the lock order, cannot come there. */
  #flaw(pattern: Pattern): RefutedBecause | undefined {
    const makers = pattern.map((node) => this.#order.tree.thread(node));
    const same = makers.map((one, i) => makers.slice(i + 1).filter((other) => this.#makers.isOneThread(one, other)).length);
    const pairs = same.reduce((sum, count) => sum + count, 0);
    if (pairs > 0) return pairs === (makers.length * (makers.length - 1)) / 2 ? 'same-thread' : 'never-together';
    const members = pattern.map((node, i): Member => [this.#nestingOf.get(node)!, this.#makers.list[makers[i]!]!.thread]);
    return this.#apart.has(members) ? 'ordered' : undefined;
  }
}

function modeOf(mode: HoldMode): Mode {
  return Mode[mode];
}

/** Those that were held or wanted in a nesting. */
function classesOf({ nestings }: Pick<Knowledge, 'nestings'>): string[] {
  return [...new Set(nestings.flatMap(({ wants, held }: Nesting) => [wants.class, ...held.map((use) => use.class)]))];
}
