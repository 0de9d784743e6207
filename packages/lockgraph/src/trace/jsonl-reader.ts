/**
 * Reads a JSONL trace, piece by piece and strictly, and tells a sink what it says. Nothing of a line is believed before it is checked.
 * Cost: about 1 µs a line. Memory: what is defined, one piece of the file, and one line of at most 1 MiB.
 */
import { EventKind, Mode } from './event.js';
import type { EventSink } from './event.js';
import type { TracePosition } from './event-log.js';
import { JsonlDefinitions } from './jsonl-definitions.js';
import { JSONL_VERSION, KIND_NAMES, OBJECTS } from './jsonl-format.js';
import { fail, fieldCount, integer, jsonLine, LineError, list, noteData, numeric, record, text } from './jsonl-guards.js';
import { isJoin, modeOf } from './jsonl-modes.js';
import { LineSplitter } from './line-splitter.js';
import type { Registry } from './registry.js';
import { TraceError } from './trace-error.js';
import type { TraceParser, TraceSummary } from './trace-summary.js';

const KINDS = new Map(KIND_NAMES.map((name, code) => [name, code as EventKind]));
const FORM = '[event,what,thread,object,call,operation,…]';

export class JsonlReader implements TraceParser {
  readonly #file: string;
  readonly #sink: EventSink;
  readonly #registry: Registry;
  readonly #position: TracePosition;
  readonly #definitions: JsonlDefinitions;
  readonly #lines: LineSplitter;
  #started = false;
  #generator: string | undefined;
  #accesses = true;
  #event = 0;
  #events = 0;
  #operation = 0;
  #ended = false;

  /**
   * @param file name for errors
   * @param registry gets the names; the sink looks them up there
   * @param position is moved to the line of an event before the sink is told
   */
  constructor(file: string, sink: EventSink, registry: Registry, position: TracePosition = { line: 0 }) {
    this.#file = file;
    this.#sink = sink;
    this.#registry = registry;
    this.#position = position;
    this.#definitions = new JsonlDefinitions(registry);
    this.#lines = new LineSplitter(file, (line, number) => this.#line(line, number));
  }

  push(chunk: Uint8Array): void {
    this.#lines.push(chunk);
  }

  finish(): TraceSummary {
    const rest = this.#lines.rest();
    // The last line may lack its end and be whole all the same.
    const whole = rest !== undefined && isWhole(rest);
    if (whole) this.#line(rest, this.#lines.lines + 1);
    const dropped = this.#event - this.#events;
    return {
      format: 'JSONL',
      generator: this.#generator,
      events: this.#event,
      dropped,
      cutOff: !this.#ended,
      unreadBytes: whole ? 0 : this.#lines.unread,
      complete: this.#ended && dropped === 0,
      accessesRecorded: this.#accesses,
    };
  }

  #line(line: string, number: number): void {
    this.#position.line = number;
    try {
      const value = jsonLine(line);
      if (!this.#started) this.#header(value);
      else if (this.#ended) throw new LineError('nothing may follow the line {"end":…}');
      else if (!Array.isArray(value)) this.#footer(value);
      else if (typeof value[0] === 'number') this.#row(value);
      else this.#definitions.define(value);
    } catch (error) {
      if (error instanceof LineError) throw new TraceError(this.#file, number, error.message);
      throw error;
    }
  }

  #header(value: unknown): void {
    const header = record(value, 'first line');
    if (header['lockgraph'] !== 'trace') fail('first line', '{"lockgraph":"trace","version":1}', value);
    if (header['version'] !== JSONL_VERSION) {
      fail('version', `${JSONL_VERSION}, the one that this lockgraph reads`, header['version']);
    }
    if (header['generator'] !== undefined) this.#generator = text(header['generator'], 'generator');
    const { accesses } = header;
    if (accesses !== undefined) this.#accesses = typeof accesses === 'boolean' ? accesses : fail('accesses', 'true or false', accesses);
    this.#started = true;
  }

  #footer(value: unknown): void {
    if (typeof value !== 'object' || value === null || !('end' in value)) {
      fail('line', `a definition, an event ${FORM}, or {"end":{…}}`, value);
    }
    const end = record(value.end, 'end');
    const events = integer(end['events'], 'events', 0, Number.MAX_SAFE_INTEGER);
    const dropped = integer(end['dropped'], 'dropped', 0, Number.MAX_SAFE_INTEGER);
    if (events !== this.#event || dropped !== this.#event - this.#events) {
      throw new LineError(
        `the end tells of ${events} events of which ${dropped} were dropped; ` +
          `the lines before it have ${this.#events} events up to number ${this.#event}: some are missing`,
      );
    }
    this.#ended = true;
    const { stalled } = end;
    if (stalled === undefined) return;
    this.#sink.end(typeof stalled === 'boolean' ? stalled : fail('stalled', 'true or false', stalled));
  }

