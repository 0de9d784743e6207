/** The last lines of a report: how many findings, and what was watched. */
import type { Analysis, Source } from '../detect/finding.js';
import { escapeName } from './escape.js';
import { counted, listed, wrapWords } from './layout.js';
import type { View } from './view.js';

export function summarySection(analysis: Analysis, view: View): string[] {
  const { source, findings } = analysis;
  const kinds = new Map<string, number>();
  for (const { kind } of findings) kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
  const each = [...kinds].map(([kind, count]) => (count === 1 ? escapeName(kind) : `${count} ${escapeName(kind)}`));
  const found = findings.length === 0 ? 'No finding' : `${counted(findings.length, 'finding')} (${listed(each, 6)})`;
  const lines = wrapWords(`${found} in ${escapeName(source.name)}: ${watched(source)} watched.`, view.width);
  if (!source.complete) {
    lines.push(...wrapWords('The record is not complete (events were dropped, or it is cut off): a history may begin late, and there may be more to find.', view.width));
  }
  return [...(findings.length === 0 ? [] : ['']), ...lines, ...refuted(analysis, view)];
}

function watched(source: Source): string {
  const parts = [counted(source.events, 'event'), counted(source.threads, 'thread'), counted(source.locks, 'lock')];
  if (source.operations > 0) parts.unshift(counted(source.operations, 'call'));
  return listed(parts, 4);
}

function refuted(analysis: Analysis, view: View): string[] {
  const reasons = Object.entries(analysis.refuted).filter(([, count]) => count > 0);
  if (reasons.length === 0) return [];
  const total = reasons.reduce((sum, [, count]) => sum + count, 0);
  const head = `${counted(total, 'pattern')} looked at and refuted`;
  if (!view.verbose) return [`${head} (--verbose says why).`];
  return [`${head}:`, ...reasons.map(([reason, count]) => `  ${escapeName(reason)}: ${count}`)];
}
