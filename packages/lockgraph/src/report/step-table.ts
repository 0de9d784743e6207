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
  const visible = rows.filter((row) => shown.has(row.step));
  const framesWidth = Math.max(0, ...visible.map((row) => columns(row.frames)));
  const fits = visible.every((row) => columns(row.start) + framesWidth + columns(row.remark) + 4 <= width);
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

/** What the finding rests on, and the steps next to that; a gap of one step is no gap. */
function mostTelling(steps: readonly HistoryEntry[], finding: Finding): Set<HistoryEntry> {
  if (steps.length <= MOST) return new Set(steps);
  const pillars = steps.flatMap((step, i) => (isPillar(step, finding) ? [i] : []));
  const distance = (i: number): number => Math.min(...pillars.map((pillar) => Math.abs(pillar - i)), steps.length);
  const ranked = steps.map((_, i) => ({ i, far: distance(i) })).toSorted((a, b) => a.far - b.far);
  const kept = new Set(ranked.slice(0, MOST).map(({ i }) => i));
  return new Set(steps.filter((_, i) => kept.has(i) || ((i === 0 || kept.has(i - 1)) && (i === steps.length - 1 || kept.has(i + 1)))));
}

function isPillar(step: HistoryEntry, finding: Finding): boolean {
  return step.first === true || step.misuse !== undefined || isHeldOn(step, finding) || standsStill(step, finding);
}
