/**
 * Makes a {@link CallLog} call by call, and refuses a call that no correct program could have made in that place:
 * a block that is unknown or freed, an id that is given out while it is live.
 * Whoever replays a log never meets one. Cost: one or two probes of a hash table a call.
 */
import { CallKind, type CallLog } from './call-log.js';
import { CallLogError } from './call-log-error.js';
import type { CallSink } from './call-sink.js';
import { IdTable } from './id-table.js';

/** Largest size that a call may ask for: the user half of x86-64's address space, 128 TiB. */
const ADDRESS_SPACE = 2 ** 47;
const MOST_CALLS = 2 ** 31 - 1;
const NONE = -1;

export class CallLogBuilder implements CallSink {
  readonly #name: string;
  /** The latest life of each id. */
  readonly #lives = new IdTable();
  /** Index of the running thread of each number. */
  readonly #running = new Map<number, number>();
  readonly #threads: number[] = [];
  #calls = 0;
  #blocks = 0;
  #kind = new Uint8Array(1024);
  #block = new Int32Array(1024);
  #newBlock = new Int32Array(1024);
  #size = new Float64Array(1024);
  #flags = new Int32Array(1024);
  #thread = new Int32Array(1024);
  #ids = new Float64Array(1024);
  /** By life: the call that returned the block, and the call that freed it, or 0. */
  #born = new Int32Array(1024);
  #died = new Int32Array(1024);

  /** @param name of the file or program; errors name it */
  constructor(name: string) {
    this.#name = name;
  }

  /** Number of calls so far. */
  get calls(): number {
    return this.#calls;
  }

  /** @throws CallLogError if `id` is live, or `size` is not a possible one */
  mallocx(id: number, size: number, flags: number, thread: number): void {
    const row = this.#begin(CallKind.mallocx, flags, thread);
    this.#checkSize('mallocx', size);
    this.#size[row] = size;
    this.#block[row] = this.#give(id);
  }

  /** The block `id` becomes the block `newId`, which may be the same id. @throws CallLogError */
  rallocx(id: number, newId: number, size: number, flags: number, thread: number): void {
    const row = this.#begin(CallKind.rallocx, flags, thread);
    this.#checkSize('rallocx', size);
    this.#size[row] = size;
    this.#block[row] = this.#take(id);
    this.#newBlock[row] = this.#give(newId);
  }

  /** @throws CallLogError */
  sdallocx(id: number, claimed: number, flags: number, thread: number): void {
    const row = this.#begin(CallKind.sdallocx, flags, thread);
    this.#checkSize('sdallocx', claimed);
    this.#size[row] = claimed;
    this.#block[row] = this.#take(id);
  }

  /** @throws CallLogError */
  dallocx(id: number, flags: number, thread: number): void {
    const row = this.#begin(CallKind.dallocx, flags, thread);
    this.#block[row] = this.#take(id);
  }

  /** The next call of `thread` is a new thread's. */
  texit(thread: number): void {
    this.#begin(CallKind.texit, 0, thread);
    this.#running.delete(thread);
  }

  /** The log of all calls so far. */
  build(): CallLog {
    const calls = this.#calls;
    return {
      name: this.#name,
      calls,
      kind: this.#kind.slice(0, calls),
      block: this.#block.slice(0, calls),
      newBlock: this.#newBlock.slice(0, calls),
      size: this.#size.slice(0, calls),
      flags: this.#flags.slice(0, calls),
      thread: this.#thread.slice(0, calls),
      threads: this.#threads.slice(),
      ids: this.#ids.slice(0, this.#blocks),
    };
  }

  #begin(kind: CallKind, flags: number, thread: number): number {
    const row = this.#calls++;
    if (row === this.#kind.length) this.#growCalls();
    this.#kind[row] = kind;
    this.#block[row] = NONE;
    this.#newBlock[row] = NONE;
    this.#flags[row] = flags;
    this.#thread[row] = this.#threadIndex(thread);
    return row;
  }

  #threadIndex(number: number): number {
    let index = this.#running.get(number);
    if (index === undefined) {
      index = this.#threads.push(number) - 1;
      this.#running.set(number, index);
    }
    return index;
  }

  #checkSize(call: string, size: number): void {
    if (size === 0) this.#refuse(`a size of 0: jemalloc does not define what ${call} does then`);
    if (size > ADDRESS_SPACE) this.#refuse(`the size ${size} is larger than the address space (${ADDRESS_SPACE} bytes)`);
  }

  /** Starts a life of `id`. */
  #give(id: number): number {
    const before = this.#lives.get(id);
    if (before !== NONE && this.#died[before] === 0) {
      this.#refuse(`the block ${id} is still live: call ${this.#born[before]} returned it, and nothing has freed it`);
    }
    const life = this.#blocks++;
    if (life === this.#ids.length) this.#growBlocks();
    this.#lives.set(id, life);
    this.#ids[life] = id;
    this.#born[life] = this.#calls;
    return life;
  }

  /** Ends the life of `id`. */
  #take(id: number): number {
    const life = this.#lives.get(id);
    if (life === NONE) this.#refuse(`the block ${id} is unknown: no call before this one returned it`);
    const died = this.#died[life]!;
    if (died !== 0) {
      const moved = this.#kind[died - 1] === CallKind.rallocx;
      this.#refuse(
        moved
          ? `the block ${id} is no more: call ${died} (rallocx) made it block ${this.#ids[this.#newBlock[died - 1]!]}`
          : `the block ${id} is freed twice: call ${died} freed it before`,
      );
    }
    this.#died[life] = this.#calls;
    return life;
  }

  #refuse(reason: string): never {
    throw new CallLogError(this.#name, this.#calls, reason);
  }

  #growCalls(): void {
    const length = this.#kind.length * 2;
    if (length > MOST_CALLS) this.#refuse('too many calls: a log can hold 2^30');
    this.#kind = copied(this.#kind, new Uint8Array(length));
    this.#block = copied(this.#block, new Int32Array(length));
    this.#newBlock = copied(this.#newBlock, new Int32Array(length));
    this.#size = copied(this.#size, new Float64Array(length));
    this.#flags = copied(this.#flags, new Int32Array(length));
    this.#thread = copied(this.#thread, new Int32Array(length));
  }

  #growBlocks(): void {
    const length = this.#ids.length * 2;
    this.#ids = copied(this.#ids, new Float64Array(length));
    this.#born = copied(this.#born, new Int32Array(length));
    this.#died = copied(this.#died, new Int32Array(length));
  }
}

function copied<Column extends Uint8Array | Int32Array | Float64Array>(from: Column, to: Column): Column {
  to.set(from);
  return to;
}
