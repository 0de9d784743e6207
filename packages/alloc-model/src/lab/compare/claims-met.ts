import type { CallId, EventSink, Note, OperationNumber, Registry, ThreadId } from 'lockgraph';
import { SIZE_MISMATCH } from '../../jemalloc/misuse.js';
import { NSIZES } from '../../jemalloc/size-classes.js';
import { callAt } from '../../trace/call-at.js';
import type { CallLog } from '../../trace/call-log.js';
import { OVERLAP } from '../replay/run.js';
import type { Damage, MetClaim } from './compare-result.js';

/** Indices of size classes. */
export interface MetClasses {
  readonly trueClass: number;
  readonly claimedClass: number;
}

/** Hears which claims of a wrong class an allocator meets, and what they damage. Add it to the monitor of a replay. Memory: an entry a pair of classes. */
export class ClaimsMet implements EventSink {
  readonly #registry: Registry;
  readonly #log: CallLog;
  readonly #classes = new Map<number, MetClasses>();
  /** The first one; undefined if it met none. */
  first: MetClaim | undefined = undefined;
  /** The first thing that a claim did to the allocator's own structures or locks; undefined if none did. */
  damage: Damage | undefined = undefined;

  constructor(registry: Registry, log: CallLog) {
    this.#registry = registry;
    this.#log = log;
  }

  /** Each pair of classes once. */
  get classes(): readonly MetClasses[] {
    return [...this.#classes.values()];
  }

  event(): void {
    // Only what the allocator says of itself is of interest.
  }

  note(_event: number, thread: ThreadId, _call: CallId, operation: OperationNumber, { kind, data }: Note): void {
    if (kind !== SIZE_MISMATCH) {
      if (kind !== OVERLAP) this.damage ??= { call: operation, kind };
      return;
    }
    const [claimedClass, trueClass] = [Number(data['claimedClass']), Number(data['trueClass'])];
    this.#classes.set(claimedClass * NSIZES + trueClass, { claimedClass, trueClass });
    this.first ??= {
      call: callAt(this.#log, operation),
      thread: this.#registry.threads.name(thread),
      claimed: Number(data['claimed']),
      usable: Number(data['usable']),
      claimedClass,
      trueClass,
      where: String(data['where']),
    };
  }

  end(): void {
    // Nothing is left to be told.
  }
}
