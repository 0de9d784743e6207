/** What every allocator of the lab implements. A call returns a promise only if it had to wait for, or take, a lock. */
import type { Thread } from 'lockgraph';

/** Address of a block, in bytes. */
export type Address = number;

export interface Allocator {
  /** As in `--allocator NAME`. */
  readonly name: string;

  /** @throws UndefinedBehaviour where the real allocator's behaviour is not defined from here on */
  mallocx(thread: Thread, size: number, flags: number): Address | Promise<Address>;
  rallocx(thread: Thread, block: Address, size: number, flags: number): Address | Promise<Address>;
  /** Frees `block`, of which the caller claims that it was asked for with `claimed` bytes. */
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
