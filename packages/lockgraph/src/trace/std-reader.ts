/**
 * Reads a trace in STD, `thread|op(operand)|location` a line, and tells a sink what it says (std-events.ts; docs/trace-format.md). Strict, if it is
 * not told to be lenient: then a line that does not parse is left out and counted. Most lines take a fast path, the others are parsed at leisure.
 * Cost: about 0.1 µs a line. Memory: what is named, one piece of the file, and one line of at most 1 MiB.
 */
import { ByteLines, NEWLINE, RETURN } from './byte-lines.js';
import type { ByteLineTaker } from './byte-lines.js';
import type { EventSink } from './event.js';
import type { TracePosition } from './event-log.js';
import { LineError } from './jsonl-guards.js';
import { LINE_BYTES } from './line-splitter.js';
import type { Registry } from './registry.js';
import { StdEvents } from './std-events.js';
import { isBlankLine, parseStdLine, STD_FORM } from './std-line.js';
import { StdOp } from './std-op.js';
import { checkName, StdSymbols } from './std-symbols.js';
import { NOT_USUAL, readUsualLine } from './std-usual-line.js';
import { TraceError } from './trace-error.js';
import type { TraceParser, TraceSummary } from './trace-summary.js';

const TOO_LONG = `the line is longer than ${LINE_BYTES} bytes, the most that is read`;
const BYTE_ORDER_MARK = [0xef, 0xbb, 0xbf];

export class StdReader implements TraceParser, ByteLineTaker {
  readonly #file: string;
  readonly #position: TracePosition;
  readonly #lenient: boolean;
  readonly #sink: EventSink;
  readonly #symbols: StdSymbols;
  readonly #events: StdEvents;
  readonly #pieces = new ByteLines(this);
  #line = 0;
  /** Blank lines that came last. If nothing follows them, they are no error. */
  #blanks = 0;
  #skipped = 0;
  #firstSkipped = 0;
  /** The file has ended, and the line under way has no newline. */
  #unended = false;
  /** That line does not parse, or is known to be half a line: the rest of it is missing. */
  #cutOff = false;

  /**
   * @param file name for errors
   * @param registry gets the names; the sink looks them up there
   * @param position is moved to the line of an event before the sink is told
   * @param lenient that lines which do not parse are left out and counted; else the first one is an error
   */
  constructor(file: string, sink: EventSink, registry: Registry, position: TracePosition = { line: 0 }, lenient = false) {
    this.#file = file;
    this.#sink = sink;
    this.#position = position;
    this.#lenient = lenient;
    this.#symbols = new StdSymbols(file, registry, position);
    this.#events = new StdEvents(sink, this.#symbols);
  }

  push(chunk: Uint8Array): void {
    this.#pieces.push(chunk);
  }

  finish(isCut = false): TraceSummary {
    this.#unended = true;
    const unended = isCut ? this.#pieces.drop() : this.#pieces.finish();
    if (isCut) this.#cutOff = true;
    else if (!this.#cutOff) this.#sink.end(false);
    return {
      format: 'STD',
      generator: undefined,
      events: this.#events.count,
      dropped: 0,
      cutOff: this.#cutOff,
      unreadBytes: this.#cutOff ? unended : 0,
      complete: this.#skipped === 0 && !isCut,
      // Nobody knows what was on a line that was left out. After the last one there may be more, but no order of those before it depends on that.
      accessesRecorded: this.#skipped === (this.#cutOff && !isCut ? 1 : 0),
      skipped: this.#skipped,
      firstSkipped: this.#firstSkipped,
      unended: unended > 0 && !this.#cutOff,
    };
  }

  /** @internal */
  lines(bytes: Buffer, from: number, to: number): void {
    const position = this.#position;
    const symbols = this.#symbols;
    const events = this.#events;
    let at = this.#blanks === 0 ? from : this.#blankLines(bytes, from, to);
    while (at < to) {
      position.line = ++this.#line;
      const next = readUsualLine(bytes, at, symbols, events);
      at = next === NOT_USUAL ? this.#anyLine(bytes, at, to) : next;
    }
  }

  /** @internal */
  tooLong(): void {
    this.#refuseBlanks();
    this.#refuse(++this.#line, 1, TOO_LONG);
  }

  /** @returns where the next line begins */
  #anyLine(bytes: Buffer, from: number, to: number): number {
    if (isBlankLine(bytes, from)) {
      this.#line--;
      return this.#blankLines(bytes, from, to);
    }
    const newline = bytes.indexOf(NEWLINE, from);
    try {
      if (newline - from > LINE_BYTES) throw new LineError(TOO_LONG);
      const begin = this.#line === 1 ? afterByteOrderMark(bytes, from) : from;
      this.#parse(bytes, begin, bytes[newline - 1] === RETURN ? newline - 1 : newline);
    } catch (error) {
      if (!(error instanceof LineError)) throw error;
      this.#cutOff = this.#unended;
      this.#refuse(this.#line, 1, this.#unended ? `${error.message}, and the file ends in this line` : error.message);
    }
    return newline + 1;
  }

  /** @throws LineError, and then nothing was named or told */
  #parse(bytes: Buffer, from: number, to: number): void {
    const { op, threadEnd, operand, operandEnd, location } = parseStdLine(bytes, from, to);
    checkName('thread', bytes, from, threadEnd);
    if (op !== StdOp.mark) checkName('operand', bytes, operand, operandEnd);
    const thread = this.#symbols.thread(bytes, from, threadEnd);
    const object = op === StdOp.mark ? 0 : this.#symbols.operand(op, bytes, operand, operandEnd);
    this.#events.tell(op, thread, object, location);
  }

  /** Counts the blank lines at `from`. @returns where the first other line begins, for which they are to blame */
  #blankLines(bytes: Buffer, from: number, to: number): number {
    let at = from;
    while (at < to && isBlankLine(bytes, at)) {
      this.#line++;
      this.#blanks++;
      at = bytes.indexOf(NEWLINE, at) + 1;
    }
    if (at < to) this.#refuseBlanks();
    return at;
  }

  /** More follows blank lines. */
  #refuseBlanks(): void {
    const blanks = this.#blanks;
    this.#blanks = 0;
    if (blanks > 0) this.#refuse(this.#line - blanks + 1, blanks, `expected ${STD_FORM}, got an empty line with more lines after it`);
  }

  /** @throws TraceError if it is not lenient */
  #refuse(line: number, lines: number, reason: string): void {
    if (!this.#lenient) throw new TraceError(this.#file, line, `${reason}; --lenient leaves such lines out, and counts them`);
    if (this.#skipped === 0) this.#firstSkipped = line;
    this.#skipped += lines;
  }
}

function afterByteOrderMark(bytes: Buffer, from: number): number {
  return BYTE_ORDER_MARK.every((byte, i) => bytes[from + i] === byte) ? from + BYTE_ORDER_MARK.length : from;
}
