/**
 * Tells findings of the lock order anew by what a prediction says of their patterns: proved with a schedule, refuted, or why neither.
 * Cost: that of the prediction, and of the schedules that are listed.
 */
import type { EventLog } from '../trace/event-log.js';
import type { EventStore } from '../trace/event-store.js';
import type { Registry } from '../trace/registry.js';
import { SCHEDULE_LIMIT, SCHEDULES_LIMIT } from './finding.js';
import type { Finding, ScheduleRun, Unproved } from './finding.js';
import type { Findings } from './findings.js';
import type { LockOrderDetector } from './lock-order.js';
import type { Moment } from './order/moments.js';
import type { Parts } from './predict/parts.js';
import { predict } from './predict/predict.js';
import type { Witness } from './predict/witness.js';
import { NONE } from './state/columns.js';

/** Switches of a schedule that are listed. */
const RUNS_LIMIT = 10_000;

export class Prediction {
  readonly #registry: Registry;
  readonly #findings: Findings;
  readonly #order: LockOrderDetector;
  readonly #store: EventStore;
  readonly #log: EventLog | undefined;

  constructor(registry: Registry, findings: Findings, order: LockOrderDetector, store: EventStore, log: EventLog | undefined) {
    this.#registry = registry;
    this.#findings = findings;
    this.#order = order;
    this.#store = store;
    this.#log = log;
  }

  /** Proves what it can. @returns whether some patterns were given up */
  *prove(): Parts<boolean> {
    const { book, order } = this.#order.instances;
    const ordered = book.refutedAs('ordered');
    const verdicts = yield* predict({
      store: this.#store,
      registry: this.#registry,
      tree: order.tree,
      role: this.#order.role,
      patterns: new Map([...book.patterns, ...ordered]),
      misused: this.#order.misusedLocks,
      listed: { each: SCHEDULE_LIMIT, all: SCHEDULES_LIMIT },
    });
    let gaveUp = false;
    for (const [key, verdict] of verdicts) {
      yield;
      if (typeof verdict === 'object') {
        if (ordered.has(key)) this.#order.instances.add(ordered.get(key)!);
        this.#prove(key, verdict);
      } else if (!ordered.has(key)) {
        if (verdict === 'unreachable') this.#order.instances.withdraw(key, 'unreachable', NONE);
        else this.doubt(key, verdict);
        gaveUp ||= verdict === 'gave-up';
      }
    }
    return gaveUp;
  }

  /** Says of all patterns why they are not proved. */
  doubtAll(unproved: Unproved): void {
    for (const key of this.#order.instances.book.patterns.keys()) this.doubt(key, unproved);
  }

  doubt(key: string, unproved: Unproved): void {
    const { findings, tells, book } = this.#order.instances;
    const index = findings.get(key);
    const pattern = book.patterns.get(key);
    if (index === undefined || pattern === undefined) return;
    this.#findings.replace(index, { ...tells.finding(pattern), id: this.#findings.list[index]!.id, unproved });
  }

  #prove(key: string, witness: Witness): void {
    const { findings, tells, book, order } = this.#order.instances;
    const index = findings.get(key);
    const pattern = book.patterns.get(key);
    if (index === undefined || pattern === undefined) return;
    const finding = this.#findings.list[index]!;
    const moments = witness.proposal.stops.map(({ row }, i) => {
      const takenAt = witness.takenAt[i]!;
      const hold = takenAt === NONE ? NONE : order.tree.findInWay(pattern[i]!, order.tree.want(pattern.at(i - 1)!));
      return {
        requested: this.#moment(row, order.tree.requestedAt(pattern[i]!)),
        acquired: hold === NONE ? undefined : this.#moment(takenAt, order.tree.acquiredAt(pattern[i]!, hold)),
      };
    });
    this.#findings.replace(index, { ...tells.reached(finding, moments), evidence: 'proved', ...this.#schedule(witness) });
  }

  /** @param first where the same was first done: its calling context is known */
  #moment(row: number, first: Moment | undefined): Moment {
    const event = row + 1;
    const logged = this.#log?.rowOf(event) ?? -1;
    if (logged >= 0) return { event, call: this.#log!.call(logged) };
    return { event, call: first?.event === event ? first.call : 0 };
  }

  #schedule({ steps, isWhole, proposal }: Witness): Partial<Finding> {
    if (isWhole) return this.#listed(steps);
    const cut = [...proposal.cut].filter(([, row]) => row > 0);
    const scheduleCut = Object.fromEntries(cut.map(([thread, row]) => [this.#registry.threads.name(thread), this.#place(Math.min(row, this.#store.size) - 1)]));
    return { scheduleCut, ...(steps.rows.length === 0 ? undefined : this.#listed(steps)) };
  }

  #listed({ rows, threads }: Witness['steps']): Partial<Finding> {
    const schedule = rows.map((row) => this.#place(row));
    const runs: ScheduleRun[] = [];
    for (const [i, step] of schedule.entries()) {
      const thread = this.#registry.threads.name(threads[i]!);
      const run = runs.at(-1);
      if (run?.thread === thread) runs[runs.length - 1] = { ...run, to: step, steps: run.steps + 1 };
      else runs.push({ thread, from: step, to: step, steps: 1 });
      if (runs.length > RUNS_LIMIT) return { schedule };
    }
    return { schedule, runs };
  }

  /** The line of a row, or the number of its event where the trace has no lines. */
  #place(row: number): number {
    return this.#store.lineOf(row + 1) || row + 1;
  }
}
