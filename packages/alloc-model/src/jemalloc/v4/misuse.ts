/**
 * What the model sees and jemalloc does not: frees that claim a wrong size, and what becomes of such blocks.
 * A block that went to the cache of a wrong class may be handed out again as a block of that class. Its user is not to blame when
 * it frees it as what it got: the call that first told the wrong size is.
 */
import type { NoteValue, OperationNumber, Registry, Thread } from 'lockgraph';
import type { Arena } from './arena.js';
import type { Run } from './page-map.js';
import { HUGE_MININDEX, index2size, NBINS } from '../size-classes.js';

const SIZE_MISMATCH = 'alloc/size-mismatch';
const WRONG_BIN = 'alloc/wrong-bin';

/** A sized free whose claim is not of the block's class. */
export interface WrongClaim {
  readonly address: number;
  /** In bytes, as the caller said it. */
  readonly claimed: number;
  /** The classes of that and of the block. */
  readonly claimedClass: number;
  readonly trueClass: number;
  /** Whether an assertion stops it, or the block goes to the thread's cache as one of the claimed class, or past the cache. */
  readonly fate: 'refused' | 'cached' | 'freed';
}

export class Misuse {
  /** Blocks that are in use as blocks of another class: as which, and the operation to blame. */
  readonly #handedOut = new Map<number, { readonly index: number; readonly operation: OperationNumber }>();

  constructor(registry: Registry) {
    registry.declareNote(SIZE_MISMATCH, 'the block has {usable} bytes, {claimed} were claimed: {where}');
    registry.declareNote(
      WRONG_BIN,
      "tcache_bin_flush_small(bin {bin}) gives back the oldest {flushed} blocks; {count} of them are bin {runBin}'s, and a run of bin {runBin} becomes empty while its lock is not held",
    );
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
    const { claimed, claimedClass, trueClass } = wrong;
    thread.note(SIZE_MISMATCH, { claimed, usable: index2size(trueClass), claimedClass, trueClass, where: where(wrong) });
    return thread.operation;
  }
}

/** Where a block with a wrong claim goes. */
function where({ claimedClass, trueClass, fate }: WrongClaim): string {
  const claim = claimedClass < NBINS ? `bin ${claimedClass}` : `class ${claimedClass}`;
  if (fate === 'refused') return 'an assertion stops the process before anything is freed';
  if (trueClass >= HUGE_MININDEX) return 'a huge block is found by its address, so the claim did no harm';
  if (fate === 'cached') {
    const owner = trueClass < NBINS ? `its run is bin ${trueClass}'s` : `its run is a large block's of class ${trueClass}`;
    return `it went to the thread cache's ${claim}, ${owner}`;
  }
  if (claimedClass < NBINS === trueClass < NBINS) return 'it went past the thread cache to where it belongs, so the claim did no harm';
  return trueClass < NBINS
    ? `it is a region of bin ${trueClass}, and was freed as a large block`
    : `it is a large block of class ${trueClass}, and was freed as a small one`;
}

/** A flush of a cache's bin that empties a run of another bin. */
export interface WrongFlush {
  /** The bin that is flushed. */
  readonly bin: number;
  /** How many blocks it gives back, and how many of them are of the run's bin and arena. */
  readonly flushed: number;
  readonly count: number;
  /** The calls that brought blocks of the run's bin to the flushed one. */
  readonly calls: ReadonlySet<OperationNumber>;
}

/** Says that `flush` empties `run`, whose bin's lock it does not have. */
export function noteWrongBin(thread: Thread, arena: Arena, run: Run, flush: WrongFlush): void {
  const { bin, flushed, count, calls } = flush;
  const data: Record<string, NoteValue> = {
    bin,
    binSize: index2size(bin),
    flushed,
    count,
    runBin: run.binind,
    runBinSize: index2size(run.binind),
    lock: arena.locks.bins[run.binind]!.name,
  };
  thread.note(WRONG_BIN, data, [...calls].filter((operation) => operation > 0).toSorted((a, b) => a - b));
}
