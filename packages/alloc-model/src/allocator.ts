/**
 * What every allocator of the lab implements. A call that finds what it needs in the thread's cache returns at once; one that may
 * take a lock returns a promise.
 */
import type { Thread } from 'lockgraph';

/** Address of a block, in bytes. */
export type Address = number;

/** What the options let the caches of threads hold. */
export interface ThreadCaches {
  /** Number of size classes; 0: there are no caches. */
  readonly classes: number;
  /** Bytes of the largest blocks that go through them. */
  readonly largest: number;
  /** Their collector looks at each class once in so many calls that go through the cache; absent: it does not count calls. */
  readonly round?: number;
}

export interface Allocator {
  /** As in `--allocator NAME`. */
  readonly name: string;
  /** Absent where no option says it. */
  readonly threadCaches?: ThreadCaches;

  /**
   * @returns the block; 0 if there is no memory for it
   * @throws NotModelled, as every call, on arguments that the allocator does not model
   */
  mallocx(thread: Thread, size: number, flags: number): Address | Promise<Address>;
  rallocx(thread: Thread, block: Address, size: number, flags: number): Address | Promise<Address>;
  /**
   * Frees `block`, of which the caller claims that it was asked for with `claimed` bytes.
   * @throws Abort, as every call, where the allocator ends the process; UndefinedBehaviour where what the real one does is not defined from here on
   */
  sdallocx(thread: Thread, block: Address, claimed: number, flags: number): void | Promise<void>;
  dallocx(thread: Thread, block: Address, flags: number): void | Promise<void>;
  /** Usable size of a block. Takes no lock. */
  sallocx(block: Address): number;
  /** Usable size that a block of this request would have. Takes no lock. */
  nallocx(size: number, flags: number): number;
  /** The thread ends: its caches are given back. */
  threadExit(thread: Thread): void | Promise<void>;
}

/** From this call on, what the real allocator does is not defined: its own structures are damaged. */
export class UndefinedBehaviour extends Error {
  override readonly name = 'UndefinedBehaviour';
}

/** The allocator found something wrong, and ended the process. The message is the allocator's own, as it prints it. */
export class Abort extends Error {
  override readonly name = 'Abort';
}

/** A call that the real allocator understands and its model does not. The message says what, and what to do. */
export class NotModelled extends Error {
  override readonly name = 'NotModelled';
}
