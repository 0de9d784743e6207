/**
 * When what a thread holds was taken, remembered for as long as the run is: each moment knows the one at which the lock below it was taken. So of locks that
 * are held for long, one moment serves all that is wanted meanwhile. Cost: O(1) each. Memory: 8 bytes a moment, 4 more with calling contexts.
 */
import type { CallId } from '../../trace/event.js';
import { grownIds, grownWords } from '../state/columns.js';

/** Index of a moment. */
export type MomentId = number;

/** An event: its number, modulo 2^32, and its calling context. */
export interface Moment {
  readonly event: number;
  readonly call: CallId;
}

export class Moments {
  #event = new Uint32Array(64);
  #below = new Int32Array(64);
  /** Kept from the first calling context on. */
  #call: Int32Array | undefined = undefined;
  #size = 0;

  /** @param below when the lock below was taken; {@link NONE} if there is none */
  add(event: number, call: CallId, below: MomentId): MomentId {
    const moment = this.#size++;
    if (moment === this.#event.length) {
      this.#event = grownWords(this.#event, moment);
      this.#below = grownIds(this.#below, moment);
    }
    if (call !== 0) this.#calls(moment)[moment] = call;
    this.#event[moment] = event;
    this.#below[moment] = below;
    return moment;
  }

  at(moment: MomentId): Moment {
    return { event: this.#event[moment]!, call: this.#call?.[moment] ?? 0 };
  }

  below(moment: MomentId): MomentId {
    return this.#below[moment]!;
  }

  /** What was to happen at a moment happened at another event. */
  move(moment: MomentId, event: number): void {
    this.#event[moment] = event;
  }

  /** The calling contexts, with room for one more. */
  #calls(moment: MomentId): Int32Array {
    if (this.#call === undefined || moment >= this.#call.length) {
      const calls = new Int32Array(this.#event.length);
      if (this.#call !== undefined) calls.set(this.#call);
      this.#call = calls;
    }
    return this.#call;
  }
}
