/** What lockgraph has to say: plain data, with names instead of ids. The sentences are made in `report/`. */
import type { NoteValue } from '../trace/event.js';

/** `observed`: it happened. `proved`: a schedule that makes it happen is given. `possible`: neither proved nor refuted. */
export type Evidence = 'observed' | 'proved' | 'possible';

export type DeadlockKind = 'self-deadlock' | 'deadlock' | 'orphaned-lock' | 'hang';
export type MisuseKind =
  | 'unlock-not-held'
  | 'unlock-foreign'
  | 'exit-holding'
  | 'destroy-held'
  | 'init-held';
/** One of lockgraph's own kinds, or the kind of a note (which has a `/` in it, as `alloc/size-mismatch`). */
export type FindingKind = DeadlockKind | MisuseKind | (string & {});

/** What a waiting thread wants: a lock in a mode, or a thread to end. */
export type WaitMode = 'exclusive' | 'shared' | 'upgradable' | 'permits' | 'join';

/** A point in a run. */
export interface Place {
  /** 1-based number of the event. */
  readonly event: number;
  /** 1-based line of the text trace that it was read from. */
  readonly line?: number;
  /** Place in the source, relative to the working directory: `src/bank.ts:14:33`. */
  readonly site?: string;
  /** Calls from the outermost to the tip. */
  readonly stack?: readonly string[];
  /** The operation that it belongs to: `sdallocx #812`. */
  readonly operation?: string;
  /** Number of that operation, and its arguments by name: numbers; in JSON, those that it lacks are named (`NaN`). */
  readonly operationNumber?: number;
  readonly arguments?: Readonly<Record<string, number | string>>;
}

/** One thread that stands still. In a cycle, the last entry's `wants` is held by the first. */
export interface Waiter {
  readonly thread: string;
  /** A lock, or with mode `join` a thread. */
  readonly wants: string;
  readonly mode: WaitMode;
  /** The lock that the entry before wants; absent where there is none. */
  readonly holds?: string;
  /** All that it holds, in the order of acquisition. */
  readonly held: readonly string[];
  readonly requestedAt: Place;
  /** Where it took `holds`. */
  readonly acquiredAt?: Place;
}

export interface HistoryNote {
  readonly kind: string;
  readonly data: Readonly<Record<string, NoteValue>>;
  /** Numbers of the operations that it blames, oldest first. */
  readonly operations: readonly number[];
  /** Sentence with `{name}` for entries of the data, if the kind was declared with one. */
  readonly template?: string;
}

export interface HistoryEntry extends Place {
  readonly thread: string;
  /** `request`, `acquire`, `release`, … as in the trace; `wake` where a condition wakes its waiter; `operation` for a call that a note blames; `note`. */
  readonly what: string;
  readonly lock?: string;
  /** The other thread of a spawn, a join, or a request to join. */
  readonly other?: string;
  readonly note?: HistoryNote;
  /** Kind of the misuse that this event was, as `unlock-not-held`. */
  readonly misuse?: string;
  /** Marks the first anomaly of the history. */
  readonly first?: true;
}

export interface Finding {
  /** Equal on every run of the same program: made of kind and names, not of event numbers. */
  readonly id: string;
  readonly kind: FindingKind;
  readonly evidence: Evidence;
  readonly threads: readonly string[];
  readonly locks: readonly string[];
  readonly cycle: readonly Waiter[];
  /** Oldest first. */
  readonly history: readonly HistoryEntry[];
  /** How often it was seen; a finding is reported once. */
  readonly count: number;
  /** It dissolved later: a request was given up, or a lock was freed by a thread that did not hold it. Its evidence is `possible` then. */
  readonly broken?: true;
  /** Steps that lead there. */
  readonly schedule?: readonly string[];
}

/** What was analysed. */
export interface Source {
  /** Name of the trace or program. */
  readonly name: string;
  readonly events: number;
  readonly threads: number;
  readonly locks: number;
  /** Number of operations begun. */
  readonly operations: number;
  /** False if events never came to the detectors (the trace has gaps), or the run has not ended (the trace is cut off). What a recorder drops afterwards does not count. */
  readonly complete: boolean;
}

/** The outcome of an analysis. */
export interface Analysis {
  readonly source: Source;
  readonly findings: readonly Finding[];
  /** Patterns looked at and refuted, counted by reason. */
  readonly refuted: Readonly<Record<string, number>>;
}
