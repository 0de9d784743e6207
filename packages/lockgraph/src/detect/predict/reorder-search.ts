/**
 * Patterns that no schedule reaches which keeps the order of critical sections: of a trace that is small enough all of it is searched, else stretches of
 * it around instances that lie close together; what comes before a stretch is executed as it was.
 * Cost: bounded by states for a pattern and for all; some stretches of the trace are read for each pattern.
 */
import type { EventStore } from '../../trace/event-store.js';
import type { ThreadId } from '../../trace/event.js';
import type { AcquireTree } from '../order/acquire-tree.js';
import type { Pattern } from '../order/pattern-search.js';
import { NONE } from '../state/columns.js';
import type { AcquireGroups, GroupId } from './acquire-groups.js';
import type { Instances } from './instances.js';
import type { Parts } from './parts.js';
import type { TraceShape } from './schedule-replay.js';
import type { Reached } from './sync-preserving.js';
import { TraceWindow } from './trace-window.js';
import { neededLimits } from './window-limits.js';
import { WindowSearch } from './window-search.js';
import type { WindowGoal } from './window-search.js';

/** A trace of no more events is searched as a whole. */
const WHOLE = 4096;
/** Events before and behind the instances that a stretch has, one after the other. */
const MARGINS = [256, 4096];
/** Instances farther apart than this are not searched for. */
const SPAN = 8192;
/** Choices of instances that are tried. */
const CHOICES = 3;
/** States of a whole trace, of a stretch, and of all searches. */
const WHOLE_STATES = 100_000;
const STATES = 2_000;
const ALL_STATES = 1_000_000;

/** A reached pattern whose last steps are in another order than in the trace. */
export interface Reordered extends Reached {
  readonly tail: readonly number[];
}

/**
 * `searched`: no order of the events in which every read sees what it saw reaches it. `unreachable`: nor any order that locks, starts and joins allow.
 * `kept-order`: nor was any found that keeps the order of what is no mutex and no reader-writer lock; others were not tried. `gave-up`: not all orders were tried.
 */
export type SearchOutcome = Reordered | 'searched' | 'unreachable' | 'kept-order' | 'gave-up';

export interface ReorderInput {
  readonly store: EventStore;
  readonly shape: TraceShape;
  readonly tree: AcquireTree;
  readonly groups: AcquireGroups;
  readonly instances: Instances;
}

interface Part {
  readonly thread: ThreadId;
  readonly group: GroupId;
}

export class ReorderSearch {
  readonly #input: ReorderInput;
  #statesLeft = ALL_STATES;

  constructor(input: ReorderInput) {
    this.#input = input;
  }

  *search(pattern: Pattern): Parts<SearchOutcome> {
    const { store, tree, groups } = this.#input;
    const parts = pattern.map((node) => ({ thread: tree.thread(node), group: groups.of(node) }));
    if (parts.some(({ group }) => this.#input.instances.count(group) === 0)) return 'gave-up';
    if (store.size <= WHOLE) return yield* this.#whole(parts);
    for (const rows of this.#closeChoices(parts)) {
      for (const margin of MARGINS) {
        const first = Math.max(0, Math.min(...rows) - margin);
        const last = Math.min(store.size, Math.max(...rows) + margin);
        const found = yield* this.#within(new TraceWindow(store, this.#input.shape, first, last), parts, true, false);
        if (typeof found === 'object') return found;
        if (this.#statesLeft <= 0) return 'gave-up';
      }
    }
    return 'gave-up';
  }

  *#whole(parts: readonly Part[]): Parts<SearchOutcome> {
    const { store, shape } = this.#input;
    const window = new TraceWindow(store, shape, 0, store.size);
    const quick = yield* this.#within(window, parts, true, false);
    if (typeof quick === 'object') return quick;
    const all = yield* this.#within(window, parts, false, false);
    if (typeof all === 'object') return all;
    if (all === 'gave-up') return all;
    if (!window.isExact) return 'kept-order';
    return (yield* this.#within(window, parts, false, true)) === 'searched' ? 'unreachable' : 'searched';
  }

  /** @param needed only what is needed is executed. @param free reads may see any write */
  *#within(window: TraceWindow, parts: readonly Part[], needed: boolean, free: boolean): Parts<Reordered | 'searched' | 'gave-up'> {
    yield;
    const goal = this.#goal(window, parts);
    if (goal === undefined) return 'searched';
    const caps = new Int32Array(window.events.length).fill(NONE);
    for (const [i, thread] of goal.threads.entries()) {
      const last = Math.max(...goal.stops[i]!);
      caps[thread] = window.events[thread]!.indexOf(last);
    }
    const limits = needed ? neededLimits(window, caps) : caps.map((cap, thread) => (cap === NONE ? window.events[thread]!.length : cap));
    const search = new WindowSearch(window, goal, limits, free);
    const found = yield* search.run(Math.min(window.size === this.#input.store.size ? WHOLE_STATES : STATES, this.#statesLeft));
    this.#statesLeft -= search.states;
    if (found === undefined) return 'searched';
    if (found === 'gave-up') return found;
    const cut = new Map<ThreadId, number>();
    if (window.start > 0) for (let thread = 0; thread < this.#input.shape.threads; thread++) cut.set(thread, window.start);
    return { rows: found.stops.map((stop) => stop + window.start), cut, tail: found.path.map((event) => event + window.start) };
  }

  /** Undefined if a part of the pattern has no instance in the stretch. */
  #goal(window: TraceWindow, parts: readonly Part[]): WindowGoal | undefined {
    const end = window.start + window.size;
    const threads: number[] = [];
    const stops: Set<number>[] = [];
    for (const { thread, group } of parts) {
      const number = window.numberOf(thread);
      const rows = this.#input.instances.rowsBetween(group, window.start, end);
      if (number === undefined || rows.length === 0) return undefined;
      threads.push(number);
      stops.push(new Set(rows.map((row) => row - window.start)));
    }
    return { threads, stops };
  }

  /** Rows of instances, one of each part, that are close together: for some of the rarest part, the nearest of the others. */
  #closeChoices(parts: readonly Part[]): number[][] {
    const { instances } = this.#input;
    const rarest = parts.reduce((least, part) => (instances.count(part.group) < instances.count(least.group) ? part : least));
    const count = instances.count(rarest.group);
    const choices: { rows: number[]; span: number }[] = [];
    const stride = Math.max(1, Math.floor(count / 64));
    for (let i = 0; i < count; i += stride) {
      const chosen = parts.map(({ group }) => instances.nearest(group, instances.row(rarest.group, i)));
      choices.push({ rows: chosen, span: Math.max(...chosen) - Math.min(...chosen) });
    }
    return choices
      .filter(({ span }) => span <= SPAN)
      .toSorted((one, other) => one.span - other.span)
      .slice(0, CHOICES)
      .map((choice) => choice.rows);
  }
}
