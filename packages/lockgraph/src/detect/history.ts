/**
 * What led to a finding, out of the log: the events of its locks back to the acquire that matters, all that happened in the
 * operations of those acquires, and the operations that the notes made there blame. Cost: two passes over the log.
 */
import { EventKind, Mode } from '../trace/event.js';
import type { LockId, Note, OperationNumber } from '../trace/event.js';
import type { EventLog } from '../trace/event-log.js';
import type { HistoryEntry } from './finding.js';
import type { Places } from './places.js';

/**
 * Most entries of one sort in a history: the oldest events of the locks, the newest of the operations, the oldest blamed
 * operations. Nothing is lost to the reader who counts: a note lists the numbers of all that it blames.
 */
export const HISTORY_LIMIT = 1000;

/** What a history is to tell. */
export interface Trail {
  /** For each lock, the event from which on its events are told. */
  readonly locks: ReadonlyMap<LockId, number>;
  /** Operations of which all events are told; 0 is none. */
  readonly operations: ReadonlySet<OperationNumber>;
  /** Entries that are known without a log. */
  readonly known: readonly HistoryEntry[];
}

export class History {
  readonly #places: Places;
  readonly #log: EventLog | undefined;

  constructor(places: Places, log: EventLog | undefined) {
    this.#places = places;
    this.#log = log;
  }

  /** Oldest first; the first anomaly is marked. */
  build(trail: Trail): HistoryEntry[] {
    const entries = new Map<number, HistoryEntry>();
    const log = this.#log;
    if (log !== undefined) {
      const rows = rowsOf(log, trail);
      for (const row of [...rows.locks.slice(0, HISTORY_LIMIT), ...rows.operations.slice(-HISTORY_LIMIT)]) {
        if (!this.#places.isSilent(log.kind(row), log.object(row))) entries.set(log.eventAt(row), this.#entry(log, row));
      }
      for (const entry of this.#blamed(log, blamedBy(log, rows.notes))) entries.set(entry.event, entry);
    }
    // Last, for they may know more than the log: that an exit was a misuse.
    for (const entry of trail.known) entries.set(entry.event, entry);
    return marked([...entries.values()].toSorted((one, other) => one.event - other.event));
  }

  /** Number of the acquire of a lock before which `newer` are still in the log, or of the oldest there. Cost: a pass over the log at worst. */
  lastAcquire(lock: LockId, newer = 0): number | undefined {
    const log = this.#log;
    if (log === undefined) return undefined;
    let found: number | undefined;
    let left = newer;
    for (let row = log.size - 1; row >= 0; row--) {
      const kind = log.kind(row);
      if (log.object(row) !== lock || (kind !== EventKind.acquire && kind !== EventKind.take)) continue;
      found = log.eventAt(row);
      if (left-- === 0) break;
    }
    return found;
  }

  /** The operations that `note` blames, as entries. */
  blamed(note: Note): HistoryEntry[] {
    return this.#log === undefined ? [] : this.#blamed(this.#log, new Set(note.operations));
  }

  #blamed(log: EventLog, blamed: ReadonlySet<OperationNumber>): HistoryEntry[] {
    if (blamed.size === 0) return [];
    const notes = new Map<OperationNumber, Note>();
    for (let row = 0; row < log.size; row++) {
      if (log.kind(row) !== EventKind.note) continue;
      const operation = log.operation(row);
      if (blamed.has(operation) && !notes.has(operation)) notes.set(operation, log.noteAt(row)!);
    }
    const entries: HistoryEntry[] = [];
    for (const operation of [...blamed].toSorted((one, other) => one - other)) {
      if (entries.length === HISTORY_LIMIT) break;
      const begin = log.operationBegin(operation);
      if (begin !== undefined) entries.push(this.#places.operation(begin, notes.get(operation)));
    }
    return entries;
  }

  #entry(log: EventLog, row: number): HistoryEntry {
    const event = log.eventAt(row);
    const thread = log.thread(row);
    const call = log.call(row);
    const operation = log.operation(row);
    const note = log.noteAt(row);
    if (note !== undefined) return this.#places.note(event, thread, call, operation, note);
    return this.#places.entry(event, log.kind(row), thread, log.object(row), log.mode(row), call, operation);
  }
}

interface Rows {
  readonly locks: number[];
  readonly operations: number[];
  /** Notes made in the operations. */
  readonly notes: number[];
}

function rowsOf(log: EventLog, trail: Trail): Rows {
  const rows: Rows = { locks: [], operations: [], notes: [] };
  for (let row = 0; row < log.size; row++) {
    const kind = log.kind(row);
    if (kind >= EventKind.begin && kind <= EventKind.operation) continue;
    const operation = log.operation(row);
    if (operation !== 0 && trail.operations.has(operation)) {
      rows.operations.push(row);
      if (kind === EventKind.note) rows.notes.push(row);
    } else if (concernsLock(kind, log.mode(row))) {
      const since = trail.locks.get(log.object(row));
      if (since !== undefined && log.eventAt(row) >= since) rows.locks.push(row);
    }
  }
  return rows;
}

function concernsLock(kind: EventKind, mode: Mode): boolean {
  switch (kind) {
    case EventKind.request:
    case EventKind.cancel:
      return mode !== Mode.join;
    case EventKind.acquire:
    case EventKind.take:
    case EventKind.release:
    case EventKind.init:
    case EventKind.destroy:
      return true;
    default:
      return false;
  }
}

function blamedBy(log: EventLog, notes: readonly number[]): Set<OperationNumber> {
  const blamed = new Set<OperationNumber>();
  for (const row of notes) for (const operation of log.noteAt(row)!.operations) blamed.add(operation);
  return blamed;
}

/** Notes, blamed operations and misuse are anomalies. */
function marked(entries: HistoryEntry[]): HistoryEntry[] {
  const first = entries.findIndex(
    (entry) => entry.note !== undefined || entry.misuse !== undefined || entry.what === 'operation',
  );
  if (first >= 0) entries[first] = { ...entries[first]!, first: true };
  return entries;
}
