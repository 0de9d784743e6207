/** A row of the binary format with its further fields, in memory that is used again. */
import { ROW } from './binary-format.js';
import type { EventKind, Mode } from './event.js';

/** The row leaves the number to be known from those before it. No number in a file is negative. */
export const NOT_TOLD = -1;

export class RowFields {
  kind: EventKind = 0;
  mode: Mode = 0;
  thread = 0;
  object = 0;
  call = 0;
  /** Or {@link NOT_TOLD}, as {@link RowFields.event}. */
  operation = NOT_TOLD;
  event = NOT_TOLD;
  a = 0;
  b = 0;

  /** Takes the row at `start`, all of which is in the view. Nothing is checked. */
  read(view: DataView, start: number): void {
    const head = view.getInt32(start, true);
    let at = start + 8;
    this.kind = (head & ROW.kind) as EventKind;
    this.mode = ((head & ROW.what) >>> ROW.modeShift) as Mode;
    this.object = view.getInt32(start + 4, true);
    this.thread = head >>> ROW.threadShift;
    if ((head & ROW.thread) !== 0) {
      this.thread = view.getInt32(at, true);
      at += 4;
    }
    this.call = 0;
    if ((head & ROW.call) !== 0) {
      this.call = view.getInt32(at, true);
      at += 4;
    }
    this.operation = NOT_TOLD;
    if ((head & ROW.operation) !== 0) {
      this.operation = view.getUint32(at, true);
      at += 4;
    }
    this.event = NOT_TOLD;
    if ((head & ROW.event) !== 0) {
      this.event = view.getUint32(at, true) + view.getUint32(at + 4, true) * 2 ** 32;
      at += 8;
    }
    this.#arguments(view, at, head & ROW.arguments);
  }

  #arguments(view: DataView, at: number, form: number): void {
    this.a = 0;
    this.b = 0;
    if (form === ROW.doubleArguments) {
      this.a = view.getFloat64(at, true);
      this.b = view.getFloat64(at + 8, true);
    } else if (form !== 0) {
      this.a = view.getInt32(at, true);
      if (form === ROW.intArguments) this.b = view.getInt32(at + 4, true);
    }
  }
}
