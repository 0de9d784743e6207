/** Where two runs of one log part: the first lock or unlock that only one of them makes. */
import type { CallLog } from '../../trace/call-log.js';
import { type CallAt, callAt } from '../../trace/call-at.js';
import type { LockRecord, LockStep } from './lock-record.js';

export interface LockDifference {
  /** The earlier of the calls in which it lies. */
  readonly call: CallAt;
  /** What the runs do there; absent: nothing more in this call. */
  readonly from?: LockStep;
  readonly to?: LockStep;
}

/** Cost: linear in both records. @param locks those to look at; all if undefined */
export function firstLockDifference(log: CallLog, from: LockRecord, to: LockRecord, locks?: ReadonlySet<string>): LockDifference | undefined {
  const a = new Cursor(from, locks);
  const b = new Cursor(to, locks);
  while (a.call === b.call && (a.call === Infinity || sameStep(a, b))) {
    if (a.call === Infinity) return undefined;
    a.next();
    b.next();
  }
  const call = Math.min(a.call, b.call);
  return {
    call: callAt(log, call),
    ...(a.call === call ? { from: from.step(a.row) } : {}),
    ...(b.call === call ? { to: to.step(b.row) } : {}),
  };
}

function sameStep(a: Cursor, b: Cursor): boolean {
  return a.record.what(a.row) === b.record.what(b.row) && a.record.lock(a.row) === b.record.lock(b.row);
}

/** Goes through the rows of some locks. */
class Cursor {
  readonly record: LockRecord;
  row = -1;
  readonly #locks: ReadonlySet<string> | undefined;

  constructor(record: LockRecord, locks: ReadonlySet<string> | undefined) {
    this.record = record;
    this.#locks = locks;
    this.next();
  }

  /** Past the last row: infinite. */
  get call(): number {
    return this.row < this.record.size ? this.record.call(this.row) : Infinity;
  }

  next(): void {
    do this.row++;
    while (this.row < this.record.size && this.#locks?.has(this.record.lock(this.row)) === false);
  }
}
