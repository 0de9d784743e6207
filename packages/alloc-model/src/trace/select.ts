/**
 * Some of a log's calls, as a log of their own: whatever is left out, a correct program could make the rest. Cost: two passes over the rows.
 */
import { CallKind, type CallLog } from './call-log.js';

const NONE = -1;

export interface Selection {
  readonly log: CallLog;
  /** The row that each of its calls has in the log it was selected from. */
  readonly rows: Int32Array;
}

/**
 * The calls of the rows that are not 0 in `kept`, in their order. What is left out changes the rest so far as it must:
 * - without the call that frees it, a block lives on, and without its `texit`, a thread
 * - without a `rallocx`, the block stays the one it was
 * - without the call that returned its block, a `rallocx` is a `mallocx`, and a call that frees is left out, too.
 *
 * Ids are numbered anew from 1, in the order of lives, so that none is given out twice.
 * @param kept by row; rows beyond its length are left out
 */
export function selectCalls(log: CallLog, kept: Uint8Array): Selection {
  const most = kept.reduce((count, flag) => count + (flag === 0 ? 0 : 1), 0);
  const rows = new Int32Array(most);
  const kinds = new Uint8Array(most);
  const blocks = new Int32Array(most);
  const newBlocks = new Int32Array(most);
  const threads: number[] = [];
  const thread = new Int32Array(most);
  /** By block of `log`: its number in the selection. */
  const numbers = new Int32Array(log.ids.length).fill(NONE);
  const running = new Map<number, number>();
  let lives = 0;
  let calls = 0;
  for (let row = 0; row < log.calls; row++) {
    const kind = log.kind[row] as CallKind;
    const block = log.block[row]!;
    const number = kind === CallKind.texit ? NONE : numbers[block]!;
    const newBlock = log.newBlock[row]!;
    if (row >= kept.length || kept[row] === 0) {
      if (kind === CallKind.rallocx) numbers[newBlock] = number;
      continue;
    }
    if ((kind === CallKind.sdallocx || kind === CallKind.dallocx) && number === NONE) continue;
    const born = kind === CallKind.mallocx || (kind === CallKind.rallocx && number === NONE);
    rows[calls] = row;
    kinds[calls] = born ? CallKind.mallocx : kind;
    blocks[calls] = born ? lives : number;
    newBlocks[calls] = kind === CallKind.rallocx && !born ? lives : NONE;
    if (born) numbers[kind === CallKind.mallocx ? block : newBlock] = lives++;
    else if (kind === CallKind.rallocx) numbers[newBlock] = lives++;
    thread[calls] = indexOf(log.threads[log.thread[row]!]!, running, threads);
    if (kind === CallKind.texit) running.delete(log.threads[log.thread[row]!]!);
    calls++;
  }
  const used = rows.slice(0, calls);
  return {
    log: {
      name: log.name,
      calls,
      kind: kinds.slice(0, calls),
      block: blocks.slice(0, calls),
      newBlock: newBlocks.slice(0, calls),
      size: Float64Array.from(used, (row) => log.size[row]!),
      flags: Int32Array.from(used, (row) => log.flags[row]!),
      thread: thread.slice(0, calls),
      threads,
      ids: Float64Array.from({ length: lives }, (_, life) => life + 1),
    },
    rows: used,
  };
}

/** The index of the running thread of a number, which starts here if it has none. */
function indexOf(number: number, running: Map<number, number>, threads: number[]): number {
  let index = running.get(number);
  if (index === undefined) {
    index = threads.push(number) - 1;
    running.set(number, index);
  }
  return index;
}
