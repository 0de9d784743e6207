/**
 * The lines of a binary trace: its header, what its ids stand for in a registry, what its notes say, and its end. Definitions are those of JSONL.
 * Nothing of a line is believed before it is checked. Cost: about 1 µs a line.
 */
import type { Note } from './event.js';
import { lockRule, VARIABLE_RULE } from './binary-modes.js';
import { IdTable, notDefined } from './binary-id-table.js';
import { JsonlDefinitions } from './jsonl-definitions.js';
import { fail, fieldCount, integer, LineError, list, noteData, record, shown, text } from './jsonl-guards.js';
import type { Registry } from './registry.js';

/** What the last line of a trace says. */
export interface TraceEnd {
  readonly events: number;
  readonly dropped: number;
  /** Undefined: the run went on. */
  readonly stalled: boolean | undefined;
}

type NoteContent = Pick<Note, 'data' | 'operations'>;

export class BinaryLines {
  readonly threads = new IdTable();
  readonly locks = new IdTable();
  readonly variables = new IdTable();
  readonly operations = new IdTable();
  /** The first is the root. */
  readonly calls = new IdTable();
  readonly #noteKinds: string[] = [];
  readonly #registry: Registry;
  readonly #definitions: JsonlDefinitions;
  #header: { readonly generator: string | undefined; readonly accesses: boolean } | undefined;
  #notes: NoteContent[] = [];
  #notesTaken = 0;

  constructor(registry: Registry) {
    this.#registry = registry;
    this.#definitions = new JsonlDefinitions(registry);
    this.calls.add(0);
  }

  /** Undefined until the first line was read. */
  get header(): { readonly generator: string | undefined; readonly accesses: boolean } | undefined {
    return this.#header;
  }

  /** What notes say that no row has taken yet. */
  get notesLeft(): number {
    return this.#notes.length - this.#notesTaken;
  }

  /** @throws LineError. @returns the end, if the line is it */
  line(line: string): TraceEnd | undefined {
    const value = parse(line);
    if (this.#header === undefined) this.#header = headerOf(value);
    else if (!Array.isArray(value)) return endOf(value);
    else if (typeof value[0] === 'object') this.#note(value);
    else this.#define(value);
    return undefined;
  }

  /** The next note, which is of the kind `id`. @throws LineError if there is none, or no such kind */
  note(id: number): Note {
    const kind = this.#noteKinds[id];
    if (kind === undefined) throw notDefined('kind of note', id, this.#noteKinds.length);
    const content = this.#notes[this.#notesTaken++];
    if (content === undefined) throw new LineError('the lines before these rows have nothing that this note says');
    if (this.notesLeft === 0) {
      this.#notes = [];
      this.#notesTaken = 0;
    }
    return { kind, ...content };
  }

  #define(fields: readonly unknown[]): void {
    this.#definitions.define(fields);
    // Definitions that were taken have a string in second place, but for calls.
    const name = fields[1] as string;
    switch (fields[0]) {
      case 'thread':
        this.threads.add(this.#registry.threads.id(name));
        return;
      case 'lock': {
        const lock = this.#definitions.lock(name);
        this.locks.add(lock, lockRule(this.#registry.lock(lock)));
        return;
      }
      case 'variable':
        this.variables.add(this.#registry.variables.id(name), VARIABLE_RULE);
        return;
      case 'operation':
        this.operations.add(this.#definitions.operation(name));
        return;
      case 'note':
        this.#noteKinds.push(name);
        return;
      default:
        if (fields[1] !== this.calls.size) fail('id of the call', `${this.calls.size}, for calls are numbered in order`, fields[1]);
        this.calls.add(this.#definitions.call(fields[1]));
    }
  }

  #note(fields: readonly unknown[]): void {
    fieldCount(fields, 2, 2, '[{data},[operations]]');
    const operations = list(fields[1], 'operations').map((blamed) => integer(blamed, 'operation to blame', 1));
    this.#notes.push({ data: noteData(fields[0]), operations });
  }
}

function headerOf(value: unknown): { generator: string | undefined; accesses: boolean } {
  const { generator, accesses = true } = record(value, 'first line');
  return {
    generator: generator === undefined ? undefined : text(generator, 'generator'),
    accesses: typeof accesses === 'boolean' ? accesses : fail('accesses', 'true or false', accesses),
  };
}

function endOf(value: unknown): TraceEnd {
  if (typeof value !== 'object' || value === null || !('end' in value)) {
    fail('line', 'a definition, what a note says, or {"end":{…}}', value);
  }
  const { events, dropped, stalled } = record(value.end, 'end');
  return {
    events: integer(events, 'events', 0, Number.MAX_SAFE_INTEGER),
    dropped: integer(dropped, 'dropped', 0, Number.MAX_SAFE_INTEGER),
    stalled: stalled === undefined || typeof stalled === 'boolean' ? stalled : fail('stalled', 'true or false', stalled),
  };
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line) as unknown;
  } catch {
    throw new LineError(`expected a line of JSON, got ${shown(line)}`);
  }
}
