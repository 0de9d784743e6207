/** Writes call logs in the form that {@link readCallLog} reads. */
import { CallKind, callNames, type CallLog } from './call-log.js';

const LINES_A_PIECE = 4096;

/** The text of `log`, in pieces of some thousand lines. The thread is written where it is not t0, and for texit. */
export function* callLogText(log: CallLog): Iterable<string> {
  let piece = '';
  for (let row = 0; row < log.calls; row++) {
    piece += `${callLine(log, row)}\n`;
    if ((row + 1) % LINES_A_PIECE === 0) {
      yield piece;
      piece = '';
    }
  }
  if (piece !== '') yield piece;
}

/** The line of the call in `row`, without its end. @throws RangeError if the log has no such row */
export function callLine(log: CallLog, row: number): string {
  const kind = log.kind[row];
  if (kind === undefined) throw new RangeError(`no call ${row + 1}; the log has ${log.calls}`);
  const name = callNames[kind as CallKind];
  const thread = log.threads[log.thread[row]!]!;
  if (kind === CallKind.texit) return `${name} t${thread}`;
  const values = [log.ids[log.block[row]!]!];
  if (kind === CallKind.rallocx) values.push(log.ids[log.newBlock[row]!]!);
  if (kind !== CallKind.dallocx) values.push(log.size[row]!);
  values.push(log.flags[row]!);
  return `${name} ${values.join(' ')}${thread === 0 ? '' : ` t${thread}`}`;
}
