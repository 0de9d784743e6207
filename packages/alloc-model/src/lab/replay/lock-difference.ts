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

/** @param only the locks to look at; all if undefined. Cost: linear in both records */
export function firstLockDifference(log: CallLog, from: LockRecord, to: LockRecord, only?: ReadonlySet<string>): LockDifference | undefined {
  const a = new Cursor(from, only);
  const b = new Cursor(to, only);
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
  readonly #only: ReadonlySet<string> | undefined;

  constructor(record: LockRecord, only: ReadonlySet<string> | undefined) {
    this.record = record;
    this.#only = only;
    this.next();
  }

  /** Past the last row: infinite. */
  get call(): number {
    return this.row < this.record.size ? this.record.call(this.row) : Infinity;
  }

  next(): void {
    do this.row++;
    while (this.row < this.record.size && this.#only?.has(this.record.lock(this.row)) === false);
  }
}
