/** The findings that are not told in full: one line each. */
import type { Finding } from '../detect/finding.js';
import { headline } from './describe.js';
import { evidenceWord } from './dissolved.js';
import { escapeName } from './escape.js';
import { counted, indent, pad, widest, wrapWords } from './layout.js';
import { isShown, occasion } from './occasion.js';
import { atPlace } from './place.js';
import { isPredicted, orders } from './predicted.js';
import type { View } from './view.js';

/** Findings that are listed, unless everything is. */
const MOST = 8;
/** Lines of a section beside those of its findings: a blank, a heading, how many are left. */
const FRAME = 3;

/** @param told the findings that are told in full above */
export function othersSection(findings: readonly Finding[], told: ReadonlySet<Finding>, view: View): string[] {
  if (findings.length === 0) return [];
  const shown = view.verbose ? findings : findings.slice(0, MOST);
  const kinds = shown.map((finding) => `${escapeName(finding.kind)}${finding.evidence === 'observed' ? '' : ` (${evidenceWord(finding)})`}`);
  const kindWidth = widest(kinds);
  const lines = shown.flatMap((finding, i) => {
    const [first, ...rest] = wrapWords(line(finding, told), view.width - kindWidth - 4);
    return [`  ${pad(kinds[i]!, kindWidth)}  ${first ?? ''}`.trimEnd(), ...indent(rest, kindWidth + 4)];
  });
  const left = findings.length - shown.length;
  if (left > 0) lines.push(view.style.quiet(`  … ${counted(left, 'finding')} more (--verbose shows them)`));
  return ['', view.style.heading('Also found'), ...lines];
}

/** Lines that the section takes for a number of findings, if each has one. */
export function othersRoom(count: number): number {
  return count === 0 ? 0 : Math.min(count, MOST) + FRAME;
}

function line(finding: Finding, told: ReadonlySet<Finding>): string {
  // That the threads can come to wait for each other is what its kind says.
  if (isPredicted(finding) && finding.cycle.length > 0) return orders(finding, 4);
  const entry = occasion(finding);
  if (entry === undefined) return headline(finding);
  const often = finding.count > 1 ? `${counted(finding.count, 'time')}, first ` : '';
  const shown = isShown(finding, told);
  // What a note says stands above already; of a misuse, it is the remark only.
  const said = shown && entry.note !== undefined ? '' : `: ${headline(finding)}`;
  return `${often}${atPlace(entry)}${shown ? ' (shown above)' : ''}${said}`;
}
