/** Which wrong claim led to the end of a run, as far as the run itself tells. */
import type { CallId, EventSink, Note, OperationNumber, ThreadId } from 'lockgraph';
import { SIZE_MISMATCH, WRONG_BIN } from '../../jemalloc/misuse.js';
import { index2size } from '../../jemalloc/size-classes.js';
import { CallKind, type CallLog } from '../../trace/call-log.js';
import type { Replay } from '../replay/replay.js';
import { OVERLAP } from '../replay/run.js';
import type { UsableSize } from './lives.js';

/** A block of one class was freed as one of another. The sizes of the classes, in bytes. */
export interface ConfusedClasses {
  readonly usable: number;
  readonly claimedUsable: number;
}

/**
 * Hears the notes of a replay, of which an analysis keeps the first of each kind only. Add it to the sinks of the replay.
 * Memory: two words for each wrong claim.
 */
export class Blame implements EventSink {
  readonly #usableSize: UsableSize;
  /** The calls that claimed a wrong class, in order, and what each confused: one object for a pair. */
  readonly #claims: OperationNumber[] = [];
  readonly #confused: ConfusedClasses[] = [];
  readonly #pairs = new Map<string, ConfusedClasses>();
  /** By the name of a lock: the newest that was taken for good by a flush of a wrong bin. */
  readonly #wrongBins = new Map<string, ConfusedClasses>();
  /** The calls that returned the two blocks which overlap, the newer one first. */
  #overlapping: readonly OperationNumber[] = [];

  /** @param usableSize of the allocator of the replay */
  constructor(usableSize: UsableSize) {
    this.#usableSize = usableSize;
  }

  event(): void {
    // Only the notes say what is to blame.
  }

  note(_event: number, _thread: ThreadId, _call: CallId, operation: OperationNumber, { kind, data }: Note): void {
    if (kind === SIZE_MISMATCH) {
      this.#claims.push(operation);
      this.#confused.push(this.#pair(Number(data['usable']), index2size(Number(data['claimedClass']))));
    } else if (kind === WRONG_BIN) {
      this.#wrongBins.set(String(data['lock']), this.#pair(Number(data['runBinSize']), Number(data['binSize'])));
    } else if (kind === OVERLAP) {
      this.#overlapping = [operation, Number(data['call'])];
    }
  }

  end(): void {
    // Nothing is kept open.
  }

  /**
   * What was confused where the run ended:
   * - of a hang, the classes of the flush that took the mutex
   * - of an abort, the claim of the call itself
   * - of undefined behaviour, the claim that freed the block of which the reason tells
   * - of an overlap, the claim with which one of the two blocks was freed before it was given again, as one of the claimed class.
   *
   * Null if there is none: of damage that spreads, the run does not tell which claim began it.
   * @param log the one that was replayed
   */
  of(log: CallLog, { result, addresses }: Replay): ConfusedClasses | null {
    switch (result.outcome) {
      case 'hang':
        return this.#wrongBins.get(result.mutex ?? '') ?? null;
      case 'abort':
        return this.#claims.at(-1) === result.call ? this.#confused.at(-1)! : null;
      case 'undefined':
        return this.#newest(log, addresses, addressOfBlock(result.reason)) ?? null;
      case 'ok':
        return this.#givenAgain(log, addresses);
    }
  }

  #givenAgain(log: CallLog, addresses: Float64Array): ConfusedClasses | null {
    for (const call of this.#overlapping) {
      const row = call - 1;
      const block = log.kind[row] === CallKind.rallocx ? log.newBlock[row]! : log.block[row]!;
      const confused = this.#newest(log, addresses, addresses[block]!, call);
      if (confused?.claimedUsable === this.#usableSize(log.size[row]!, log.flags[row]!)) return confused;
    }
    return null;
  }

  /** The newest claim, of the calls before `before`, that freed a block at `address`. */
  #newest(log: CallLog, addresses: Float64Array, address: number, before = Infinity): ConfusedClasses | undefined {
    const index = this.#claims.findLastIndex((call) => call < before && addresses[log.block[call - 1]!] === address);
    return this.#confused[index];
  }

  #pair(usable: number, claimedUsable: number): ConfusedClasses {
    const key = `${usable} ${claimedUsable}`;
    let pair = this.#pairs.get(key);
    if (pair === undefined) this.#pairs.set(key, (pair = { usable, claimedUsable }));
    return pair;
  }
}

/** The block that a reason names, `… the block at 0x7f… …`; NaN if it names none. Those that tell of other things have other words. */
function addressOfBlock(reason: string | undefined): number {
  return Number(/\bblock at (0x[0-9a-f]+)/.exec(reason ?? '')?.[1] ?? Number.NaN);
}
