/** Replays logs to see what each shows, always on the same allocator with the same options. Cost: a replay without a recorder. */
import type { CallLog } from '../../trace/call-log.js';
import { CallLogError } from '../../trace/call-log-error.js';
import { replay, type ReplayOptions, type ReplayResult } from '../replay/replay.js';
import { Blame, type Signature, signatureOf } from './signature.js';

export interface Shown {
  /** Undefined: nothing. */
  readonly signature: Signature | undefined;
  /** The call at which it shows: the calls after it do not matter. */
  readonly stop: number;
  readonly result: ReplayResult;
}

export class Probe {
  replays = 0;
  /** Whether to look for blocks that overlap. */
  overlaps = true;
  readonly #options: ReplayOptions;

  constructor(options: ReplayOptions) {
    this.#options = { ...options, record: false };
  }

  /** @throws CallLogError, RangeError as `replay` */
  async look(log: CallLog): Promise<Shown> {
    this.replays++;
    const blame = new Blame();
    const { result, analysis } = await replay(log, { ...this.#options, overlaps: this.overlaps, sinks: () => [blame] });
    const signature = signatureOf(result, analysis, blame);
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
