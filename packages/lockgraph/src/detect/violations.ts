/**
 * Tells of locks that are used against their rules, be it misuse or a broken order: one finding for all that has the same key, which names the first
 * threads that did it. The first {@link HISTORIES} of a kind look back in the log, which costs passes over it; the others have no more than the event,
 * and the acquire that makes it wrong.
 */
import type { CallId, EventKind, LockId, Mode, OperationNumber, ThreadId } from '../trace/event.js';
import type { Evidence } from './evidence.js';
import { findingId } from './finding-id.js';
import type { Finding, HeldAs, HistoryEntry, MisuseKind } from './finding.js';
import type { Findings } from './findings.js';
import type { History } from './history.js';
import type { Places } from './places.js';
import { NONE } from './state/columns.js';
import type { HoldId } from './state/holds.js';

const HISTORIES = 64;

/** What a thread did: the columns of its event, and the lock that it was done to. */
export interface Deed {
  readonly event: number;
  readonly kind: EventKind;
  readonly thread: ThreadId;
  readonly lock: LockId;
  readonly mode: Mode;
  readonly call: CallId;
  readonly operation: OperationNumber;
}

export interface Violation extends Pick<Finding, 'threads' | 'locks' | 'ranks'> {
  readonly kind: MisuseKind | 'rank-violation';
  readonly deed: Deed;
  /** What tells it from others of its kind on every run, beside its stack. */
  readonly idParts: readonly string[];
  /** The lock whose history is told, and the hold of it that makes the deed wrong, or NONE: then its last acquire matters. */
  readonly of: LockId;
  readonly hold: HoldId;
  /** In which other ways the thread holds what it releases. */
  readonly heldAs?: readonly HeldAs[];
}

export class Violations {
  readonly #findings: Findings;
  readonly #places: Places;
  readonly #evidence: Evidence;
  readonly #history: History;
  /** By kind, how many have looked back. */
  readonly #histories = new Map<string, number>();

  constructor(findings: Findings, places: Places, evidence: Evidence, history: History) {
    this.#findings = findings;
    this.#places = places;
    this.#evidence = evidence;
    this.#history = history;
  }

  /** Whether what has this key was told; it was now seen once more. @param thread who takes part in it, to be named */
  seenAgain(key: string, thread?: string): boolean {
    const known = this.#findings.seenAgain(key);
    if (known !== undefined && thread !== undefined) this.#findings.addThread(known, thread);
    return known !== undefined;
  }

  /** Tells what has a new key. */
  tell(key: string, violation: Violation): void {
    const { kind, deed, threads, locks, idParts, ranks } = violation;
    this.#findings.add(key, {
      id: findingId(kind, [...idParts, this.#places.stackText(deed.call)]),
      kind,
      evidence: 'observed',
      threads,
      locks,
      cycle: [],
      history: this.#historyOf(violation),
      count: 1,
      ...(ranks === undefined ? undefined : { ranks }),
    });
  }

  #historyOf({ kind, deed, of, hold, heldAs }: Violation): HistoryEntry[] {
    const { event, thread, lock, mode, call, operation } = deed;
    const entry = this.#places.entry(event, deed.kind, thread, lock, mode, call, operation);
    const wrong = { ...entry, misuse: kind, ...(heldAs === undefined ? undefined : { heldAs }) };
    const acquired = hold === NONE ? undefined : this.#evidence.acquired(hold);
    if (!this.#looksBack(kind)) return [...(acquired === undefined ? [] : [acquired]), { ...wrong, first: true }];
    return this.#history.build({
      locks: new Map([[of, acquired?.event ?? this.#history.lastAcquire(of) ?? event]]),
      operations: new Set([acquired?.operationNumber ?? 0, operation]),
      known: acquired === undefined ? [wrong] : [acquired, wrong],
    });
  }

  #looksBack(kind: string): boolean {
    const before = this.#histories.get(kind) ?? 0;
    this.#histories.set(kind, before + 1);
    return before < HISTORIES;
  }
}
