/**
 * Replays the schedules of patterns on the trace before anything is called proved, and lists their steps. The part of a schedule that keeps the order
 * of the trace is replayed while the trace is gone through, all of a batch at once; the part that does not, when all that it is made of has come by.
 * Cost: one walk over the trace for a batch, up to the last step of any, and some 10 ns for each step of each schedule.
 */
import { EventKind, Mode } from '../../trace/event.js';
import type { ThreadId } from '../../trace/event.js';
import type { EventStore } from '../../trace/event-store.js';
import { NONE } from '../state/columns.js';
import type { Parts } from './parts.js';
import { ScheduleReplay } from './schedule-replay.js';
import type { TraceFacts, TraceShape } from './schedule-replay.js';
import { TraceWalk } from './trace-facts.js';

/** One thread's part in a cycle: it wants a lock, or with mode `join` another thread to end. */
export interface Stop {
  readonly thread: ThreadId;
  readonly object: number;
  readonly mode: Mode;
  /** Its request, which is not executed. */
  readonly row: number;
}

/** A schedule that is said to reach a cycle. */
export interface Proposal {
  /** In the order of the cycle: each wants what the next one has. */
  readonly stops: readonly Stop[];
  /** For each thread that takes part, the first row that is not executed in the order of the trace. */
  readonly cut: ReadonlyMap<ThreadId, number>;
  /** Rows that are executed then, in this order. */
  readonly tail: readonly number[];
}

export interface Witness {
  readonly proposal: Proposal;
  /** Rows and threads of its steps, in order. */
  readonly steps: { readonly rows: readonly number[]; readonly threads: readonly ThreadId[] };
  /** Whether the steps are all of them. Else there are more than were to be listed, and they are those of the tail alone. */
  readonly isWhole: boolean;
  /** By stop: the row where its thread took what the one before it wants; {@link NONE} where that is its end. */
  readonly takenAt: readonly number[];
}

/** Whether a step is what a stop says: that its thread wants something, and how. */
function isRequest({ kind, thread, object, mode }: KeptStep, stop: Stop): boolean {
  if (thread !== stop.thread || object !== stop.object) return false;
  if (stop.mode === Mode.join) return kind === EventKind.join || (kind === EventKind.request && mode === Mode.join);
  return mode === stop.mode && (kind === EventKind.take || kind === EventKind.acquire || kind === EventKind.request);
}

/** Integers that the replays of a batch may take in all. */
const BATCH = 2 ** 24;

/** Steps of trials that are made in a part, at most. */
const PART = 65_536;

/** How many steps may be listed. */
export interface StepList {
  /** Of one schedule, at most. */
  readonly each: number;
  /** Of all schedules that are still to come. */
  left: number;
}

/** @returns those of the proposals that are what they say, in their order */
export function* witnesses(store: EventStore, shape: TraceShape, proposals: readonly Proposal[], listed: StepList): Parts<Witness[]> {
  const size = Math.max(1, Math.floor(BATCH / (shape.locks * 2 + shape.variables + shape.threads + 1)));
  const found: Witness[] = [];
  for (let from = 0; from < proposals.length; from += size) {
    const trials = proposals.slice(from, from + size).map((proposal) => new Trial(proposal, shape, listed));
    yield* walk(store, shape, trials);
    found.push(...trials.flatMap((trial) => trial.witness() ?? []));
  }
  return found;
}

function* walk(store: EventStore, shape: TraceShape, trials: readonly Trial[]): Parts<void> {
  const way = new TrialWalk(shape, trials);
  // Each row may be a step of each trial.
  const part = 2 * Math.ceil(PART / trials.length);
  for (const [block, used] of store.blocks()) {
    for (let from = 0; from < used; from += part) {
      if (!way.go(block, from, Math.min(used, from + part))) return;
      yield;
    }
  }
}

/** Goes through the trace, and tells trials of the rows that are theirs. */
class TrialWalk {
  readonly #facts: TraceWalk;
  readonly #active: ActiveTrials;
  /** By row: trials that want to know what is there. */
  readonly #watchers = new Map<number, Trial[]>();
  readonly #watched: readonly number[];
  readonly #last: number;
  #nextWatched = 0;
  #row = 0;

  constructor(shape: TraceShape, trials: readonly Trial[]) {
    this.#facts = new TraceWalk(shape);
    this.#active = new ActiveTrials(trials, shape.threads);
    let last = 0;
    for (const trial of trials) {
      for (const row of new Set([...trial.proposal.tail, ...trial.proposal.stops.map((stop) => stop.row)])) {
        const known = this.#watchers.get(row);
        if (known === undefined) this.#watchers.set(row, [trial]);
        else known.push(trial);
      }
      last = Math.max(last, trial.lastRow);
    }
    this.#watched = [...this.#watchers.keys()].toSorted((one, other) => one - other);
    this.#last = last;
  }

