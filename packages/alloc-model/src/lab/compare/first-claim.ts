import type { CallId, EventSink, Note, OperationNumber, Registry, ThreadId } from 'lockgraph';
import type { CallLog } from '../../trace/call-log.js';
import { callAt } from '../../trace/call-at.js';
import type { MetClaim } from './compare-result.js';

/** Remembers the first claim of a wrong class that an allocator meets. Add it to the monitor of a replay. */
export class FirstClaim implements EventSink {
  readonly #registry: Registry;
  readonly #log: CallLog;
  claim: MetClaim | undefined = undefined;

  constructor(registry: Registry, log: CallLog) {
    this.#registry = registry;
    this.#log = log;
  }

  event(): void {
    // Only what the allocator says of itself is of interest.
  }

  note(_event: number, thread: ThreadId, _call: CallId, operation: OperationNumber, { kind, data }: Note): void {
    if (this.claim !== undefined || kind !== 'alloc/size-mismatch') return;
    this.claim = {
      call: callAt(this.#log, operation),
      thread: this.#registry.threads.name(thread),
      claimed: Number(data['claimed']),
      usable: Number(data['usable']),
      claimedClass: Number(data['claimedClass']),
      trueClass: Number(data['trueClass']),
      where: String(data['where']),
    };
  }

  end(): void {
    // The claim is there, or is not.
  }
}
