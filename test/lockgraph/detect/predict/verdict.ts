/** Judges what a report says of a trace by what the oracle knows of it. Looks at deadlocks that are `proved`, and at patterns that are `possible`. */
import type { JsonFinding, JsonReport } from '../../../../packages/lockgraph/src/report/json.js';
import { cycleKey, type Predictable } from './oracle.js';
import { patterns, signatures, unorderedByForkJoin, type Signatures } from './patterns.js';
import { scheduleError } from './schedule-checker.js';
import type { StdTrace } from './std-trace.js';

/** How many of some abstract patterns there are, and how many of them are proved. */
export interface Share {
  proved: number;
  of: number;
}

export interface Verdict {
  /** Deadlocks that a sync-preserving reordering reaches: all have to be proved. */
  readonly syncPreserving: Share;
  /** Those that take another order of critical sections. */
  readonly reordered: Share;
  /** Those through a join. */
  readonly throughJoins: Share;
  /** Findings with evidence `proved`. */
  readonly proofs: number;
  /** Sentences, of what is wrong. */
  readonly violations: readonly string[];
}

export function judge(trace: StdTrace, truth: Predictable, report: JsonReport): Verdict {
  const of = signatures(trace);
  const possible = report.findings.filter(({ kind, evidence }) => kind === 'lock-order' && evidence === 'possible');
  const proved = report.findings.filter(({ evidence }) => evidence === 'proved');
  const found = new Set(proved.map((finding) => abstractKey(linesOf(finding), of)));
  const mentioned = new Set([...found, ...possible.map((finding) => abstractKey(linesOf(finding), of))]);
  const plausible = abstractKeys(unorderedByForkJoin(trace, patterns(trace)).map(cycleKey), of);
  const syncPreserving = abstractKeys(truth.syncPreserving, of);
  const predictable = abstractKeys(truth.predictable, of);
  const general = abstractKeys(truth.general, of);
  return {
    syncPreserving: share(syncPreserving, found),
    reordered: share(without(predictable, syncPreserving), found),
    throughJoins: share(general, found),
    proofs: proved.length,
    violations: [
      ...proved.flatMap((finding) => wrongProof(finding, trace, truth)),
      ...[...proved, ...possible].flatMap((finding) => wrongCycle(finding, trace)),
      ...repeated([...proved, ...possible].map((finding) => abstractKey(linesOf(finding), of))).map((key) => `it is found twice: ${key}`),
      ...[...without(syncPreserving, found)].map((key) => `a sync-preserving deadlock is not proved: ${key}`),
      ...[...without(predictable, mentioned)].map((key) => `a deadlock is not even possible: ${key}`),
      ...possible.map((finding) => abstractKey(linesOf(finding), of)).filter((key) => !plausible.has(key)).map((key) => `what is no pattern, or ordered, is possible: ${key}`),
    ],
  };
}

function linesOf({ cycle }: JsonFinding): number[] {
  return cycle.map(({ requestedAt }) => requestedAt.line ?? NaN);
}

function abstractKey(lines: readonly number[], of: Signatures): string {
  return lines.map((line) => of.get(line) ?? `line ${line}`).toSorted().join(' + ');
}

function abstractKeys(cycles: Iterable<string>, of: Signatures): Set<string> {
  return new Set(Array.from(cycles, (key) => abstractKey(key.split(',').map(Number), of)));
}

function share(all: ReadonlySet<string>, found: ReadonlySet<string>): Share {
  return { proved: all.size - without(all, found).size, of: all.size };
}

function without(all: ReadonlySet<string>, some: ReadonlySet<string>): Set<string> {
  return new Set([...all].filter((key) => !some.has(key)));
}

function repeated(keys: readonly string[]): string[] {
  return keys.filter((key, index) => keys.indexOf(key) !== index);
}

function wrongProof(finding: JsonFinding, trace: StdTrace, truth: Predictable): string[] {
  const lines = linesOf(finding);
  const key = cycleKey(lines);
  const wrong: string[] = [];
  const reached = finding.kind === 'lock-order' ? truth.predictable : truth.general;
  if (finding.kind !== 'lock-order' && finding.kind !== 'deadlock') wrong.push(`a ${finding.kind} is proved at ${key}`);
  else if (!reached.has(key)) wrong.push(`a ${finding.kind} is proved at ${key}, and no reordering comes there`);
  if (finding.schedule === undefined) return [...wrong, `the proof at ${key} has no schedule`];
  const error = scheduleError(trace, finding.schedule, lines);
  if (error !== undefined) wrong.push(`the schedule of the proof at ${key} fails in ${error}`);
  return wrong;
}

/** Whether each entry of a cycle says what its line says, and who waits for whom is told the right way round. */
function wrongCycle({ cycle }: JsonFinding, trace: StdTrace): string[] {
  return cycle.flatMap((waiter, index) => {
    const { thread, wants, mode, holds, requestedAt } = waiter;
    const event = trace.events.find(({ line }) => line === requestedAt.line);
    const before = cycle.at(index - 1)!;
    const wanted = before.mode === 'join' ? undefined : before.wants;
    const said = JSON.stringify({ thread, wants, mode, holds });
    if (event === undefined) return [`line ${requestedAt.line} of ${said} is no event that counts`];
    const is = JSON.stringify({ thread: event.thread, wants: event.operand, mode: event.op === 'join' ? 'join' : 'exclusive', holds: wanted });
    if (before.mode === 'join' && before.wants !== thread) return [`${before.thread} joins ${before.wants}, and the next in the cycle is ${thread}`];
    return said === is ? [] : [`line ${event.line} is ${is}, and the cycle says ${said}`];
  });
}
