/** A log that gets shorter step by step, and shows the same all the time. */
import type { CallLog } from '../../trace/call-log.js';
import { selectCalls } from '../../trace/select.js';
import type { Probe } from './probe.js';
import { isSame, type Signature } from './signature.js';

export class Reduction {
  readonly #probe: Probe;
  readonly #signature: Signature;
  readonly #timeIsUp: () => boolean;
  readonly #onProgress: ((left: number, replays: number) => void) | undefined;
  /** The shortest log so far, and which rows of {@link #base} are in it. */
  #log: CallLog;
  #base: CallLog;
  #kept: Uint8Array;

  /** @param log one that shows `signature` at its last call */
  constructor(log: CallLog, signature: Signature, probe: Probe, timeIsUp: () => boolean, onProgress?: (left: number, replays: number) => void) {
    this.#log = log;
    this.#base = log;
    this.#kept = new Uint8Array(log.calls).fill(1);
    this.#signature = signature;
    this.#probe = probe;
    this.#timeIsUp = timeIsUp;
    this.#onProgress = onProgress;
  }

  get log(): CallLog {
    return this.#log;
  }

  /** The log whose rows {@link drop} takes. */
  get base(): CallLog {
    return this.#base;
  }

  /** The row of the call that shows it. */
  get last(): number {
    return this.#kept.lastIndexOf(1);
  }

  /** Whether no more is tried. */
  get over(): boolean {
    return this.#timeIsUp();
  }

  /** The rows that {@link drop} takes are those of the shortest log from now on. @returns it */
  rebase(): CallLog {
    if (this.#base !== this.#log) {
      this.#base = this.#log;
      this.#kept = new Uint8Array(this.#log.calls).fill(1);
    }
    return this.#log;
  }

  /**
   * Leaves out rows of {@link base}; those that are out already are no matter.
   * @param except a row that stays all the same
   * @returns whether the rest shows the same; if not, all stay
   */
  async drop(rows: Iterable<number>, except = -1): Promise<boolean> {
    const kept = this.#kept.slice();
    let dropped = 0;
    for (const row of rows) {
      if (row === except) continue;
      dropped += kept[row]!;
      kept[row] = 0;
    }
    if (dropped === 0 || this.over) return false;
    const { log, rows: selected } = selectCalls(this.#base, kept);
    const stop = await this.#stopOf(log);
    if (stop === 0) return false;
    this.#log = firstCalls(log, stop);
    this.#kept.fill(0);
    for (let call = 0; call < stop; call++) this.#kept[selected[call]!] = 1;
    this.#onProgress?.(stop, this.#probe.replays);
    return true;
  }

  /** Takes `log` instead, if it shows the same in no more calls than now and no fewer than `least`. */
  async take(log: CallLog, least = 1): Promise<boolean> {
    if (this.over) return false;
    const stop = await this.#stopOf(log);
    if (stop < least || stop > this.#log.calls) return false;
    this.#log = firstCalls(log, stop);
    this.rebase();
    this.#onProgress?.(stop, this.#probe.replays);
    return true;
  }

  /** The call at which `log` shows the same; 0 if it does not. */
  async #stopOf(log: CallLog): Promise<number> {
    const shown = await this.#probe.try(log);
    return shown !== undefined && isSame(this.#signature, shown.signature) ? shown.stop : 0;
  }
}

/** @returns the first `calls` calls of a log, with ids from 1 */
export function firstCalls(log: CallLog, calls: number): CallLog {
  return selectCalls(log, new Uint8Array(Math.min(calls, log.calls)).fill(1)).log;
}
