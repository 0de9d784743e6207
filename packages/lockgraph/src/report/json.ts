/** A report as JSON: what machines read. docs/report-format.md describes it, docs/report.schema.json says it strictly. */
import type { Analysis, Finding, HistoryEntry, HistoryNote, Place, RefutedPattern, ScheduleRun, SearchLimits, Source, SuppressionUse, TraceCut, WaitMode, Waiter } from '../detect/finding.js';
import type { NoteValue } from '../trace/event.js';
import { describe } from './describe.js';

/** Version of the format; raised when a reader of the former would misread it. */
const FORMAT = 1;

export interface JsonFinding extends Finding {
  /** One sentence for people; names in it are escaped, as in the text. */
  readonly message: string;
}

export interface JsonReport {
  readonly lockgraph: typeof FORMAT;
  readonly source: Source;
  readonly findings: readonly JsonFinding[];
  readonly refuted: Analysis['refuted'];
  readonly refutedPatterns: readonly RefutedPattern[];
  readonly search: SearchLimits;
  readonly suppressions?: readonly SuppressionUse[];
}

/** The report as plain data, keys in a fixed order. A pure function. */
export function toJson(analysis: Analysis): JsonReport {
  const { name, events, threads, locks, operations, complete, merged, cut, skipped, firstSkipped } = analysis.source;
  const left = { ...(merged === undefined ? {} : { merged }), ...(cut === undefined ? {} : { cut: cutJson(cut) }), ...(skipped === undefined ? {} : { skipped }), ...(firstSkipped === undefined ? {} : { firstSkipped }) };
  return {
    lockgraph: FORMAT,
    source: { name, events, threads, locks, operations, complete, ...left },
    findings: analysis.findings.map(findingJson),
    refuted: analysis.refuted,
    refutedPatterns: analysis.refutedPatterns.map(patternJson),
    search: searchJson(analysis.search),
    ...(analysis.suppressions === undefined ? {} : { suppressions: analysis.suppressions.map(suppressionJson) }),
  };
}

/** One report as an object, several as an array, in the order given; ends in a newline. */
export function renderJson(analyses: readonly Analysis[]): string {
  const reports = analyses.map(toJson);
  return `${JSON.stringify(reports.length === 1 ? reports[0] : reports, undefined, 2)}\n`;
}

function findingJson(finding: Finding): JsonFinding {
  const { id, kind, evidence, broken, brokenBy, byClass, ranks, unproved, count, threads, locks, cycle, schedule, runs, scheduleCut, history } = finding;
  return {
    id,
    kind,
    evidence,
    ...(broken === undefined ? {} : { broken }),
    ...(brokenBy === undefined ? {} : { brokenBy: entryJson(brokenBy) }),
    ...(unproved === undefined ? {} : { unproved }),
    ...(byClass === undefined ? {} : { byClass }),
    ...(ranks === undefined ? {} : { ranks: { wanted: ranks.wanted, held: ranks.held, of: ranks.of } }),
    message: describe(finding),
    count,
    threads,
    locks,
    cycle: cycle.map(waiterJson),
    ...(schedule === undefined ? {} : { schedule }),
    ...(runs === undefined ? {} : { runs: runs.map(runJson) }),
    ...(scheduleCut === undefined ? {} : { scheduleCut }),
    history: history.map(entryJson),
  };
}

function runJson({ thread, from, to, steps }: ScheduleRun): ScheduleRun {
  return { thread, from, to, steps };
}

function patternJson({ reason, cycle, by }: RefutedPattern): RefutedPattern {
  return { reason, cycle: cycle.map(({ thread, wants, holds }) => ({ thread, wants, holds })), ...(by === undefined ? {} : { by }) };
}

function cutJson({ cause, unreadBytes, unreadFrom }: TraceCut): TraceCut {
  return { cause, unreadBytes, unreadFrom };
}

function searchJson({ maxCycle, truncated, storage, observedOnly }: SearchLimits): SearchLimits {
  return {
    maxCycle,
    truncated,
    ...(storage === undefined ? {} : { storage: { folder: storage.folder, error: storage.error } }),
    ...(observedOnly === undefined ? {} : { observedOnly }),
  };
}

function suppressionJson({ locks, site, reason, matched, overruled }: SuppressionUse): SuppressionUse {
  return { ...(locks === undefined ? {} : { locks }), ...(site === undefined ? {} : { site }), reason, matched, ...(overruled === undefined ? {} : { overruled }) };
}

function waiterJson(waiter: Waiter): Waiter {
  return {
    thread: waiter.thread,
    wants: waiter.wants,
    mode: waiter.mode satisfies WaitMode,
    ...(waiter.holds === undefined ? {} : { holds: waiter.holds }),
    ...(waiter.holdsMode === undefined ? {} : { holdsMode: waiter.holdsMode }),
    held: waiter.held,
    ...(waiter.heldCut === undefined ? {} : { heldCut: waiter.heldCut }),
    requestedAt: placeJson(waiter.requestedAt),
    ...(waiter.acquiredAt === undefined ? {} : { acquiredAt: placeJson(waiter.acquiredAt) }),
  };
}

function placeJson(place: Place): Place {
  const { trace, event, line, site, stack, operation, operationNumber, arguments: values } = place;
  return {
    ...(trace === undefined ? {} : { trace }),
    event,
    ...(line === undefined ? {} : { line }),
    ...(site === undefined ? {} : { site }),
    ...(stack === undefined ? {} : { stack }),
    ...(operation === undefined ? {} : { operation }),
    ...(operationNumber === undefined ? {} : { operationNumber }),
    ...(values === undefined ? {} : { arguments: Object.fromEntries(Object.entries(values).map(([name, value]) => [name, finite(value)])) }),
  };
}

function entryJson(entry: HistoryEntry): HistoryEntry {
  return {
    ...placeJson(entry),
    thread: entry.thread,
    what: entry.what,
    ...(entry.lock === undefined ? {} : { lock: entry.lock }),
    ...(entry.mode === undefined ? {} : { mode: entry.mode }),
    ...(entry.other === undefined ? {} : { other: entry.other }),
    ...(entry.note === undefined ? {} : { note: noteJson(entry.note) }),
    ...(entry.misuse === undefined ? {} : { misuse: entry.misuse }),
    ...(entry.heldAs === undefined ? {} : { heldAs: entry.heldAs }),
    ...(entry.first === undefined ? {} : { first: entry.first }),
  };
}

function noteJson(note: HistoryNote): HistoryNote {
  return {
    kind: note.kind,
    data: Object.fromEntries(Object.entries(note.data).map(([name, value]) => [name, finite(value)])),
    operations: note.operations,
    ...(note.template === undefined ? {} : { template: note.template }),
  };
}

/** JSON has no infinity and no NaN: they are written as their names. */
function finite<Value extends NoteValue>(value: Value): Value | string {
  return typeof value === 'number' && !Number.isFinite(value) ? String(value) : value;
}
