/** The findings that are not told in full: one line each. */
import type { Finding } from '../detect/finding.js';
import { headline } from './describe.js';
import { escapeName } from './escape.js';
import { counted, indent, pad, columns, wrapWords } from './layout.js';
import { atPlace } from './place.js';
import type { View } from './view.js';

/** Findings that are listed, unless everything is. */
const MOST = 8;

/** @param told the findings that are told in full above */
export function othersSection(findings: readonly Finding[], told: readonly Finding[], view: View): string[] {
  if (findings.length === 0) return [];
  const shown = view.verbose ? findings : findings.slice(0, MOST);
  const kinds = shown.map((finding) => escapeName(finding.kind));
  const kindWidth = Math.max(...kinds.map(columns));
  const lines = shown.flatMap((finding, i) => {
    const [first, ...rest] = wrapWords(line(finding, told), view.width - kindWidth - 4);
    return [`  ${pad(kinds[i]!, kindWidth)}  ${first ?? ''}`.trimEnd(), ...indent(rest, kindWidth + 4)];
  });
  const left = findings.length - shown.length;
  if (left > 0) lines.push(view.style.quiet(`  … ${counted(left, 'finding')} more (--verbose shows them)`));
  return ['', view.style.heading('Also found'), ...lines];
}

function line(finding: Finding, told: readonly Finding[]): string {
  const entry = finding.history.find((e) => e.misuse === finding.kind || e.note?.kind === finding.kind);
  if (entry === undefined) return headline(finding);
  const often = finding.count > 1 ? `${counted(finding.count, 'time')}, first ` : '';
  const shown = told.some(({ history }) => history.some((e) => e.event === entry.event));
  return `${often}${atPlace(entry)}${shown ? ' (shown above)' : ''}: ${headline(finding)}`;
}
