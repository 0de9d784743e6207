/** A report as text: what stands still and why, on one screen; everything, if asked. */
import type { Analysis, Finding } from '../detect/finding.js';
import { headline } from './describe.js';
import { escapeName } from './escape.js';
import { historySection } from './history.js';
import { columns, counted, indent, withAside, wrapWords } from './layout.js';
import { isShown, othersSection } from './others.js';
import { scenarioSection } from './scenario.js';
import { plainStyle } from './style.js';
import type { Style } from './style.js';
import { summarySection } from './summary.js';
import type { View } from './view.js';
import { waitersSection } from './waiters.js';

/** Lines of a screen: what a report keeps to, unless everything is asked for. */
const SCREEN = 40;
/** Lines that a history gets even where the rest fills the screen. */
const LEAST_HISTORY = 10;

export interface TextOptions {
  /** Columns of a line; 100 if absent, at least 60. A name that is longer makes a line longer. */
  readonly width?: number;
  /** Every finding in full, all steps, all stacks, and the reasons of what was refuted. */
  readonly verbose?: boolean;
  /** How parts stand out; not at all if absent. */
  readonly style?: Style;
  /** The source line at a site such as `src/bank.ts:14:33`, if there is such a source. */
  readonly sourceLine?: (site: string) => string | undefined;
  /** How many calls the program would have made in all: `call 1201 of 3600`. */
  readonly calls?: number;
}

/** The whole report of an analysis; ends in a newline. A pure function. */
export function renderText(analysis: Analysis, options: TextOptions = {}): string {
  const view: View = {
    width: Math.max(60, options.width ?? 100),
    verbose: options.verbose ?? false,
    style: options.style ?? plainStyle,
    sourceLine: options.sourceLine ?? (() => undefined),
    calls: options.calls,
  };
  const findings = analysis.findings.toSorted((a, b) => urgency(a) - urgency(b));
  const summary = summarySection({ ...analysis, findings }, view);
  const told: Finding[] = [];
  const lines: string[] = [];
  for (const finding of findings) {
    const section = findingLines(finding, SCREEN - lines.length - summary.length - findings.length, view);
    const fits = lines.length + section.length + summary.length + findings.length <= SCREEN;
    const worth = view.verbose ? !isShown(finding, told) : told.length === 0 || (standsStill(finding) && fits);
    if (!worth) continue;
    if (told.length > 0) lines.push('');
    for (const line of section) lines.push(line);
    told.push(finding);
  }
  const others = othersSection(
    findings.filter((finding) => !told.includes(finding)),
    told,
    view,
  );
  return [...lines, ...others, ...summary].map((line) => `${line.trimEnd()}\n`).join('');
}

/** One finding in full. */
function findingLines(finding: Finding, room: number, view: View): string[] {
  const head = [...headLines(finding, view), ...waitersSection(finding, view)];
  const scenario = scenarioSection(finding, view);
  if (finding.schedule !== undefined && finding.schedule.length > 0) {
    scenario.push('', ...wrapWords(`Schedule that reaches it: ${finding.schedule.join(' ')}`, view.width));
  }
  // Where there is a scenario table, a history of plain requests and acquires says nothing new.
  const plain = finding.history.every((entry) => entry.note === undefined && entry.misuse === undefined && entry.first === undefined);
  const history =
    finding.history.length === 0 || (scenario.length > 0 && plain && !view.verbose) ? [] : historySection(finding, Math.max(LEAST_HISTORY, room - head.length - scenario.length), view);
  return [...head, ...scenario, ...history];
}

function headLines(finding: Finding, view: View): string[] {
  const kind = `${view.style.alarm(escapeName(finding.kind))} (${finding.evidence})`;
  const call = finding.cycle.reduce((last, waiter) => Math.max(last, waiter.requestedAt.operationNumber ?? 0), 0);
  const ofCalls = call === 0 ? '' : `call ${call}${view.calls === undefined ? '' : ` of ${view.calls}`}`;
  const aside = finding.count > 1 ? often(finding) : ofCalls;
  const [first, ...rest] = wrapWords(headline(finding), view.width - columns(kind) - 2);
  const lines = [`${kind}  ${first ?? ''}`, ...indent(rest, columns(kind) + 2)];
  return [...lines.slice(0, -1), ...withAside(lines.at(-1)!, aside, view.width)];
}

/** Of a note, the sentence is the first one's; a misuse is the same each time. */
function often({ kind, count }: Finding): string {
  return kind.includes('/') ? `first of ${counted(count, 'time')}` : counted(count, 'time');
}

function standsStill(finding: Finding): boolean {
  return finding.cycle.length > 0;
}

/** What stands still comes first, then misuse, then what a simulation noted. */
function urgency(finding: Finding): number {
  if (standsStill(finding)) return finding.evidence === 'observed' ? 0 : 1;
  return finding.kind.includes('/') ? 3 : 2;
}
