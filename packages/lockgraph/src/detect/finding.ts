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
/** What could go wrong on another schedule, or breaks a declared order. */
export type OrderKind = 'lock-order' | 'rank-violation';
/** One of lockgraph's own kinds, or the kind of a note (which has a `/` in it, as `alloc/size-mismatch`). */
export type FindingKind = DeadlockKind | MisuseKind | OrderKind | (string & {});

/** What a waiting thread wants: a lock in a mode, or a thread to end. */
export type WaitMode = 'exclusive' | 'shared' | 'upgradable' | 'permits' | 'join';

/** A way of having a lock otherwise than exclusively: of a reader-writer lock, or some of a semaphore's permits. */
export type SharedMode = Exclude<WaitMode, 'exclusive' | 'join'>;

/** A way of holding a mutex or a reader-writer lock. */
export type HeldAs = Exclude<WaitMode, 'permits' | 'join'>;

/** A point in a run. */
export interface Place {
  /** Name of the run or its trace, where a finding is about several. */
  readonly trace?: string;
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
  /** How it holds that; absent: exclusively. */
  readonly holdsMode?: SharedMode;
  /** What it holds, in the order of acquisition: all of it, or the newest and `holds`. */
  readonly held: readonly string[];
  /** How many older ones `held` leaves out, `holds` counted with them; absent: none. */
  readonly heldCut?: number;
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
  /** How the lock is wanted, held or given back; absent: exclusively, or the event is about no lock. */
  readonly mode?: SharedMode;
  /** The other thread of a spawn, a join, or a request to join. */
  readonly other?: string;
  readonly note?: HistoryNote;
  /** Kind of the misuse that this event was, as `unlock-not-held`. */
  readonly misuse?: string;
  /** Of a release that is misuse: the ways in which its thread does hold the lock, which it does not give back so. */
  readonly heldAs?: readonly HeldAs[];
  /** Marks the first anomaly of the history. */
  readonly first?: true;
}

/** A stretch of a schedule: what one thread does before another one goes on. */
export interface ScheduleRun {
  readonly thread: string;
  /** Its first and its last step: lines of the trace, or numbers of events where it has no lines. Between them, only steps of this thread are meant. */
  readonly from: number;
  readonly to: number;
  /** How many steps it is. */
  readonly steps: number;
}

/**
 * Why a cycle is not proved. `accesses`: the trace records no accesses of memory, so no schedule can be proved. `incomplete`: parts of the run are missing. `searched`: no order of the recorded
 * events in which every read sees what it saw comes there. `gave-up`: the search ended at its bound. `kept-order`: semaphores, barriers, conditions and locks that were misused keep
 * the order that they have in the trace, so that not all orders were tried. `storage`: the events could not all be kept. `disorder`: the trace has events of a thread before the one that starts it, so that its order is not
 * that of the run.
 */
export type Unproved = 'accesses' | 'incomplete' | 'searched' | 'gave-up' | 'kept-order' | 'storage' | 'disorder';

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
  /** It happened, and dissolved later: a request was given up, or a lock was freed by a thread that did not hold it. Its evidence is `possible` then. */
  readonly broken?: true;
  /** What it was that broke it up. */
  readonly brokenBy?: HistoryEntry;
  /**
   * The steps that lead there, in order, where it is `proved`: lines of the trace, or numbers of events where it has no lines. After
   * them, the place of each `requestedAt` is what its thread does next. Absent if there are more than {@link SCHEDULE_LIMIT},
   * or the schedules before it have used {@link SCHEDULES_LIMIT} up.
   */
  readonly schedule?: readonly number[];
  /**
   * Of a schedule that is too long to list, what comes first: all steps of each thread up to this one, in the order of the trace. Then come the
   * steps of `schedule`, if there is one.
   */
  readonly scheduleCut?: Readonly<Record<string, number>>;
  /** The schedule in the form of its context switches; given with `schedule`, of which each step is in one of them. */
  readonly runs?: readonly ScheduleRun[];
  /** Why it is only `possible`, where that is known. */
  readonly unproved?: Unproved;
  /** Its locks are classes, and its threads may be of several runs: no two instances need to have met. */
  readonly byClass?: true;
  /** Of a rank violation: the rank of the lock that is wanted, and of the one that is held; keys where the ranks are equal. */
  readonly ranks?: { readonly wanted: number; readonly held: number; readonly of: 'rank' | 'key' };
}

