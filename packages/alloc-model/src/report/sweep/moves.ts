/** Sentences about what an option changed between two neighbours of a sweep. Each says only what was seen in the two runs. */
import { escapeText } from 'lockgraph';
import type { ThreadCaches } from '../../allocator.js';
import type { LockDifference } from '../../lab/replay/lock-difference.js';
import type { LockStep } from '../../lab/replay/lock-record.js';
import type { BlockOrder } from '../../lab/sweep/block-order.js';
import type { BetweenLimits } from '../../lab/sweep/cached-sizes.js';
import type { Flush, FlushTrigger } from '../../lab/sweep/flushes.js';
import type { LostLock } from '../../lab/sweep/lost-lock.js';
import type { MovedOption, Sweep, SweepMove, SweepRow } from '../../lab/sweep/sweep.js';
import type { LoneFlush, OtherAtLoss, Side } from '../../lab/sweep/what-moved.js';
import type { CallAt } from '../../trace/call-at.js';
import { hex, lockVerbs, numberedCall } from '../call-words.js';
import { counted, number } from '../words.js';
import { optionName, sweptOptions, valueAt } from './names.js';

export const triggers: Readonly<Record<FlushTrigger, string>> = { full: 'the cache is full', collector: 'the collector', exit: 'the thread ends' };

/** What the sides are called: the settings' labels. */
type Names = Readonly<Record<Side, string>>;

export interface MovedText {
  readonly head: string;
  /** The cause first, the hang last. */
  readonly sentences: readonly string[];
}

export function movedSentences({ rows }: Sweep, move: SweepMove): MovedText {
  const [from, to] = [rows[move.from]!, rows[move.to]!];
  const names = { from: sideName(from, move.option), to: sideName(to, move.option) };
  const [first, other] = move.first === 'from' ? [from, to] : [to, from];
  const { caches, between, difference, reached, collected, otherAtLoss, order } = move;
  const { cause } = first;
  // Once the flushes themselves differ, so do their locks.
  const decided = collected?.call.call ?? cause?.call ?? 0;
  const sentences = [
    caches && cachesHold(caches, names),
    caches && between && pastCachesOfOne(between, caches, names),
    difference && `The first lock or unlock that differs is that of ${numberedCall(difference.call)}: ${doneThere(difference, names)}.`,
    order && lieElsewhere(order, names),
    reached && reached.call.call < decided ? `It first touches the locks of the flush below in ${numberedCall(reached.call)}: ${doneThere(reached, names)}.` : undefined,
    collected && collectedInOne(collected, names),
    cause && otherAtLoss && lockLost(cause, otherAtLoss.call, names[move.first]),
    cause && otherAtLoss && notLostThere(cause, otherAtLoss, { name: names[move.first === 'from' ? 'to' : 'from'], cause: other.cause, hang: first.result.call }),
  ];
  return {
    head: `What ${optionName(move.option)} changed from ${names.from} (${ending(from, to)}) to ${names.to} (${ending(to, from)})${others(rows, move)}`,
    sentences: sentences.filter((sentence) => sentence !== undefined),
  };
}

/** How a run ends; with its first overlap where the other run ends alike, so that only this has moved. */
function ending({ result: { outcome, call, mutex, firstOverlap } }: SweepRow, { result: other }: SweepRow): string {
  const end = outcome === 'ok' ? 'ok' : `${outcome} in call ${call}`;
  if (outcome !== other.outcome || call !== other.call || mutex !== other.mutex) return end;
  return `${end}, ${firstOverlap === undefined ? 'no overlap' : `first overlap in call ${firstOverlap}`}`;
}

/** As one says it behind "at". */
function sideName(row: SweepRow, option: MovedOption): string {
  const value = valueAt(row, option);
  if (value === 'default') return 'the default';
  return option === 'tcache' ? `${optionName(option)} ${value}` : value;
}

/** What tells these neighbours from others where several options are swept: `, with narenas 2`. */
function others(rows: readonly SweepRow[], { option, from }: SweepMove): string {
  const same = sweptOptions(rows).filter((each) => each !== option);
  const told = same.map((each) => (each === 'allocator' ? valueAt(rows[from]!, each) : `${optionName(each)} ${valueAt(rows[from]!, each)}`));
  return told.length === 0 ? '' : `, with ${told.join(', ')}`;
}

