/** The stacks of threads, which lie among jemalloc's mappings: as glibc maps them, with the usual limit of 8 MiB and a guard page. */
import type { AddressSpace } from '../address-space.js';
import { PAGE } from '../size-classes.js';

const STACK_BYTES = 8 * 1024 * 1024 + PAGE;

export class ThreadStacks {
  readonly #addressSpace: AddressSpace;
  /** Stacks of threads that have ended: the next ones get them. */
  #free = 0;

  constructor(addressSpace: AddressSpace) {
    this.#addressSpace = addressSpace;
  }

  /** A thread starts. */
  take(): void {
    if (this.#free > 0) this.#free--;
    else this.#addressSpace.map(STACK_BYTES, PAGE);
  }

  /** A thread has ended. */
  giveBack(): void {
    this.#free++;
  }
}
