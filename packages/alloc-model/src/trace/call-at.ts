/** A call of a log as plain data, for whoever tells of it. */
import { CallKind, callNames, type CallLog } from './call-log.js';

export interface CallAt {
  /** 1-based. */
  readonly call: number;
  /** `sdallocx`, … */
  readonly operation: string;
  /** By name: `{ block: 401, claimed: 32 }`. */
  readonly arguments: Readonly<Record<string, number>>;
}

/** @throws RangeError if the log has no such call */
export function callAt(log: CallLog, call: number): CallAt {
  const row = call - 1;
  const kind = log.kind[row];
  if (kind === undefined) throw new RangeError(`no call ${call}; the log has ${log.calls}`);
  return { call, operation: callNames[kind as CallKind], arguments: argumentsOf(log, row) };
}

function argumentsOf(log: CallLog, row: number): Record<string, number> {
  const size = log.size[row]!;
  const block = log.ids[log.block[row]!]!;
  switch (log.kind[row]) {
    case CallKind.mallocx:
      return { size };
    case CallKind.rallocx:
      return { block, size };
    case CallKind.sdallocx:
      return { block, claimed: size };
    case CallKind.dallocx:
      return { block };
    default:
      return {};
  }
}
