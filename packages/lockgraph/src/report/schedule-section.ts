/** A schedule that reaches a finding, as people can follow it: who runs how far before another one goes on, down to where all stand still. */
import type { Finding, Place, ScheduleRun } from '../detect/finding.js';
import { escapeName } from './escape.js';
import { counted, indent, listed, pad, widest, wrapWords } from './layout.js';
import { threadTable } from './thread-table.js';
import type { ThreadRow } from './thread-table.js';
import type { View } from './view.js';
import { lockIn, wish } from './wants.js';

/** Rows that are shown, unless everything is. */
const MOST = 12;
const HEADING = 'A schedule that gets there';

interface Turn extends ThreadRow {
  /** The finding rests on it: a lock of the cycle is taken in it, or a thread stands still. */
  readonly pillar: boolean;
}

/** The schedule by its context switches. Of a long one, the middle is left out, but for the turns that the finding rests on. */
export function turnsSection(finding: Finding, runs: readonly ScheduleRun[], view: View): string[] {
  const threads = [...new Set([...runs.map(({ thread }) => thread), ...finding.cycle.map(({ thread }) => thread)])];
  const indexes = new Map(threads.map((thread, i) => [thread, i]));
  const unit = unitOf(finding);
  const turns: Turn[] = runs.map((run, i) => {
    const taken = locksTaken(finding, run);
    const text = `${range(run, unit)}${taken.length === 0 ? '' : `, locks ${listed(taken)}`}`;
    return { number: i + 1, thread: indexes.get(run.thread)!, text, pillar: taken.length > 0 };
  });
  for (const waiter of finding.cycle) {
    turns.push({ number: turns.length + 1, thread: indexes.get(waiter.thread)!, text: wish(waiter), pillar: true });
  }
  const heading = `${view.style.heading(HEADING)}  ${view.style.quiet(unit === 'line' ? '(lines of the trace)' : '(numbers of events)')}`;
  const rows = view.verbose ? turns : mostTelling(turns);
  return ['', ...threadTable({ heading, threads: threads.map(escapeName), rows, total: turns.length, noun: 'turn' }, view)];
}

/** The schedule where it is too long to list: how far each thread runs, those of the cycle first. */
export function cutSection(finding: Finding, cut: Readonly<Record<string, number>>, view: View): string[] {
  const waiters = new Map(finding.cycle.map((waiter) => [waiter.thread, waiter]));
  const threads = [...waiters.keys(), ...Object.keys(cut).filter((thread) => !waiters.has(thread))];
  const shown = view.verbose ? threads : threads.slice(0, MOST);
  const names = shown.map(escapeName);
  const width = widest(names);
  const unit = unitOf(finding);
  const ends = shown.map((thread) => (Object.hasOwn(cut, thread) ? `up to ${unit} ${cut[thread]}` : 'no step'));
  const endWidth = widest(ends);
  const lines = shown.map((thread, i) => {
    const waiter = waiters.get(thread);
    return `  ${pad(names[i]!, width)}  ${pad(ends[i]!, endWidth)}${waiter === undefined ? '' : `  then ${wish(waiter)}`}`;
  });
  const left = threads.length - shown.length;
  if (left > 0) lines.push(view.style.quiet(`  … ${counted(left, 'thread')} more (--verbose shows them)`));
  const legend = wrapWords(`All steps of each thread up to the ${unit}, in the order of the trace; they are too many to list.`, view.width - 2);
  return ['', view.style.heading(HEADING), ...indent(legend.map(view.style.quiet), 2), ...lines];
}

function unitOf(finding: Finding): 'line' | 'event' {
  return finding.cycle.some(({ requestedAt }) => requestedAt.line !== undefined) ? 'line' : 'event';
}

function range({ from, to }: ScheduleRun, unit: string): string {
  return from === to ? `${unit} ${from}` : `${unit}s ${from}–${to}`;
}

/** The locks of the cycle that the thread takes in a turn, and keeps. */
function locksTaken(finding: Finding, { thread, from, to }: ScheduleRun): string[] {
  return finding.cycle.flatMap((waiter) => {
    if (waiter.thread !== thread || waiter.holds === undefined || waiter.acquiredAt === undefined) return [];
    const at = position(waiter.acquiredAt);
    return from <= at && at <= to ? [lockIn(waiter.holds, waiter.holdsMode)] : [];
  });
}

function position(place: Place): number {
  return place.line ?? place.event;
}

/** What the finding rests on, then what is near an end; a gap of one turn is no gap. */
function mostTelling(turns: readonly Turn[]): Turn[] {
  if (turns.length <= MOST) return [...turns];
  const ranked = turns.map(({ pillar }, i) => ({ i, far: pillar ? -1 : Math.min(i, turns.length - 1 - i) })).toSorted((a, b) => a.far - b.far);
  const kept = new Set(ranked.slice(0, MOST).map(({ i }) => i));
  return turns.filter((_, i) => kept.has(i) || ((i === 0 || kept.has(i - 1)) && (i === turns.length - 1 || kept.has(i + 1))));
}
