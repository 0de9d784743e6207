/** What a wrong size does to version 4.5.0, in words, and the flush that makes the harm. */
import type { NoteValue, OperationNumber, Registry, Thread } from 'lockgraph';
import type { Arena } from './arena.js';
import type { Run } from './page-map.js';
import { type WrongClaim, WRONG_BIN } from '../misuse.js';
import { HUGE_MININDEX, index2size, NBINS } from '../size-classes.js';

/** Tells `registry` what the notes of this file say. */
export function declareWrongBin(registry: Registry): void {
  registry.declareNote(
    WRONG_BIN,
    "tcache_bin_flush_small(bin {bin}) gives back the oldest {flushed} blocks; {count} of them are bin {runBin}'s, and a run of bin {runBin} becomes empty while its lock is not held",
  );
}

/** Where a block with a wrong claim goes. */
export function whereItGoes({ claimedClass, trueClass, fate }: WrongClaim): string {
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
