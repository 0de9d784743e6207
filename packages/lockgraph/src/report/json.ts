/** A report as JSON: what machines read. docs/report-format.md describes it, docs/report.schema.json says it strictly. */
import type { Analysis, Evidence, HistoryEntry, HistoryNote, Place, Source, WaitMode, Waiter } from '../detect/finding.js';
import type { NoteValue } from '../trace/event.js';
import { describe } from './describe.js';

/** Version of the format; raised when a reader of the former would misread it. */
const FORMAT = 1;

export interface JsonFinding {
  readonly id: string;
  readonly kind: string;
  readonly evidence: Evidence;
  readonly broken?: true;
  /** One sentence for people; names in it are escaped, as in the text. */
  readonly message: string;
  readonly count: number;
  readonly threads: readonly string[];
  readonly locks: readonly string[];
  readonly cycle: readonly Waiter[];
  readonly schedule?: readonly number[];
  readonly history: readonly HistoryEntry[];
}

export interface JsonReport {
  readonly lockgraph: typeof FORMAT;
  readonly source: Source;
  readonly findings: readonly JsonFinding[];
  readonly refuted: Analysis['refuted'];
}

/** The report as plain data, keys in a fixed order. A pure function. */
export function toJson(analysis: Analysis): JsonReport {
  const { name, events, threads, locks, operations, complete } = analysis.source;
  return {
    lockgraph: FORMAT,
    source: { name, events, threads, locks, operations, complete },
    findings: analysis.findings.map((finding) => ({
      id: finding.id,
      kind: finding.kind,
      evidence: finding.evidence,
      ...(finding.broken === undefined ? {} : { broken: finding.broken }),
      message: describe(finding),
      count: finding.count,
      threads: finding.threads,
      locks: finding.locks,
      cycle: finding.cycle.map(waiterJson),
      ...(finding.schedule === undefined ? {} : { schedule: finding.schedule }),
      history: finding.history.map(entryJson),
    })),
    refuted: analysis.refuted,
  };
}

/** One report as an object, several as an array, in the order given; ends in a newline. */
export function renderJson(analyses: readonly Analysis[]): string {
  const reports = analyses.map(toJson);
  return `${JSON.stringify(reports.length === 1 ? reports[0] : reports, undefined, 2)}\n`;
}

function waiterJson(waiter: Waiter): Waiter {
  return {
    thread: waiter.thread,
    wants: waiter.wants,
    mode: waiter.mode satisfies WaitMode,
    ...(waiter.holds === undefined ? {} : { holds: waiter.holds }),
    held: waiter.held,
    requestedAt: placeJson(waiter.requestedAt),
    ...(waiter.acquiredAt === undefined ? {} : { acquiredAt: placeJson(waiter.acquiredAt) }),
  };
}

function placeJson(place: Place): Place {
  const { event, line, site, stack, operation, operationNumber, arguments: values } = place;
  return {
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
    ...(entry.other === undefined ? {} : { other: entry.other }),
    ...(entry.note === undefined ? {} : { note: noteJson(entry.note) }),
    ...(entry.misuse === undefined ? {} : { misuse: entry.misuse }),
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
