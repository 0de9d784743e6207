/**
 * What makes two replays show the same: how they end, who waits for what in which calls, who took it in which, and which classes were
 * confused. Plain data, without numbers of calls, of events and of blocks.
 */
import type { Analysis, CallId, EventSink, Finding, Note, OperationNumber, ThreadId } from 'lockgraph';
import { index2size } from '../../jemalloc/size-classes.js';
import type { ReplayResult } from '../replay/replay.js';

/** A block of one class was freed as one of another. The sizes of the classes, in bytes. */
export interface ConfusedClasses {
  readonly usable: number;
  readonly claimedUsable: number;
}

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
  /** The wrong claim that is to blame; null if none was made. */
  readonly classes: ConfusedClasses | null;
}

const SIZE_MISMATCH = 'alloc/size-mismatch';
const WRONG_BIN = 'alloc/wrong-bin';

/** Hears the notes of a replay, of which an analysis keeps the first of each kind only. Add it to the sinks of the replay. */
export class Blame implements EventSink {
  #first: ConfusedClasses | undefined;
  /** The newest wrong claim, and the call that made it. */
  #last: ConfusedClasses | undefined;
  #lastCall: OperationNumber = 0;
  /** By the name of a lock: the newest that was taken for good by a flush of a wrong bin. */
  readonly #wrongBins = new Map<string, ConfusedClasses>();

  event(): void {
    // Only the notes say what is to blame.
  }

  note(_event: number, _thread: ThreadId, _call: CallId, operation: OperationNumber, { kind, data }: Note): void {
    if (kind === SIZE_MISMATCH) {
      this.#last = { usable: Number(data['usable']), claimedUsable: index2size(Number(data['claimedClass'])) };
      this.#lastCall = operation;
      this.#first ??= this.#last;
    } else if (kind === WRONG_BIN) {
      this.#wrongBins.set(String(data['lock']), { usable: Number(data['runBinSize']), claimedUsable: Number(data['binSize']) });
    }
  }

  end(): void {
    // Nothing is kept open.
  }

  /** The claim that led to the end of the run: of the flush that took the mutex, else of the last call itself, else the first of all. */
  of({ mutex, call }: ReplayResult): ConfusedClasses | null {
    const flushed = mutex === undefined ? undefined : this.#wrongBins.get(mutex);
    return flushed ?? (this.#lastCall === call ? this.#last : undefined) ?? this.#first ?? null;
  }
}

/** @returns undefined if the replay shows nothing: all calls return, and no block overlaps another */
export function signatureOf(result: ReplayResult, analysis: Analysis, blame: Blame): Signature | undefined {
  const { outcome, mutex, message, reason, firstOverlap } = result;
  if (outcome === 'ok' && firstOverlap === undefined) return undefined;
  const says = message ?? reason;
  return {
    outcome: outcome === 'ok' ? 'overlap' : outcome,
    ...(mutex === undefined ? {} : waiting(mutex, analysis)),
    ...(says === undefined ? {} : { says: withoutNumbers(says) }),
    classes: blame.of(result),
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
