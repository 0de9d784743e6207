/** Memory by Rust's rules: whoever gives a block back must say which layout it was asked for with. */
import { type CallLog, CallLogBuilder } from 'alloc-model';

/** In bytes. */
export interface Layout {
  readonly size: number;
  readonly align: number;
}

export type Pointer = number;

/** Rust's `GlobalAlloc`. */
export interface GlobalAlloc {
  alloc(layout: Layout): Pointer;
  /** @param layout the one that the block has now */
  realloc(pointer: Pointer, layout: Layout, newSize: number): Pointer;
  dealloc(pointer: Pointer, layout: Layout): void;
}

/** The calls that Rust's allocator on jemalloc makes, written down instead of made. */
export class RecordingAlloc implements GlobalAlloc {
  readonly #calls: CallLogBuilder;
  readonly #stopAt: number;
  #blocks = 0;

  /**
   * @param name of the program
   * @param stopAt a call before which the program is stopped, by an Error whose stack says where it is: what a breakpoint is good for
   */
  constructor(name: string, stopAt = Number.POSITIVE_INFINITY) {
    this.#calls = new CallLogBuilder(name);
    this.#stopAt = stopAt;
  }

  alloc({ size, align }: Layout): Pointer {
    this.#begin();
    this.#calls.mallocx(++this.#blocks, size, flags(size, align), 0);
    return this.#blocks;
  }

  realloc(pointer: Pointer, { align }: Layout, newSize: number): Pointer {
    this.#begin();
    this.#calls.rallocx(pointer, ++this.#blocks, newSize, flags(newSize, align), 0);
    return this.#blocks;
  }

  dealloc(pointer: Pointer, { size, align }: Layout): void {
    this.#begin();
    this.#calls.sdallocx(pointer, size, flags(size, align), 0);
  }

  log(): CallLog {
    return this.#calls.build();
  }

  #begin(): void {
    const call = this.#calls.calls + 1;
    if (call === this.#stopAt) throw new Error(`stopped before call ${call}`);
  }
}

/** Blocks of 16 bytes and more are aligned to that without being asked. MALLOCX_LG_ALIGN(n) is n. */
function flags(size: number, align: number): number {
  return align <= 16 && align <= size ? 0 : Math.log2(align);
}
