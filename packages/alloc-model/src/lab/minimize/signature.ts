/**
 * What makes two replays show the same: how they end, who waits for what in which calls, who took it in which, and which classes were
 * confused. Plain data, without numbers of calls, of events and of blocks.
 */
import type { Analysis, Finding } from 'lockgraph';
import type { ReplayResult } from '../replay/replay.js';
import type { ConfusedClasses } from './blame.js';

export interface Signature {
  /** `overlap`: all calls return, but one was given a block that overlaps a live one. */
  readonly outcome: 'hang' | 'abort' | 'undefined' | 'overlap';
  /** Kind of the finding of a hang. */
  readonly kind?: string;
  readonly mutex?: string;
  /** The functions in which the thread waits. */
  readonly waitsIn?: readonly string[];
  /** The functions in which what it waits for was taken for good. */
  readonly takenIn?: readonly string[];
  /** What the allocator said, or why its behaviour is undefined; with `N` for each number that depends on the run. */
  readonly says?: string;
  /** Which class was freed as which by the claim that is to blame; null if the run ties none to its end. */
  readonly classes: ConfusedClasses | null;
}

/** @returns undefined if the replay shows nothing: all calls return, and no block overlaps another */
export function signatureOf(result: ReplayResult, analysis: Analysis, classes: ConfusedClasses | null): Signature | undefined {
  const { outcome, mutex, message, reason, firstOverlap } = result;
  if (outcome === 'ok' && firstOverlap === undefined) return undefined;
  const says = message ?? reason;
  return {
    outcome: outcome === 'ok' ? 'overlap' : outcome,
    ...(mutex === undefined ? {} : waiting(mutex, analysis)),
    ...(says === undefined ? {} : { says: withoutNumbers(says) }),
    classes,
  };
}

export function isSame(a: Signature, b: Signature | undefined): boolean {
  return b !== undefined && JSON.stringify(a) === JSON.stringify(b);
}

/** What the finding says about the thread that waits for `mutex`. */
function waiting(mutex: string, analysis: Analysis): Partial<Signature> {
  const finding = analysis.findings.find(({ cycle }) => cycle.some(({ wants }) => wants === mutex));
  const waiter = finding?.cycle.find(({ wants }) => wants === mutex);
  if (finding === undefined || waiter === undefined) return { mutex };
  const takenIn = lastAcquire(finding, mutex);
  return {
    kind: finding.kind,
    mutex,
    waitsIn: waiter.requestedAt.stack ?? [],
    ...(takenIn === undefined ? {} : { takenIn }),
  };
}

function lastAcquire({ history }: Finding, lock: string): readonly string[] | undefined {
  return history.findLast((entry) => entry.what === 'acquire' && entry.lock === lock)?.stack;
}

/** Places in the source keep theirs (`src/jemalloc.c:2654`): only numbers that stand alone depend on the run. */
function withoutNumbers(text: string): string {
  return text.replace(/\b0x[0-9a-f]+\b/g, 'N').replace(/(?<=^|[\s(])\d+(?=$|[\s),.:;])/g, 'N');
}