  /** Goes on with the rows of a block from an integer of it up to another. @returns whether the trials need more */
  go(block: Int32Array, from: number, to: number): boolean {
    const facts = this.#facts;
    let row = this.#row;
    for (let i = from; i < to; i += 2, row++) {
      if (row > this.#last) return false;
      const what = block[i]!;
      const kind = (what & 15) as EventKind;
      const mode = ((what >>> 4) & 15) as Mode;
      const thread = what >>> 8;
      const object = block[i + 1]!;
      facts.go(row, kind, thread, object, mode);
      for (const trial of this.#active.at(thread, row)) trial.step(row, kind, thread, object, mode, facts);
      if (row !== this.#watched[this.#nextWatched]) continue;
      this.#nextWatched++;
      for (const trial of this.#watchers.get(row)!) trial.keep(row, kind, thread, object, mode, facts);
    }
    this.#row = row;
    return true;
  }
}

/** For each thread, the trials that still execute it in the order of the trace. */
class ActiveTrials {
  readonly #lists: (Trial[] | undefined)[];

  constructor(trials: readonly Trial[], threads: number) {
    this.#lists = Array.from({ length: threads });
    for (const trial of trials) for (const thread of trial.proposal.cut.keys()) (this.#lists[thread] ??= []).push(trial);
    for (const [thread, list] of this.#lists.entries()) list?.sort((one, other) => other.proposal.cut.get(thread)! - one.proposal.cut.get(thread)!);
  }

  at(thread: ThreadId, row: number): readonly Trial[] {
    const list = this.#lists[thread];
    if (list === undefined) return NO_TRIALS;
    while (list.length > 0 && list.at(-1)!.proposal.cut.get(thread)! <= row) list.pop();
    return list;
  }
}

const NO_TRIALS: readonly Trial[] = [];

interface KeptStep {
  readonly kind: EventKind;
  readonly thread: ThreadId;
  readonly object: number;
  readonly mode: Mode;
  readonly facts: TraceFacts;
}

class Trial {
  readonly proposal: Proposal;
  readonly #replay: ScheduleReplay;
  readonly #listed: StepList;
  readonly #rows: number[] = [];
  readonly #threads: ThreadId[] = [];
  #isWhole = true;
  /** What was at the rows of the tail and of the stops. */
  readonly #kept = new Map<number, KeptStep>();

  constructor(proposal: Proposal, shape: TraceShape, listed: StepList) {
    this.proposal = proposal;
    this.#replay = new ScheduleReplay(shape);
    this.#listed = listed;
  }

  /** The last row that says anything of it. */
  get lastRow(): number {
    const { cut, stops, tail } = this.proposal;
    let last = 0;
    for (const row of cut.values()) last = Math.max(last, row);
    for (const { row } of stops) last = Math.max(last, row);
    for (const row of tail) last = Math.max(last, row);
    return last;
  }

  step(row: number, kind: EventKind, thread: ThreadId, object: number, mode: Mode, facts: TraceFacts): void {
    this.#replay.step(row, kind, thread, object, mode, facts);
    if (!this.#isWhole) return;
    if (this.#listed.left === 0 || this.#rows.length + this.proposal.tail.length === this.#listed.each) this.#unlist();
    else {
      this.#listed.left--;
      this.#list(row, thread);
    }
  }

  #unlist(): void {
    this.#isWhole = false;
    this.#listed.left += this.#rows.length;
    this.#rows.length = this.#threads.length = 0;
  }

  #list(row: number, thread: ThreadId): void {
    this.#rows.push(row);
    this.#threads.push(thread);
  }

  keep(row: number, kind: EventKind, thread: ThreadId, object: number, mode: Mode, { ordinal, starts, writer, joined, before, renewals }: TraceFacts): void {
    this.#kept.set(row, { kind, thread, object, mode, facts: { ordinal, starts, writer, joined, before, renewals } });
  }

  /** Undefined if the schedule is none, or does not end where it says. */
  witness(): Witness | undefined {
    const { stops, tail } = this.proposal;
    const replay = this.#replay;
    for (const row of tail) {
      const step = this.#kept.get(row);
      if (step === undefined) return undefined;
      replay.step(row, step.kind, step.thread, step.object, step.mode, step.facts);
      this.#list(row, step.thread);
    }
    if (replay.failedAt !== undefined) return undefined;
    if (new Set(stops.map(({ thread }) => thread)).size < stops.length) return undefined;
    for (const [i, stop] of stops.entries()) {
      const { thread, object, mode } = stop;
      const next = stops[(i + 1) % stops.length]!;
      const step = this.#kept.get(stop.row);
      if (step === undefined || !isRequest(step, stop) || !replay.isNext(thread, step.facts)) return undefined;
      if (mode === Mode.join ? object !== next.thread : !replay.blocks(next.thread, object, mode)) return undefined;
    }
    const takenAt = stops.map(({ thread }, i) => {
      const before = stops.at(i - 1)!;
      return before.mode === Mode.join ? NONE : replay.takenAt(thread, before.object);
    });
    return { proposal: this.proposal, steps: { rows: this.#rows, threads: this.#threads }, isWhole: this.#isWhole, takenAt };
  }
}
