/** What was kept out of a report by rules, which rules matched what cannot be kept out, and which matched nothing: a dead rule may hide the next bug. */
import type { Analysis, SuppressionUse } from '../detect/finding.js';
import { escapeLong, escapeName } from './escape.js';
import { counted, indent, wrapWords } from './layout.js';
import type { View } from './view.js';

/** Rules of a sort that are listed, unless everything is. */
const MOST = 8;
/** Longest reason that is shown whole. */
const LONGEST = 200;

export function suppressionsSection({ suppressions = [] }: Analysis, view: View): string[] {
  const dead = suppressions.filter(({ matched, overruled = 0 }) => matched === 0 && overruled === 0);
  const overruled = suppressions.filter((rule) => (rule.overruled ?? 0) > 0);
  const live = suppressions.filter(({ matched }) => matched > 0);
  const lines: string[] = [];
  if (live.length > 0) {
    const matches = live.reduce((sum, { matched }) => sum + matched, 0);
    // A finding that two rules match counts for both.
    const kept = live.length === 1 ? `1 suppression kept out ${counted(matches, 'finding')}` : `${live.length} suppressions kept findings out, with ${matches} matches`;
    if (view.verbose) lines.push(`${kept}:`, ...live.flatMap((rule) => ruleLines(rule, rule.matched, view)));
    else lines.push(...wrapWords(`${kept} (--verbose lists ${live.length === 1 ? 'it' : 'them'}).`, view.width));
  }
  if (overruled.length > 0) {
    // The pattern that somebody held to be no bug has come true.
    lines.push(...wrapWords(`${counted(overruled.length, 'suppression')} matched what happened, which is told all the same:`, view.width));
    for (const rule of overruled.slice(0, view.verbose ? undefined : MOST)) lines.push(...ruleLines(rule, rule.overruled!, view));
    lines.push(...left(overruled.length, view));
  }
  if (dead.length > 0) {
    const shown = view.verbose ? dead : dead.slice(0, MOST);
    lines.push(`${counted(dead.length, 'suppression')} matched nothing:`, ...shown.flatMap((rule) => ruleLines(rule, 0, view)), ...left(dead.length, view));
  }
  return lines;
}

/** How many rules are not listed. */
function left(count: number, view: View): string[] {
  return view.verbose || count <= MOST ? [] : [view.style.quiet(`  … ${count - MOST} more (--verbose shows them)`)];
}

function ruleLines({ locks, site, reason }: SuppressionUse, matches: number, view: View): string[] {
  const where = [...(locks === undefined ? [] : [`${escapeName(locks[0])} with ${escapeName(locks[1])}`]), ...(site === undefined ? [] : [`at ${escapeName(site)}`])];
  const often = matches === 0 ? '' : `${matches} × `;
  const [first, ...rest] = wrapWords(`${often}${where.join(' ')} (${escapeLong(reason, LONGEST)})`, view.width - 4);
  return [`  ${first!}`, ...indent(rest, 4)];
}
