/**
 * Writes a run in the binary format, block by block. What an event speaks of is defined in a block before its own.
 * What comes after the end is not written.
 * A failure to write is kept for {@link BinaryWriter.close}: it must not reach the locks whose events are written.
 * Cost: about 45 ns an event. Memory: flat in the number of events; a few bytes for each thread and call.
 */
import { BlockWriter } from './binary-block-writer.js';
import { BinaryDefinitions } from './binary-definitions.js';
import { FULL_BLOCK, LARGEST_ROW, OBJECT_OF, ObjectKind, ROW, WIDE_THREAD } from './binary-format.js';
import { UnderWay } from './binary-under-way.js';
import type { CallId, EventSink, Note, OperationNumber, ThreadId } from './event.js';
import { EventKind, Mode } from './event.js';
import { noteFields } from './jsonl-lines.js';
import type { Registry } from './registry.js';

export class BinaryWriter implements EventSink {
  readonly #blocks: BlockWriter;
  readonly #definitions: BinaryDefinitions;
  readonly #underWay = new UnderWay();
  readonly #row = new DataView(new ArrayBuffer(FULL_BLOCK + LARGEST_ROW));
  /** Bytes of the rows that are not written yet. */
  #size = 0;
  #lines = '';
  #event = 0;
  #events = 0;
  #ended = false;

  /**
   * @param write is given each piece in order, and may keep it
   * @param generator what made the trace, for people
   * @param accesses whether the threads speak only through what is written here, as for `JsonlWriter`
   */
  constructor(registry: Registry, write: (bytes: Uint8Array) => void, generator = 'lockgraph', accesses = false) {
    this.#blocks = new BlockWriter(write);
    this.#definitions = new BinaryDefinitions(registry, (line) => this.#line(line));
    // A block of its own: whoever looks at the beginning of the trace finds it whole.
    this.#line(`${JSON.stringify({ generator, ...(accesses ? {} : { accesses }) })}\n`);
    this.#flush();
  }

  event(
    event: number,
    kind: EventKind,
    thread: ThreadId,
    object: number,
    mode: Mode,
    call: CallId,
    operation: OperationNumber,
    a: number,
    b: number,
  ): void {
    if (this.#ended) return;
    this.#definitions.thread(thread);
    const what = kind | (mode << ROW.modeShift);
    const defined = this.#object(OBJECT_OF[what]!, object);
    const context = this.#definitions.call(call);
    if (kind === EventKind.begin || kind === EventKind.operation) this.#write(event, what, thread, defined, context, operation, a, b);
    else this.#write(event, what, thread, defined, context, operation, mode === Mode.permits ? a : 0, 0);
  }

  note(event: number, thread: ThreadId, call: CallId, operation: OperationNumber, note: Note): void {
    if (this.#ended) return;
    this.#definitions.thread(thread);
    const kind = this.#definitions.noteKind(note.kind);
    const context = this.#definitions.call(call);
    this.#line(`[${noteFields(note)}]\n`);
    this.#write(event, EventKind.note, thread, kind, context, operation, 0, 0);
  }

  /** The run is over. */
  end(stalled: boolean): void {
    this.#footer({ events: this.#event, dropped: this.#event - this.#events, stalled });
  }

  /**
   * Nothing follows. A trace whose run has not ended says so.
   * @throws what `write` threw, if it did; RangeError if a line of a definition or a note is too long for the format
   */
  close(): void {
    this.#footer({ events: this.#event, dropped: this.#event - this.#events });
    this.#blocks.check();
  }

  /** Nothing follows, and nobody knows how the run went on: the trace has no end, as one that a crash cut off. */
  cutOff(): void {
    if (this.#ended) return;
    this.#ended = true;
    // Threads and locks that did nothing are part of the run, too.
    this.#definitions.rest();
    this.#flush();
  }

  #footer(end: { readonly events: number; readonly dropped: number; readonly stalled?: boolean }): void {
    if (this.#ended) return;
    this.cutOff();
    this.#line(`${JSON.stringify({ end })}\n`);
    this.#flush();
  }

  #object(what: number, object: number): number {
    switch (what) {
      case ObjectKind.lock:
        this.#definitions.lock(object);
        return object;
      case ObjectKind.thread:
        this.#definitions.thread(object);
        return object;
      case ObjectKind.variable:
        this.#definitions.variable(object);
        return object;
      case ObjectKind.operation:
        this.#definitions.operation(object);
        return object;
      default:
        return 0;
    }
  }

  #write(event: number, what: number, thread: number, object: number, call: number, operation: number, a: number, b: number): void {
    const row = this.#row;
    const start = this.#size;
    let head = what;
    let at = start + 8;
    if (thread < WIDE_THREAD) head |= thread << ROW.threadShift;
    else {
      head |= ROW.thread;
      row.setInt32(at, thread, true);
      at += 4;
    }
    if (call !== 0) {
      head |= ROW.call;
      row.setInt32(at, call, true);
      at += 4;
    }
    if (operation !== this.#underWay.expected(what & ROW.kind, thread)) {
      head |= ROW.operation;
      row.setInt32(at, operation, true);
      at += 4;
    }
    if (event !== this.#event + 1) {
      head |= ROW.event;
      row.setUint32(at, event, true);
      row.setUint32(at + 4, event / 2 ** 32, true);
      at += 8;
    }
    if (!isInt32(a) || !isInt32(b)) {
      head |= ROW.doubleArguments;
      row.setFloat64(at, a, true);
      row.setFloat64(at + 8, b, true);
      at += 16;
    } else if (b !== 0) {
      head |= ROW.intArguments;
      row.setInt32(at, a, true);
      row.setInt32(at + 4, b, true);
      at += 8;
    } else if (a !== 0) {
      head |= ROW.firstArgument;
      row.setInt32(at, a, true);
      at += 4;
    }
    row.setInt32(start, head, true);
    row.setInt32(start + 4, object, true);
    this.#size = at;
    this.#underWay.follow(what & ROW.kind, thread, operation);
    this.#event = event;
    this.#events++;
    if (at >= FULL_BLOCK) this.#flush();
  }

  /** Takes a line, if need be for a new block: the lines of the events told so far stand before their rows. */
  #line(line: string): void {
    if (this.#lines.length + line.length > FULL_BLOCK) this.#flush();
    this.#lines += line;
  }

  #flush(): void {
    if (this.#lines !== '') this.#blocks.lines(this.#lines);
    if (this.#size > 0) this.#blocks.rows(new Uint8Array(this.#row.buffer, 0, this.#size));
    this.#lines = '';
    this.#size = 0;
  }
}

/** Whether four bytes say the number, and all of it: -0 needs eight. */
function isInt32(value: number): boolean {
  return Object.is(value | 0, value);
}
