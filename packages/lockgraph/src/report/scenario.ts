/**
 * How the threads of a cycle come to stand still, a column a thread, ending where all wait, or with what broke that up; where a schedule is known, it is
 * what each row runs.
 */
import type { Finding, Waiter } from '../detect/finding.js';
import { deedOf } from './dissolved.js';
import { isPredicted, numbered } from './predicted.js';
import { cutSection, turnsSection } from './schedule-section.js';
import { threadTable } from './thread-table.js';
import type { View } from './view.js';
import { lockIn, wish } from './wants.js';

/** Steps that are shown, unless everything is. */
const MOST = 12;

/** Empty unless threads wait for each other. A cycle too wide for the screen becomes a list. */
export function scenarioSection(finding: Finding, view: View): string[] {
  if (finding.runs !== undefined && finding.runs.length > 0) return turnsSection(finding, finding.runs, view);
  if (finding.scheduleCut !== undefined) return cutSection(finding, finding.scheduleCut, view);
  if (finding.cycle.length < 2 || !finding.cycle.some((waiter) => waiter.holds !== undefined)) return [];
  // Whoever made the first step has the first column, so that the table reads from left to right. Events of several runs have no order.
  const cycle = finding.byClass === true ? finding.cycle : finding.cycle.toSorted((a, b) => firstStep(a) - firstStep(b));
  const steps = finding.byClass === true ? cycle.flatMap(stepsOf) : cycle.flatMap(stepsOf).toSorted((a, b) => a.event - b.event);
  // In the recorded run, a thread may have got its second lock before another one took its first.
  const ordered = isPredicted(finding) ? [...steps.filter(({ waits }) => !waits), ...steps.filter(({ waits }) => waits)] : steps;
  const end = endOf(finding, cycle);
  const rows = [...ordered, ...(end === undefined ? [] : [end])].map(({ thread, text }, i) => ({ number: i + 1, thread, text }));
  const heading = finding.evidence === 'possible' && isPredicted(finding) ? 'What would have to happen' : 'Step by step';
  const threads = numbered([...cycle.map(({ thread }) => thread), ...(end?.thread === cycle.length ? [finding.brokenBy!.thread] : [])]);
  const shown = view.verbose ? rows : rows.slice(0, MOST);
  return ['', ...threadTable({ heading: view.style.heading(heading), threads, rows: shown, total: rows.length, noun: 'step' }, view)];
}

/** What broke it up, by a thread of it or by one that has a column of its own. */
function endOf({ brokenBy }: Finding, cycle: readonly Waiter[]): { readonly thread: number; readonly text: string } | undefined {
  if (brokenBy === undefined) return undefined;
  const thread = cycle.findIndex((waiter) => waiter.thread === brokenBy.thread);
  return { thread: thread === -1 ? cycle.length : thread, text: deedOf(brokenBy, cycle) };
}

interface Step {
  readonly event: number;
  readonly thread: number;
  readonly text: string;
  readonly waits: boolean;
}

function firstStep(waiter: Waiter): number {
  return Math.min(...stepsOf(waiter, 0).map(({ event }) => event));
}

function stepsOf(waiter: Waiter, thread: number): Step[] {
  const request = { event: waiter.requestedAt.event, thread, text: wish(waiter), waits: true };
  if (waiter.holds === undefined) return [request];
  return [{ event: waiter.acquiredAt?.event ?? 0, thread, text: `locks ${lockIn(waiter.holds, waiter.holdsMode)}`, waits: false }, request];
}
