/** What was kept out of a report by rules, and which rules kept out nothing: a dead rule may hide the next bug. */
import type { Analysis, SuppressionUse } from '../detect/finding.js';
import { escapeLong, escapeName } from './escape.js';
import { counted, indent, wrapWords } from './layout.js';
import type { View } from './view.js';

/** Dead rules that are listed, unless everything is. */
const MOST = 8;
/** Longest reason that is shown whole. */
const LONGEST = 200;

export function suppressionsSection({ suppressions = [] }: Analysis, view: View): string[] {
  const dead = suppressions.filter(({ matched }) => matched === 0);
  const live = suppressions.filter(({ matched }) => matched > 0);
  const lines: string[] = [];
  if (live.length > 0) {
    const matches = live.reduce((sum, { matched }) => sum + matched, 0);
    // A finding that two rules match counts for both.
    const kept = live.length === 1 ? `1 suppression kept out ${counted(matches, 'finding')}` : `${live.length} suppressions kept findings out, with ${matches} matches`;
    if (view.verbose) lines.push(`${kept}:`, ...live.flatMap((rule) => ruleLines(rule, view)));
    else lines.push(...wrapWords(`${kept} (--verbose lists ${live.length === 1 ? 'it' : 'them'}).`, view.width));
  }
  if (dead.length > 0) {
    const shown = view.verbose ? dead : dead.slice(0, MOST);
    lines.push(`${counted(dead.length, 'suppression')} matched nothing:`, ...shown.flatMap((rule) => ruleLines(rule, view)));
    const left = dead.length - shown.length;
    if (left > 0) lines.push(view.style.quiet(`  … ${left} more (--verbose shows them)`));
  }
  return lines;
}

function ruleLines({ locks, site, reason, matched }: SuppressionUse, view: View): string[] {
  const where = [...(locks === undefined ? [] : [`${escapeName(locks[0])} with ${escapeName(locks[1])}`]), ...(site === undefined ? [] : [`at ${escapeName(site)}`])];
  const often = matched === 0 ? '' : `${matched} × `;
  const [first, ...rest] = wrapWords(`${often}${where.join(' ')} (${escapeLong(reason, LONGEST)})`, view.width - 4);
  return [`  ${first!}`, ...indent(rest, 4)];
}
