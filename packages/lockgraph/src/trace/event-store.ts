/**
 * Every event of a run in 8 bytes, to be gone through again: what kind of event, whose, about what. Calls, operations and arguments are not kept.
 *
 *     word 0   kind (4 bits), mode (4 bits), thread (24 bits)
 *     word 1   object
 *
 * Cost: about 3 ns an event. Memory: at most {@link RESIDENT} blocks of a MiB, and what is older lies in a temporary file. Where there can be none, no more
 * is kept: a store that grew in memory instead would end the process.
 */
import type { CallId, EventKind, EventSink, Mode, Note, OperationNumber, ThreadId } from './event.js';
import { EventKind as Kind, Mode as M } from './event.js';
import type { TracePosition } from './event-log.js';
import { shown } from './jsonl-guards.js';
import { SpillError } from './spill-error.js';
import { SpillFile } from './spill-file.js';

/** Integers of a block. */
const BLOCK = 262_144;
/** Blocks in memory, at most. */
const RESIDENT = 32;
/** Events that are kept, at most: what lies behind is not looked at. */
const STORED_EVENTS = 2 ** 29;

/** A run without lines. */
const NO_LINES: Readonly<TracePosition> = { line: 0 };

/**
 * What a prediction reads: `new Monitor({ registry, store })` hands it each event, and `predict()` goes through them. Whoever made it closes it, for it
 * may have a temporary file. `analyseTrace` does all of this for a trace; it is made by hand where the events come from
 * elsewhere.
 */
export class EventStore implements EventSink {
  readonly #position: Readonly<TracePosition>;
  readonly #most: number;
  readonly #resident: number;
  readonly #blocks: (Int32Array | undefined)[] = [];
  #spill: SpillFile | undefined = undefined;
  readonly #spilledAt: number[] = [];
  #block = new Int32Array(BLOCK);
  #used = 0;
  #size = 0;
  #expected = 1;
  #gap = false;
  /** No more is kept. */
  #full = false;
  #failure: SpillError | undefined = undefined;
  /** Numbers of events from which on lines, less these numbers, are others than before, and those differences. */
  readonly #turns: number[] = [];
  readonly #offsets: number[] = [];
  #offset = NaN;

  /**
   * @param position says which line of a text each event comes from: the one that `readTrace` moves while it reads. Absent: there are no lines
   * @param most events that are kept, at most, rounded up to whole blocks
   * @param resident blocks that stay in memory, at most, besides the one under way
   * @throws TypeError or RangeError if one of them is not what it should be
   */
  constructor(position: Readonly<TracePosition> = NO_LINES, most = STORED_EVENTS, resident = RESIDENT) {
    if (typeof position !== 'object' || position === null || !Number.isInteger(position.line)) {
      throw new TypeError(`position must be an object with the number of a line, as { line: 0 }, and the one that readTrace is given; got ${shown(position)}`);
    }
    checkCount(most, 'most', 1);
    checkCount(resident, 'resident', 0);
    this.#position = position;
    this.#most = most;
    this.#resident = resident;
  }

  /** Number of rows. Row `i` is event `i + 1` unless the trace has gaps. */
  get size(): number {
    return this.#size;
  }

  /** Whether event numbers were left out. */
  get hasGap(): boolean {
    return this.#gap;
  }

  /** Whether there were more events than are kept. */
  get isFull(): boolean {
    return this.#full && this.#failure === undefined;
  }

  /** Why events could not be kept, if that is so. */
  get failure(): SpillError | undefined {
    return this.#failure;
  }

  event(event: number, kind: EventKind, thread: ThreadId, object: number, mode: Mode, _call: CallId, _operation: OperationNumber): void {
    if (event !== this.#expected) this.#gap = true;
    this.#expected = event + 1;
    const line = this.#position.line;
    if (line !== 0 && line - event !== this.#offset) {
      this.#offset = line - event;
      this.#turns.push(event);
      this.#offsets.push(this.#offset);
    }
    if (this.#used === BLOCK) this.#turn();
    if (this.#full) return;
    this.#block[this.#used] = kind | (mode << 4) | (thread << 8);
    this.#block[this.#used + 1] = object;
    this.#used += 2;
    this.#size++;
  }

  note(event: number, thread: ThreadId, call: CallId, operation: OperationNumber, _note: Note): void {
    this.event(event, Kind.note, thread, 0, M.exclusive, call, operation);
  }

  end(): void {}

  /** The line of an event, whether or not it is kept; 0 if the trace has none. O(log of how often lines and numbers part). */
  lineOf(event: number): number {
    if (this.#turns.length === 0) return 0;
    let low = 0;
    let high = this.#turns.length;
    while (high - low > 1) {
      const middle = (low + high) >>> 1;
      if (this.#turns[middle]! <= event) low = middle;
      else high = middle;
    }
    return event + this.#offsets[low]!;
  }

  /** The blocks in order, each with how many integers of it are events. A block is good until the next one is asked for. */
  *blocks(): Generator<readonly [block: Int32Array, used: number]> {
    let buffer: Int32Array | undefined;
    for (let i = 0; i < this.#blocks.length; i++) {
      const block = this.#blocks[i];
      if (block !== undefined) yield [block, BLOCK];
      else {
        buffer ??= new Int32Array(BLOCK);
        this.#spill!.read(this.#spilledAt[i]!, buffer);
        yield [buffer, BLOCK];
      }
    }
    yield [this.#block, this.#used];
  }

  /** The words of the rows from `from` up to, not including, `to`: a copy. */
  slice(from: number, to: number): Int32Array {
    const words = new Int32Array((to - from) * 2);
    for (let done = 0; done < words.length; ) {
      const at = from * 2 + done;
      const index = Math.floor(at / BLOCK);
      const offset = at - index * BLOCK;
      const length = Math.min(BLOCK - offset, words.length - done);
      const block = index === this.#blocks.length ? this.#block : this.#blocks[index];
      if (block !== undefined) words.set(block.subarray(offset, offset + length), done);
      else this.#spill!.read(this.#spilledAt[index]! + offset * 4, words.subarray(done, done + length));
      done += length;
    }
    return words;
  }

  /** Lets go of the temporary file, if there is one. */
  close(): void {
    this.#spill?.close();
    this.#spill = undefined;
  }

  #turn(): void {
    if (this.#size >= this.#most) this.#full = true;
    if (this.#full) return;
    if (this.#blocks.length < this.#resident) {
      this.#blocks.push(this.#block);
      this.#block = new Int32Array(BLOCK);
    } else {
      try {
        this.#spill ??= new SpillFile();
        this.#spilledAt[this.#blocks.length] = this.#spill.append(this.#block);
      } catch (error) {
        if (!(error instanceof SpillError)) throw error;
        this.#failure = error;
        this.#full = true;
        return;
      }
      this.#blocks.push(undefined);
    }
    this.#used = 0;
  }
}

function checkCount(value: number, what: string, least: number): void {
  if (Number.isInteger(value) && value >= least) return;
  throw new RangeError(`${what} must be an integer from ${least}, got ${String(value)}`);
}
