/**
 * What notes are kept: the first of each kind with the begin of its operation, and of each operation that is among the last
 * `NOTED_OPERATIONS` mentions its begin and its own first note. An operation is mentioned when it makes a note, and when a note blames it.
 * All notes are counted. Cost: O(1) a mention. Memory: two kept rows a mention.
 */
import type { Note, OperationNumber } from './event.js';
import type { EventRows } from './event-rows.js';
import type { KeptRow, KeptRows } from './kept-rows.js';

/** Mentions of operations that are remembered. */
export const NOTED_OPERATIONS = 16_384;

const NONE = -1;

/** Where the begin of an operation can still be copied from. */
export type FindBegin = (operation: OperationNumber) => { rows: EventRows; row: number } | undefined;

export class NotedOperations {
  readonly #window: EventRows;
  readonly #kept: KeptRows;
  readonly #findBegin: FindBegin;
  /** By kind: how many there were. A kind in it had its first note kept. */
  readonly #counts = new Map<string, number>();
  readonly #begins = new Map<OperationNumber, KeptRow>();
  /** By operation: its newest mention. */
  readonly #newest = new Map<OperationNumber, number>();
  /** A ring of mentions; the arrays grow up to their bound. A mention that is not the operation's newest has no rows. */
  readonly #operation: OperationNumber[] = [];
  readonly #begin: KeptRow[] = [];
  readonly #note: KeptRow[] = [];
  #next = 0;

  constructor(window: EventRows, kept: KeptRows, findBegin: FindBegin) {
    this.#window = window;
    this.#kept = kept;
    this.#findBegin = findBegin;
  }

  /** How many notes of a kind there were, kept or not. */
  count(kind: string): number {
    return this.#counts.get(kind) ?? 0;
  }

  /** The window's row of a note that was made just now. */
  add(row: number, operation: OperationNumber, note: Note): void {
    const count = this.#counts.get(note.kind) ?? 0;
    this.#counts.set(note.kind, count + 1);
    if (count === 0) this.#keepFirst(row, operation);
    for (const blamed of note.operations) if (blamed !== operation) this.#mention(blamed, NONE);
    if (operation !== 0) this.#mention(operation, row);
  }

  /** The kept begin row of an operation, or -1. */
  begin(operation: OperationNumber): KeptRow {
    const mention = this.#newest.get(operation);
    const kept = mention === undefined ? NONE : this.#begin[mention]!;
    return kept === NONE ? (this.#begins.get(operation) ?? NONE) : kept;
  }

  #keepFirst(row: number, operation: OperationNumber): void {
    this.#kept.add(this.#window, row);
    if (operation === 0 || this.#begins.has(operation)) return;
    const begin = this.#copyBegin(operation);
    if (begin !== NONE) this.#begins.set(operation, begin);
  }

  #mention(operation: OperationNumber, noteRow: number): void {
    const before = this.#newest.get(operation);
    let begin = before === undefined ? NONE : this.#begin[before]!;
    let note = before === undefined ? NONE : this.#note[before]!;
    if (before !== undefined) this.#begin[before] = this.#note[before] = NONE;
    if (begin === NONE) begin = this.#copyBegin(operation);
    if (note === NONE && noteRow !== NONE) note = this.#kept.add(this.#window, noteRow);

    const mention = this.#next;
    this.#next = (mention + 1) % NOTED_OPERATIONS;
    if (mention < this.#operation.length) this.#forget(mention);
    this.#operation[mention] = operation;
    this.#begin[mention] = begin;
    this.#note[mention] = note;
    this.#newest.set(operation, mention);
  }

  #forget(mention: number): void {
    const operation = this.#operation[mention]!;
    if (this.#newest.get(operation) === mention) this.#newest.delete(operation);
    if (this.#begin[mention] !== NONE) this.#kept.free(this.#begin[mention]!);
    if (this.#note[mention] !== NONE) this.#kept.free(this.#note[mention]!);
  }

  #copyBegin(operation: OperationNumber): KeptRow {
    const found = this.#findBegin(operation);
    return found === undefined ? NONE : this.#kept.add(found.rows, found.row);
  }
}
