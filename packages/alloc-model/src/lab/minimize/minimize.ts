/**
 * A short call log that still shows what a log shows, the same hang, abort, undefined behaviour or overlap, and from which no
 * single call can be left out. It need not be the shortest one.
 *
 * Cost: replays of shorter and shorter logs, most often some hundred to some thousand; each is linear in its calls. The bound is
 * worse: a pass over single calls makes up to two replays for each call that is left, and there are passes until one is in vain.
 * Where thousands of calls are needed that is minutes, so let {@link MinimizeOptions.timeIsUp} say when it is enough.
 */
import { Monitor } from 'lockgraph';
import type { CallLog } from '../../trace/call-log.js';
import { createAllocator } from '../replay/allocators.js';
import { ofClass, oldestFirst, wronglyFreed } from './guesses.js';
import { livesOf, type UsableSize } from './lives.js';
import { Probe } from './probe.js';
import { firstCalls, Reduction } from './reduction.js';
import type { ReplayOptions, ReplayResult } from '../replay/replay.js';
import { eachCall, shrinkByOne, shrinkInChunks, shrinkInGroups, shrinkInNumbers } from './shrink.js';
import { isSame, type Signature } from './signature.js';
import { inOneThread, simplifySizes } from './simplify.js';

export interface MinimizeOptions extends Omit<ReplayOptions, 'record' | 'overlaps' | 'sinks'> {
  /** Asked before each replay whether to stop with the shortest log so far; default: never. */
  readonly timeIsUp?: () => boolean;
  /** Told after each step how many calls are left. */
  readonly onProgress?: (left: number, replays: number) => void;
}

/** Plain data. */
export interface MinimizedFacts {
  /** Of the log as it was given. */
  readonly before: ReplayResult;
  /** The call of it at which it shows: those after it do not matter. */
  readonly stop: number;
  /** What both logs show. */
  readonly signature: Signature;
  /** Number of calls of the minimized log. */
  readonly left: number;
  /** How many replays were made, the first one included. */
  readonly replays: number;
  /** Whether each single call was tried, and none can be left out. False: the time was up. */
  readonly minimal: boolean;
}

export interface Minimized {
  readonly facts: MinimizedFacts;
  /** Its last call is the one that shows it. */
  readonly log: CallLog;
}

/** A log that has nothing to minimize. */
export class NothingShown extends Error {
  override readonly name = 'NothingShown';
  /** Of the log as it was given. */
  readonly result: ReplayResult;

  constructor(result: ReplayResult) {
    super(`nothing to minimize: all ${result.calls} calls return`);
    this.result = result;
  }
}

/** @throws NothingShown, and what `replay` throws */
export async function minimize(log: CallLog, options: MinimizeOptions = {}): Promise<Minimized> {
  const { timeIsUp = () => false, onProgress, ...settings } = options;
  const usableSize = usableSizeOf(settings);
  const probe = new Probe(settings, usableSize);
  const { result: before, signature, stop } = await probe.look(log);
  if (signature === undefined) throw new NothingShown(before);
  probe.overlaps = signature.outcome === 'overlap';
  const whole = firstCalls(log, stop);
  const again = await probe.look(whole);
  // Every later replay is compared with this signature, so it must be that of a log which ends where it shows.
  if (again.stop !== stop || !isSame(signature, again.signature)) throw new Error(`the first ${stop} calls of ${log.name} do not show what all do`);
  const start = (): Reduction => new Reduction(whole, signature, probe, timeIsUp, onProgress);
  const reduction = await shortest(start, signature, usableSize);
  await untilAllStay(reduction, [
    () => shrinkInNumbers(reduction, usableSize),
    () => shrinkInChunks(reduction, livesOf, 2),
    () => shrinkInChunks(reduction, eachCall, 2),
  ]);
  await simplifySizes(reduction, usableSize);
  const minimal = await shrinkByOne(reduction);
  const facts = { before, stop, signature, left: reduction.log.calls, replays: probe.replays, minimal };
  return { facts, log: reduction.log };
}

/** Does them in turn, until none makes the log shorter. */
async function untilAllStay(reduction: Reduction, passes: readonly (() => Promise<void>)[]): Promise<void> {
  for (let turn = 0, inVain = 0; inVain < passes.length && !reduction.over; turn++) {
    const { calls } = reduction.log;
    await passes[turn % passes.length]!();
    inVain = reduction.log.calls < calls ? 0 : inVain + 1;
  }
}

/**
 * Begins with guesses at what matters, each of which is a replay: the blocks that were freed wrongly, or those of the class that was
 * confused, in the order of the log or freed in turn. Goes on with what became the shortest log; with the log itself if no guess was right.
 */
async function shortest(start: () => Reduction, { classes }: Signature, usableSize: UsableSize): Promise<Reduction> {
  const confused = (log: CallLog): CallLog => (classes === null ? log : ofClass(log, classes.usable, usableSize));
  const guesses = [
    (log: CallLog) => wronglyFreed(log, usableSize),
    (log: CallLog) => confused(oldestFirst(log, usableSize)),
    confused,
  ];
  const begun: CallLog[] = [];
  let best: Reduction | undefined;
  for (const guess of guesses) {
    const reduction = start();
    const candidate = guess(reduction.log);
    if (begun.some((other) => areEqual(other, candidate)) || !(await reduction.take(candidate))) continue;
    begun.push(candidate);
    await shrinkCoarsely(reduction, usableSize);
    if (best === undefined || reduction.log.calls < best.log.calls) best = reduction;
  }
  if (best !== undefined) return best;
  const reduction = start();
  await shrinkCoarsely(reduction, usableSize);
  return reduction;
}

async function shrinkCoarsely(reduction: Reduction, usableSize: UsableSize): Promise<void> {
  await reduction.take(inOneThread(reduction.log));
  await shrinkInGroups(reduction, usableSize);
  await shrinkInChunks(reduction, livesOf, 2);
}

/** Of two logs that were selected from one: whether they have the same calls. */
function areEqual(a: CallLog, b: CallLog): boolean {
  return a.calls === b.calls && a.kind.every((kind, row) => kind === b.kind[row]) && a.block.every((block, row) => block === b.block[row]);
}

/** Of the allocator that the log is replayed on. */
function usableSizeOf({ allocator = 'jemalloc-4.5.0', ...settings }: MinimizeOptions): UsableSize {
  const model = createAllocator(allocator, new Monitor(), settings);
  return (size, flags) => model.nallocx(size, flags);
}
