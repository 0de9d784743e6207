/** A report as text: what stands still and why, on one screen; everything, if asked. */
import type { Analysis, Finding } from '../detect/finding.js';
import { caveatsSection } from './caveats.js';
import { headline } from './describe.js';
import { evidenceWord } from './dissolved.js';
import { escapeName } from './escape.js';
import { historySection } from './history.js';
import { columns, counted, indent, withAside, wrapWords } from './layout.js';
import { isShown } from './occasion.js';
import { othersRoom, othersSection } from './others.js';
import { isPredicted } from './predicted.js';
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
/** No finding with a cycle is told in fewer lines. */
const LEAST_FINDING = 4;

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
  const told = new Set<Finding>();
  const lines: string[] = [];
  for (const finding of findings) {
    const room = SCREEN - lines.length - summary.length - othersRoom(findings.length - told.size - 1);
    if (!view.verbose && told.size > 0 && (room < LEAST_FINDING || !hasCycle(finding))) continue;
    if (view.verbose && isShown(finding, told)) continue;
    const section = findingLines(finding, room, view);
    if (!view.verbose && told.size > 0 && section.length + 1 > room) continue;
    if (told.size > 0) lines.push('');
    for (const line of section) lines.push(line);
    told.add(finding);
  }
  const others = othersSection(
    findings.filter((finding) => !told.has(finding)),
    told,
    view,
  );
  return [...lines, ...others, ...summary].map((line) => `${line.trimEnd()}\n`).join('');
}

/** One finding in full. */
function findingLines(finding: Finding, room: number, view: View): string[] {
  const head = [...headLines(finding, view), ...waitersSection(finding, view)];
  const table = scenarioSection(finding, view);
  const scenario = [...table, ...caveatsSection(finding, view)];
  // Where there is a scenario table, a history of plain requests and acquires says nothing new.
  const plain = finding.history.every((entry) => entry.note === undefined && entry.misuse === undefined && entry.first === undefined);
  const history =
    finding.history.length === 0 || (table.length > 0 && plain && !view.verbose) ? [] : historySection(finding, Math.max(LEAST_HISTORY, room - head.length - scenario.length), view);
  return [...head, ...scenario, ...history];
}

function headLines(finding: Finding, view: View): string[] {
  const kind = `${view.style.alarm(escapeName(finding.kind))} (${evidenceWord(finding)})`;
  const call = isPredicted(finding) ? 0 : finding.cycle.reduce((last, waiter) => Math.max(last, waiter.requestedAt.operationNumber ?? 0), 0);
  const ofCalls = call === 0 ? '' : `call ${call}${view.calls === undefined ? '' : ` of ${view.calls}`}`;
  const aside = finding.count > 1 ? often(finding) : ofCalls;
  const [first, ...rest] = wrapWords(headline(finding), view.width - columns(kind) - 2);
  const lines = [`${kind}  ${first ?? ''}`, ...indent(rest, columns(kind) + 2)];
  return [...lines.slice(0, -1), ...withAside(lines.at(-1)!, aside, view.width)];
}

/** Of a note, the sentence is the first one's; a misuse is the same each time. */
function often(finding: Finding): string {
  const { kind, count } = finding;
  if (isPredicted(finding)) return `seen ${counted(count, 'time')}`;
  return kind.includes('/') ? `first of ${counted(count, 'time')}` : counted(count, 'time');
}

function hasCycle(finding: Finding): boolean {
  return finding.cycle.length > 0;
}

/**
 * What stands still comes first, then what is proved to come to that, or did for a while; then misuse and broken ranks, then what is only
 * possible, then what a simulation noted.
 */
function urgency(finding: Finding): number {
  if (hasCycle(finding)) {
    if (finding.evidence === 'observed') return 0;
    return finding.evidence === 'proved' || !isPredicted(finding) ? 1 : 3;
  }
  return finding.kind.includes('/') ? 4 : 2;
}
