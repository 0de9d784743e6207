/** What a row says that is in the window still, in the block that falls out just now, or among the kept ones already. */
import type { Mode, OperationNumber, ThreadId } from './event.js';
import type { EventRows } from './event-rows.js';
import type { KeptRows } from './kept-rows.js';

/** `row + 1` of the window, or `-1 - kept` of a kept row; 0: none. */
export type Reference = number;

export class RowReferences {
  readonly #window: EventRows;
  readonly #kept: KeptRows;

  constructor(window: EventRows, kept: KeptRows) {
    this.#window = window;
    this.#kept = kept;
  }

  thread(reference: Reference): ThreadId {
    return reference > 0 ? this.#window.thread(reference - 1) : this.#kept.rows.thread(-1 - reference);
  }

  mode(reference: Reference): Mode {
    return reference > 0 ? this.#window.mode(reference - 1) : this.#kept.rows.mode(-1 - reference);
  }

  operation(reference: Reference): OperationNumber {
    return reference > 0 ? this.#window.operation(reference - 1) : this.#kept.rows.operation(-1 - reference);
  }

  event(reference: Reference): number {
    return reference > 0 ? this.#window.event(reference - 1) : this.#kept.rows.event(-1 - reference);
  }

  /** Of an event with mode `permits`: how many. */
  permits(reference: Reference): number {
    const permits = reference > 0 ? this.#window.a(reference - 1) : this.#kept.rows.a(-1 - reference);
    return permits === 0 ? 1 : permits;
  }
}