  #row(fields: readonly unknown[]): void {
    const event = integer(fields[0], 'event number', this.#event + 1, Number.MAX_SAFE_INTEGER);
    const kind = KINDS.get(fields[1] as string) ?? fail('what happened', `one of ${KIND_NAMES.join(', ')}`, fields[1]);
    fieldCount(fields, 6, 8, FORM);
    const thread = this.#registry.threads.id(text(fields[2], 'thread'));
    const call = this.#definitions.call(fields[4]);
    const operation = integer(fields[5], 'operation', 0);
    if (kind === EventKind.note) {
      fieldCount(fields, 8, 8, '[event,"note",thread,kind,call,operation,{data},[operations]]');
      const noteKind = this.#definitions.noteKind(fields[3]);
      const operations = list(fields[7], 'operations').map((blamed) => integer(blamed, 'operation to blame', 1));
      const note = { kind: noteKind, data: noteData(fields[6]), operations };
      this.#count(event);
      this.#sink.note(event, thread, call, operation, note);
      return;
    }
    if (kind === EventKind.begin || kind === EventKind.operation) {
      const name = this.#definitions.operation(fields[3]);
      const a = fields.length > 6 ? numeric(fields[6], 'first argument') : 0;
      const b = fields.length > 7 ? numeric(fields[7], 'second argument') : 0;
      if (operation <= this.#operation) fail('operation', `more than ${this.#operation}, for operations are numbered as they begin`, operation);
      this.#operation = operation;
      this.#count(event);
      this.#sink.event(event, kind, thread, name, Mode.exclusive, call, operation, a, b);
      return;
    }
    const permits = fields[6] === 'permits';
    fieldCount(fields, 6, permits ? 8 : 7, `${FORM.slice(0, -2)}mode${permits ? ',count' : ''}]`);
    const joins = isJoin(kind, fields[6]);
    const object = this.#object(kind, fields[3], joins);
    const mode = modeOf(kind, fields[6], OBJECTS[kind] === 'lock' && !joins ? this.#registry.lock(object) : undefined);
    const count = fields.length > 7 ? integer(fields[7], 'number of permits', 1) : 0;
    this.#count(event);
    this.#sink.event(event, kind, thread, object, mode, call, operation, count, 0);
  }

  #count(event: number): void {
    this.#event = event;
    this.#events++;
  }

  #object(kind: EventKind, object: unknown, joins: boolean): number {
    switch (OBJECTS[kind]) {
      case 'lock':
        return joins ? this.#registry.threads.id(text(object, 'thread to wait for')) : this.#definitions.lock(object);
      case 'thread':
        return this.#registry.threads.id(text(object, 'other thread'));
      case 'variable':
        return this.#registry.variables.id(text(object, 'variable'));
      default:
        return object === null ? 0 : fail('object', 'null, for there is none', object);
    }
  }
}

function isWhole(line: string): boolean {
  try {
    JSON.parse(line);
    return true;
  } catch {
    // Half a line is the sign of a trace that was cut off; what begins otherwise never was a line of a trace.
    return !/^\s*[[{]/.test(line);
  }
}
