/** The last lines of a report: how many findings, and what was watched. */
import type { Analysis, ObservedOnly, SearchLimits, Source } from '../detect/finding.js';
import { evidenceWord } from './dissolved.js';
import { escapeName, escapeText } from './escape.js';
import { counted, listed, wrapWords } from './layout.js';
import { cutSentence } from './cut.js';
import { refutedSection } from './refuted.js';
import { suppressionsSection } from './suppressions.js';
import type { View } from './view.js';

export function summarySection(analysis: Analysis, view: View): string[] {
  const { source, findings } = analysis;
  const kinds = new Map<string, number>();
  for (const finding of findings) {
    const what = `${finding.evidence === 'observed' ? '' : `${evidenceWord(finding)} `}${escapeName(finding.kind)}`;
    kinds.set(what, (kinds.get(what) ?? 0) + 1);
  }
  const each = [...kinds].map(([kind, count]) => (count === 1 ? kind : `${count} ${kind}`));
  const found = findings.length === 0 ? 'No finding' : `${counted(findings.length, 'finding')} (${listed(each, 6)})`;
  const lines = wrapWords(`${found} in ${escapeName(source.name)}: ${watched(source)} watched.`, view.width);
  if (!source.complete) {
    lines.push(...wrapWords('The record is not complete (events were dropped, or it is cut off): a history may begin late, and there may be more to find.', view.width));
  }
  if (source.cut !== undefined) lines.push(...wrapWords(cutSentence(source.cut, source.events), view.width));
  if (source.skipped !== undefined) {
    const { skipped, firstSkipped = 0 } = source;
    lines.push(...wrapWords(`${counted(skipped, 'line')} of the trace ${skipped === 1 ? 'does' : 'do'} not parse and ${skipped === 1 ? 'was' : 'were'} skipped, the first is line ${firstSkipped}: nothing is proved from the rest.`, view.width));
  }
  return [...(findings.length === 0 ? [] : ['']), ...lines, ...truncated(analysis.search, view), ...unlooked(analysis.search, view), ...refutedSection(analysis, view), ...suppressionsSection(analysis, view)];
}

function watched(source: Source): string {
  const parts = [counted(source.threads, 'thread'), counted(source.locks, 'lock')];
  if (source.merged !== true) parts.unshift(counted(source.events, 'event'));
  if (source.operations > 0) parts.unshift(counted(source.operations, 'call'));
  return listed(parts, 4);
}

const PLURALS: Readonly<Record<ObservedOnly, string>> = { semaphore: 'semaphores', barrier: 'barriers', condition: 'conditions' };

/** Of which locks a report without findings says less than it seems to. */
function unlooked({ observedOnly = [] }: SearchLimits, view: View): string[] {
  if (observedOnly.length === 0) return [];
  const kinds = listed(observedOnly.map((kind) => PLURALS[kind]));
  return wrapWords(`Waits at ${kinds} are told where they happened; on other schedules they were not looked for.`, view.width);
}

/** What the search for cycles and schedules left undone; nothing is said of one that ended. */
function truncated({ maxCycle, truncated: cuts, storage }: SearchLimits, view: View): string[] {
  if (cuts.length === 0) return [];
  const sentences = {
    cycles: `cycles of more than ${counted(maxCycle, 'thread')} were not looked for (--max-cycle N)`,
    patterns: 'there were too many patterns to look at each',
    schedules: 'there were too many schedules to try each',
    events: 'there were too many events to look at each',
    storage: 'the events could not all be kept',
  };
  const remedy = storage === undefined ? '' : ` Temporary files cannot be kept in ${escapeText(storage.folder)} (${escapeText(storage.error)}); TMPDIR=FOLDER puts them elsewhere.`;
  return wrapWords(`The search was cut short, so there may be more to find: ${listed(cuts.map((cut) => sentences[cut]), cuts.length)}.${remedy}`, view.width);
}
