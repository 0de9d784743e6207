/**
 * What the models see and jemalloc does not: frees that claim a wrong size, and what becomes of such blocks.
 * A block that went to the cache of a wrong class may be handed out again as a block of that class. Its user is not to blame when
 * it frees it as what it got: the call that first told the wrong size is.
 */
import type { OperationNumber, Registry, Thread } from 'lockgraph';
import { index2size } from './size-classes.js';

/** The kind of note that tells of a {@link WrongClaim}: its data are `claimed` and `usable` in bytes, both classes, and `where`. */
export const SIZE_MISMATCH = 'alloc/size-mismatch';
/** The kind of note that 4.5.0 makes of a flush that takes a lock for good: `lock`, `binSize` and `runBinSize`, among others, are its data. */
export const WRONG_BIN = 'alloc/wrong-bin';

/** A sized free whose claim is not of the block's class. */
export interface WrongClaim {
  readonly address: number;
  /** In bytes, as the caller said it. */
  readonly claimed: number;
  /** In bytes, as the caller said it; 0: none. */
  readonly alignment: number;
  /** The classes of that and of the block. */
  readonly claimedClass: number;
  readonly trueClass: number;
  /** Whether the process is stopped, or the block goes to the thread's cache as one of the claimed class, or past the cache. */
  readonly fate: 'refused' | 'cached' | 'freed';
}

export class Misuse {
  readonly #where: (wrong: WrongClaim) => string;
  /** Blocks that are in use as blocks of another class: as which, and the operation to blame. */
  readonly #handedOut = new Map<number, { readonly index: number; readonly operation: OperationNumber }>();

  /** @param where where a block with a wrong claim goes, in words */
  constructor(registry: Registry, where: (wrong: WrongClaim) => string) {
    this.#where = where;
    registry.declareNote(SIZE_MISMATCH, 'the block has {usable} bytes, {claim} were claimed: {where}');
  }

  /** A block leaves the cache of class `index`, to which it does not belong. */
  handOut(address: number, index: number, operation: OperationNumber): void {
    this.#handedOut.set(address, { index, operation });
  }

  /** The user gets such a block at another address of its first page. */
  move(from: number, to: number): void {
    const known = this.#handedOut.get(from);
    if (known === undefined) return;
    this.#handedOut.delete(from);
    this.#handedOut.set(to, known);
  }

  /** A block is freed as what it is. */
  forget(address: number): void {
    if (this.#handedOut.size > 0) this.#handedOut.delete(address);
  }

  /** A block is freed as what it is not. Returns the operation to blame for what follows. */
  claim(thread: Thread, wrong: WrongClaim): OperationNumber {
    const known = this.#handedOut.get(wrong.address);
    this.#handedOut.delete(wrong.address);
    if (known?.index === wrong.claimedClass) return known.operation;
    const { claimed, alignment, claimedClass, trueClass } = wrong;
    const claim = alignment === 0 ? `${claimed}` : `${claimed} aligned to ${alignment}`;
    thread.note(SIZE_MISMATCH, { claim, claimed, alignment, usable: index2size(trueClass), claimedClass, trueClass, where: this.#where(wrong) });
    return thread.operation;
  }
}
