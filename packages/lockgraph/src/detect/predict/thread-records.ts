/**
 * For each thread the steps that matter to others, in order, as pairs of integers: its acquires and releases of locks that others take too, and where
 * it learns of others. Read from the beginning, as often as wanted.
 *
 *     acquire   want << 2          row
 *     release   want << 2 | 1      row
 *     learn     thread << 2 | 2    how many pairs of that thread come before    followed by    3    row
 *
 * Cost: a few ns a pair. Memory: 8 bytes a pair, up to {@link RESIDENT} bytes in all; further blocks lie in a temporary file, where there can be one.
 */
import { SpillError } from '../../trace/spill-error.js';
import { SpillFile } from '../../trace/spill-file.js';
import type { ThreadId } from '../../trace/event.js';

export const RecordTag = { acquire: 0, release: 1, learn: 2, row: 3 } as const;

const FIRST_BLOCK = 64;
/** Integers of a full block. */
const BLOCK = 16_384;
const RESIDENT = 32_000_000;

/** A block that is full: kept, or, if it has {@link BLOCK} integers, where it lies in the file. */
type Stored = { readonly block: Int32Array } | { readonly spilledAt: number };

class Stream {
  readonly done: Stored[] = [];
  block: Int32Array = new Int32Array(FIRST_BLOCK);
  used = 0;
  size = 0;
}

export class ThreadRecords {
  readonly #streams: (Stream | undefined)[] = [];
  readonly #most: number;
  #resident = 0;
  #spill: SpillFile | undefined = undefined;
  /** There is no more room in the temporary file, or there can be none. */
  #failed = false;

  /** @param resident bytes of full blocks that stay in memory, at most */
  constructor(resident = RESIDENT) {
    this.#most = resident;
  }

  /** Pairs of a thread so far. */
  size(thread: ThreadId): number {
    return this.#streams[thread]?.size ?? 0;
  }

  push(thread: ThreadId, first: number, second: number): void {
    const stream = (this.#streams[thread] ??= new Stream());
    if (stream.used === stream.block.length) this.#turn(stream);
    stream.block[stream.used] = first;
    stream.block[stream.used + 1] = second;
    stream.used += 2;
    stream.size++;
  }

  cursor(thread: ThreadId): RecordCursor {
    const stream = this.#streams[thread];
    // Not one of the stream's own blocks: those are read again.
    let buffer: Int32Array | undefined;
    return new RecordCursor(stream?.size ?? 0, (index) => {
      const stored = stream?.done[index];
      if (stored === undefined) return stream?.block ?? new Int32Array(0);
      if ('block' in stored) return stored.block;
      buffer ??= new Int32Array(BLOCK);
      this.#spill!.read(stored.spilledAt, buffer);
      return buffer;
    });
  }

  close(): void {
    this.#spill?.close();
    this.#spill = undefined;
  }

  #turn(stream: Stream): void {
    const { block } = stream;
    const spilledAt = this.#resident + block.byteLength <= this.#most || block.length < BLOCK ? undefined : this.#spillBlock(block);
    if (spilledAt === undefined) {
      this.#resident += block.byteLength;
      stream.done.push({ block });
      stream.block = new Int32Array(Math.min(BLOCK, block.length * 4));
    } else stream.done.push({ spilledAt });
    stream.used = 0;
  }

  /** @returns where a block lies in the temporary file; undefined if that has no room, so that the block has to stay */
  #spillBlock(block: Int32Array): number | undefined {
    if (this.#failed) return undefined;
    try {
      this.#spill ??= new SpillFile();
      return this.#spill.append(block);
    } catch (error) {
      if (!(error instanceof SpillError)) throw error;
      this.#failed = true;
      return undefined;
    }
  }
}

/** Goes through the pairs of a thread. */
export class RecordCursor {
  /** How many pairs were read. */
  index = 0;
  readonly #size: number;
  readonly #load: (index: number) => Int32Array;
  #blockIndex = 0;
  #block: Int32Array;
  #at = 0;

  constructor(size: number, load: (index: number) => Int32Array) {
    this.#size = size;
    this.#load = load;
    this.#block = load(0);
  }

  get atEnd(): boolean {
    return this.index === this.#size;
  }

  /** First integer of the pair that comes next. Not at the end. */
  get first(): number {
    if (this.#at === this.#block.length) this.#next();
    return this.#block[this.#at]!;
  }

  get second(): number {
    return this.#block[this.#at + 1]!;
  }

  advance(): void {
    this.#at += 2;
    this.index++;
  }

  rewind(): void {
    this.index = 0;
    this.#at = 0;
    if (this.#blockIndex === 0) return;
    this.#blockIndex = 0;
    this.#block = this.#load(0);
  }

  /** The row of the step that comes next; undefined at the end. Moves within a step of two pairs, so nothing may be read after it but {@link rewind}. */
  nextRow(): number | undefined {
    if (this.atEnd) return undefined;
    if ((this.first & 3) === RecordTag.learn) {
      this.advance();
      void this.first;
    }
    return this.second;
  }

  #next(): void {
    this.#block = this.#load(++this.#blockIndex);
    this.#at = 0;
  }
}