function cachesHold({ from, to }: Readonly<Record<Side, ThreadCaches>>, names: Names): string {
  const rounds = [from, to].flatMap(({ round, classes }) => (round === undefined || classes === 0 ? [] : [number(round)]));
  const collector = rounds.length < 2 ? '' : `; their collector looks at a class again after ${rounds[0]} of their calls, and after ${rounds[1]}`;
  return `Thread caches hold ${holdAt(from, names.from)}, and ${holdAt(to, names.to)}${collector}.`;
}

function holdAt({ classes, largest }: ThreadCaches, name: string): string {
  return classes === 0 ? `nothing at ${name}` : `${counted(classes, 'size class', 'size classes')} at ${name}, up to ${counted(largest, 'byte')}`;
}

function pastCachesOfOne({ above, upTo, of, calls, first }: BetweenLimits, caches: Readonly<Record<Side, ThreadCaches>>, names: Names): string {
  const past = caches.from.largest < caches.to.largest ? names.from : names.to;
  const sizes = `blocks of ${number(above + 1)} to ${number(upTo)} bytes, which go past the caches at ${past} only`;
  if (first === undefined) return `None of the ${number(of)} calls that return at both is for ${sizes}.`;
  return `Of the ${number(of)} calls that return at both, ${number(calls)} ${calls === 1 ? 'is' : 'are'} for ${sizes}; the first is ${numberedCall(first)}.`;
}

function doneThere({ from, to }: LockDifference, names: Names): string {
  const done = [doneAt(from, names.from), doneAt(to, names.to)];
  return (from === undefined ? done.toReversed() : done).join(', ');
}

function doneAt(step: LockStep | undefined, name: string): string {
  return step === undefined ? `at ${name} nothing more` : `at ${name} it ${lockVerbs[step.what]} ${escapeText(step.lock)} (${stackOf(step.stack)})`;
}

function lieElsewhere({ size, elsewhere, reordered }: BlockOrder, names: Names): string {
  const at = `${hex(elsewhere.from)} at ${names.from}, ${hex(elsewhere.to)} at ${names.to}`;
  const order = reordered === undefined ? ' Their order in memory is the same.' : ` From ${numberedCall(reordered)} on, their order in memory differs too, so that other blocks are neighbours.`;
  return `Blocks of ${counted(size, 'byte')} lie elsewhere from ${numberedCall(elsewhere.call)} on: ${at}.${order}`;
}

function collectedInOne({ in: side, flush, call }: LoneFlush, names: Names): string {
  const other = side === 'from' ? names.to : names.from;
  return `In ${numberedCall(call)}, the collector makes ${escapeText(flush.by)} at ${names[side]}, and not at ${other}.`;
}

function lockLost({ lock, stack, flush }: LostLock, call: CallAt, name: string): string {
  const why = flush === undefined ? '' : ` (${triggers[flush.trigger]})`;
  return `At ${name}, ${numberedCall(call)} locks ${escapeText(lock)} for good: ${stackOf(stack)}${why}.`;
}

/** What a call does about a lock that an earlier one left locked. */
const asks: Readonly<Record<NonNullable<OtherAtLoss['asked']> | 'not', string>> = {
  not: 'does not ask for the lock',
  got: 'gets the lock, which is free again by then',
  waits: 'waits for the lock, too',
};

interface OtherRun {
  readonly name: string;
  /** What it lost itself, if it hangs. */
  readonly cause: LostLock | undefined;
  /** The call in which the first run hangs. */
  readonly hang: number;
}

function notLostThere({ lock, flush }: LostLock, { call, lost, asked, flushed, before, after }: OtherAtLoss, { name, cause, hang }: OtherRun): string {
  if (cause?.call === call.call && cause.lock !== lock) return `At ${name}, call ${call.call} locks ${escapeText(cause.lock)} for good instead.`;
  if (lost !== undefined) {
    const since = lost.call === call.call ? `call ${call.call} does the same` : `it is so since call ${lost.call}`;
    return `At ${name}, ${since}, and call ${hang} ${asks[asked ?? 'not']}.`;
  }
  if (flushed) return `At ${name}, call ${call.call} makes the same flush, and leaves ${escapeText(lock)} free.`;
  const around = [before === undefined ? 'none is before it' : `the one before is ${flushIn(before)}`, after === undefined ? 'none comes after' : `the next is ${flushIn(after)}`];
  return `At ${name}, call ${call.call} does not make ${escapeText(flush!.by)}: ${around.join(', ')}.`;
}

function flushIn({ call, trigger }: Flush): string {
  return `in call ${call} (${triggers[trigger]})`;
}

function stackOf(stack: readonly string[]): string {
  return escapeText(stack.join(' › '));
}
