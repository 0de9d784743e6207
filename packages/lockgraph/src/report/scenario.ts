/** The scenario table of a deadlock: one column a thread, steps downwards, ending where all stand still. */
import type { Finding, Waiter } from '../detect/finding.js';
import { wish } from './describe.js';
import { escapeName } from './escape.js';
import { columns, counted, pad, wrapWords } from './layout.js';
import type { View } from './view.js';

/** Steps that are shown, unless everything is. */
const MOST = 12;
const GAP = 2;

interface Step {
  readonly event: number;
  readonly thread: number;
  readonly text: string;
}

/** Empty unless threads wait for each other. A cycle too wide for the screen becomes a list. */
export function scenarioSection(finding: Finding, view: View): string[] {
  if (finding.cycle.length < 2 || !finding.cycle.some((waiter) => waiter.holds !== undefined)) return [];
  // Whoever made the first step has the first column, so that the table reads from left to right.
  const cycle = finding.cycle.toSorted((a, b) => firstStep(a) - firstStep(b));
  const all = cycle.flatMap(stepsOf).toSorted((a, b) => a.event - b.event);
  const steps = view.verbose ? all : all.slice(0, MOST);
  const left = all.length - steps.length;
  const more = left > 0 ? [view.style.quiet(`  … ${counted(left, 'step')} more (--verbose shows them)`)] : [];
  const names = cycle.map((waiter) => escapeName(waiter.thread));
  const margin = String(steps.length).length + 2;
  const widths = names.map((name, thread) => Math.max(columns(name), ...steps.filter((s) => s.thread === thread).map((s) => columns(s.text))));
  const total = 2 + margin + widths.reduce((sum, width) => sum + width + GAP, -GAP);
  const number = (i: number): string => `  ${String(i + 1).padStart(margin - 2)}  `;
  if (total > view.width) {
    const listing = steps.flatMap((step, i) => {
      const [first, ...rest] = wrapWords(`${names[step.thread]!}: ${step.text}`, view.width - 2 - margin);
      return [number(i) + first!, ...rest.map((line) => ' '.repeat(2 + margin) + line)];
    });
    return ['', view.style.heading('Step by step'), ...listing, ...more];
  }
  const row = (cells: readonly string[]): string => cells.map((cell, thread) => pad(cell, widths[thread]! + GAP)).join('').trimEnd();
  return [
    '',
    view.style.heading('Step by step'),
    ' '.repeat(2 + margin) + view.style.heading(row(names)),
    ...steps.map((step, i) => number(i) + row(names.map((_, thread) => (thread === step.thread ? step.text : '')))),
    ...more,
  ];
}

function firstStep(waiter: Waiter): number {
  return Math.min(...stepsOf(waiter, 0).map(({ event }) => event));
}

function stepsOf(waiter: Waiter, thread: number): Step[] {
  const request = { event: waiter.requestedAt.event, thread, text: `${wish(waiter)}` };
  if (waiter.holds === undefined) return [request];
  return [{ event: waiter.acquiredAt?.event ?? 0, thread, text: `locks ${escapeName(waiter.holds)}` }, request];
}
