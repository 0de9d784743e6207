/** A lock order, the patterns that it has, and the findings that are made of these. Cost: that of the order; a finding is made once for each pattern. */
import type { Finding, RefutationReason, RefutedPattern } from './finding.js';
import type { FindingIndex, Findings } from './findings.js';
import { LockOrder } from './order/lock-order.js';
import type { LockRole } from './order/lock-order.js';
import { acquireKey, PatternBook } from './order/pattern-book.js';
import type { Pattern } from './order/pattern-search.js';
import type { Segments } from './order/segments.js';
import { PatternFindings } from './pattern-findings.js';
import type { OrderNames } from './pattern-findings.js';
import type { Places } from './places.js';
import { NONE } from './state/columns.js';

/** What the order of locks and that of their classes share. */
export interface OrderSetting {
  readonly segments: Segments;
  /** Requests of a pattern, at most. */
  readonly maxCycle: number;
  readonly places: Places;
  readonly findings: Findings;
  /** Findings that are told no more. */
  readonly withdrawn: Set<FindingIndex>;
}

export class OrderBook {
  readonly order: LockOrder;
  readonly book: PatternBook;
  readonly tells: PatternFindings;
  /** By key of the pattern. */
  readonly findings = new Map<string, FindingIndex>();
  readonly #setting: OrderSetting;

  /** @param byClass whether the order is one of lock classes */
  constructor(role: LockRole, names: OrderNames, byClass: boolean, setting: OrderSetting) {
    this.#setting = setting;
    this.order = new LockOrder(role, setting.segments, setting.maxCycle, {
      pattern: (pattern) => this.add(pattern),
      refuted: (cycle, { reason, object }) => this.book.refute(cycle, reason, object),
      ordered: (pattern) => this.book.refute(pattern, 'ordered', NONE),
    });
    const { tree } = this.order;
    this.book = new PatternBook((node) => acquireKey(tree, node));
    this.tells = new PatternFindings(names, setting.places, tree, byClass);
  }

  /** A pattern stands: now for the first time, or again. */
  add(pattern: Pattern): void {
    const key = this.book.add(pattern);
    if (key === undefined) return;
    const known = this.findings.get(key);
    if (known !== undefined) {
      this.#setting.withdrawn.delete(known);
      return;
    }
    const finding = this.tells.finding(pattern);
    this.findings.set(key, this.#setting.findings.add(`order ${finding.byClass ?? false} ${key}`, finding));
  }

  /** A pattern that stood is refuted after all. @param object what the reason is about, or {@link NONE} */
  withdraw(key: string, reason: RefutationReason, object: number): void {
    this.book.withdraw(key, reason, object);
    const index = this.findings.get(key);
    if (index !== undefined) this.#setting.withdrawn.add(index);
  }

  /** None of it is told any more. */
  withdrawAll(): void {
    for (const index of this.findings.values()) this.#setting.withdrawn.add(index);
  }

  /** What was found of its patterns, whether it is told or not. */
  *found(): Generator<readonly [FindingIndex, Finding]> {
    for (const index of this.findings.values()) yield [index, this.#setting.findings.list[index]!];
  }

  /** The first refuted patterns of each reason. */
  refuted(): RefutedPattern[] {
    return this.book.firstRefuted().map((refuted) => this.tells.refuted(refuted));
  }

  /** What of the search was cut short. */
  truncated(): ('cycles' | 'patterns')[] {
    return this.book.cutShort(this.order.search);
  }
}
