/** The lock events of one call as a table: verb, lock, the function that did it, and what to notice. */
import type { Finding, HistoryEntry } from '../detect/finding.js';
import { escapeName } from './escape.js';
import { columns, counted, indent, pad, withAside, wrapParts } from './layout.js';
import { isHeldOn, markOf, objectOf, remark, standsStill, verbOf } from './step.js';
import type { View } from './view.js';

/** Events of one call that are shown, unless everything is. */
const MOST = 10;

/** @param depth calls of the stacks that are said elsewhere */
export function stepTable(steps: readonly HistoryEntry[], depth: number, finding: Finding, width: number, view: View): string[] {
  const shown = view.verbose ? new Set(steps) : mostTelling(steps, finding);
  const verbWidth = Math.max(6, ...steps.map((step) => columns(verbOf(step))));
  const locks = new Map(steps.map((step) => [step, objectOf(step)]));
  const lockWidth = Math.min(32, Math.max(0, ...[...locks.values()].map(columns)));
  const rows = steps.map((step) => ({
    step,
    start: `${pad(verbOf(step), verbWidth)}  ${pad(locks.get(step)!, lockWidth)}`,
    frames: (step.stack ?? []).slice(depth).map(escapeName).slice(view.verbose ? 0 : -1).join(' › '),
    remark: remark(step, finding),
  }));
  const framesWidth = Math.max(0, ...rows.map((row) => columns(row.frames)));
  const fits = rows.every((row) => columns(row.start) + framesWidth + columns(row.remark) + 4 <= width);
  const lines: string[] = [];
  let left = 0;
  for (const row of rows) {
    if (!shown.has(row.step)) {
      left++;
      continue;
    }
    if (left > 0) lines.push(skipped(left, view));
    left = 0;
    const frames = fits && framesWidth > 0 ? `  ${view.style.quiet(pad(row.frames, framesWidth))}` : '';
    const noticed = row.remark === '' ? '' : view.style.mark(row.remark);
    const mark = markOf(row.step, finding);
    const [line, ...wrapped] = wrapParts([`${row.start}${frames}`, noticed].filter((part) => part !== ''), '  ', width);
    lines.push(...withAside(line!.trimEnd(), mark === '' ? '' : view.style.mark(mark), width), ...indent(wrapped, verbWidth + 2));
    if (!fits && view.verbose && row.frames !== '') lines.push(`${' '.repeat(verbWidth + 2)}${view.style.quiet(`in ${row.frames}`)}`);
  }
  if (left > 0) lines.push(skipped(left, view));
  return lines;
}

function skipped(count: number, view: View): string {
  return view.style.quiet(`… ${counted(count, 'step')} more (--verbose shows them)`);
}

/** What matters to the finding first, then what touches its locks, then the rest from the start. */
function mostTelling(steps: readonly HistoryEntry[], finding: Finding): Set<HistoryEntry> {
  if (steps.length <= MOST) return new Set(steps);
  const weight = (step: HistoryEntry): number => {
    if (step.first === true || isHeldOn(step, finding) || standsStill(step, finding)) return 0;
    if (step.misuse !== undefined) return 1;
    return step.lock !== undefined && finding.locks.includes(step.lock) ? 2 : 3;
  };
  const ranked = steps.map((step) => ({ step, weight: weight(step) })).toSorted((a, b) => a.weight - b.weight);
  return new Set(ranked.slice(0, MOST).map(({ step }) => step));
}
