/** Replays logs to see what each shows, always on the same allocator with the same options. Cost: a replay without a recorder. */
import type { CallLog } from '../../trace/call-log.js';
import { CallLogError } from '../../trace/call-log-error.js';
import { replay, type ReplayOptions, type ReplayResult } from '../replay/replay.js';
import { Blame } from './blame.js';
import type { UsableSize } from './lives.js';
import { type Signature, signatureOf } from './signature.js';

export interface Shown {
  /** Undefined: nothing. */
  readonly signature: Signature | undefined;
  /** The call at which it shows: the calls after it do not matter. */
  readonly stop: number;
  readonly result: ReplayResult;
}

export class Probe {
  /** How many were made so far. */
  replays = 0;
  /** Whether to look for blocks that overlap. */
  overlaps = true;
  readonly #options: ReplayOptions;
  readonly #usableSize: UsableSize;

  /** @param usableSize of the allocator that the options name */
  constructor(options: ReplayOptions, usableSize: UsableSize) {
    this.#options = { ...options, record: false };
    this.#usableSize = usableSize;
  }

  /** @throws CallLogError, RangeError as `replay` */
  async look(log: CallLog): Promise<Shown> {
    this.replays++;
    const blame = new Blame(this.#usableSize);
    const run = await replay(log, { ...this.#options, overlaps: this.overlaps, sinks: () => [blame] });
    const { result, analysis } = run;
    const signature = signatureOf(result, analysis, blame.of(log, run));
    return { signature, stop: signature?.outcome === 'overlap' ? result.firstOverlap! : result.call, result };
  }

  /** As {@link look}; undefined if the allocator has no model of a call, or no memory for it. */
  async try(log: CallLog): Promise<Shown | undefined> {
    try {
      return await this.look(log);
    } catch (error) {
      if (error instanceof CallLogError) return undefined;
      throw error;
    }
  }
}