/** Most steps that a schedule lists, and that all schedules of a trace list together. */
export const SCHEDULE_LIMIT = 100_000;
export const SCHEDULES_LIMIT = 10_000_000;

/**
 * Why a cycle of requests cannot become a deadlock. `same-thread`: one thread makes all of it. `never-together`: a thread would have to wait at two
 * places at once. `gate-lock`: two of the threads hold a common lock. `ordered`: fork, join, a semaphore or a barrier keeps two requests apart.
 * `try-lock`: a request does not wait. `readers`: a request shares the lock with its holder. `unreachable`: no order of the events comes there.
 */
export type RefutationReason = 'same-thread' | 'never-together' | 'gate-lock' | 'ordered' | 'try-lock' | 'readers' | 'unreachable';

/** A cycle of requests that was looked at and refuted. */
export interface RefutedPattern {
  readonly reason: RefutationReason;
  /** Who requests which lock while holding which, as in a finding: each wants what the next holds. */
  readonly cycle: readonly { readonly thread: string; readonly wants: string; readonly holds: string }[];
  /** The common lock of a gate, or the lock that is only read or tried. */
  readonly by?: string;
}

/** A rule that keeps findings out of a report, and how many it kept out. */
export interface SuppressionUse {
  /** Names of two locks or classes, in any order, or a site; `*` stands for any characters. */
  readonly locks?: readonly [string, string];
  readonly site?: string;
  readonly reason: string;
  /** Findings that it kept out, be it with others. */
  readonly matched: number;
  /** Findings that it matches, and that are told nevertheless, for they happened; absent: none. Where both are 0, the rule matched nothing. */
  readonly overruled?: number;
}

/** A kind of lock that anybody may free: a deadlock through it is told only where it happened. */
export type ObservedOnly = 'semaphore' | 'barrier' | 'condition';

/** How far the search for patterns and proofs went. */
export interface SearchLimits {
  /** Longest cycle that was looked for. */
  readonly maxCycle: number;
  /**
   * What was cut short, if anything: longer cycles may exist; there were too many patterns, or too many schedules, to try all; too many events; or
   * these could not all be kept.
   */
  readonly truncated: readonly ('cycles' | 'patterns' | 'schedules' | 'events' | 'storage')[];
  /** Where events could not be kept, and what the system says of it, as `ENOSPC: no space left on device`. */
  readonly storage?: { readonly folder: string; readonly error: string };
  /** Kinds of locks in the run whose waits were not looked for on other schedules; absent: none. */
  readonly observedOnly?: readonly ObservedOnly[];
}

/** How a trace ends before its end. */
export interface TraceCut {
  /** `end`: its end is missing, as where its writer was stopped; `gzip`: its gzip data ends too early; `damage`: a block of the binary format is damaged. */
  readonly cause: 'end' | 'gzip' | 'damage';
  /** Bytes that were not read, and how many come before them, unpacked. */
  readonly unreadBytes: number;
  readonly unreadFrom: number;
}

/** What was analysed. */
export interface Source {
  /** Name of the trace or program. */
  readonly name: string;
  /** How many events came; of what many runs have shown, none. */
  readonly events: number;
  readonly threads: number;
  readonly locks: number;
  /** It is what many runs have shown, merged: there are no events. */
  readonly merged?: true;
  /** Number of operations begun. */
  readonly operations: number;
  /** False if events never came to the detectors (the trace has gaps), or the run has not ended (the trace is cut off). What a recorder drops afterwards does not count. */
  readonly complete: boolean;
  /** Absent if the trace has its end, or what was analysed is no trace. */
  readonly cut?: TraceCut;
  /** Lines of the trace that do not parse and were left out, and the number of the first; absent if there are none. */
  readonly skipped?: number;
  readonly firstSkipped?: number;
}

/** The outcome of an analysis. */
export interface Analysis {
  readonly source: Source;
  readonly findings: readonly Finding[];
  /** Patterns looked at and refuted, counted by reason. */
  readonly refuted: Readonly<Partial<Record<RefutationReason, number>>>;
  /** The first of each reason. */
  readonly refutedPatterns: readonly RefutedPattern[];
  readonly search: SearchLimits;
  /** Absent where no suppressions were given. */
  readonly suppressions?: readonly SuppressionUse[];
  /** What these kept out. */
  readonly suppressed?: readonly Finding[];
}
