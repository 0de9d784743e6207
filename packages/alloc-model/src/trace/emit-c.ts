/**
 * A call log as a C program that makes the same calls on a real allocator. The program is three parts: a head that says how to use
 * it (`emit-c-header.ts`), one that is the same for every log (the C files in `emit-c/`), and the calls as a table, a row of text each.
 * Text, since compilers take a string for each call in a third of the time and memory that a row of numbers costs.
 */
import { readFileSync } from 'node:fs';
import { birthsOf } from './births.js';
import { CallKind, type CallLog, callNames } from './call-log.js';
import { CallLogError } from './call-log-error.js';
import { cHeader, type EmitCOptions } from './emit-c-header.js';
import { threadPlan } from './emit-c-threads.js';

const MOST_CALLS = 10_000_000;
const ROWS_A_PIECE = 4096;

/** What all programs have, in the order in which C wants it. */
const fixedParts = ['includes', 'allocator', 'print', 'live-blocks', 'calls', 'threads', 'watch', 'main'];

/**
 * The text of the program, in pieces. It is C11 with POSIX threads, and the same for the same log and options.
 * A block is named by the call that returned it, so a row says where it comes from.
 * Cost: two passes; some 20 bytes of text a call.
 * @throws CallLogError if the log has more than 10^7 calls, or 1000 threads at once
 */
export function* emitC(log: CallLog, options: EmitCOptions): Iterable<string> {
  if (log.calls > MOST_CALLS) throw new CallLogError(log.name, 0, `${log.calls} calls: a C program is made of at most ${MOST_CALLS}`);
  const plan = threadPlan(log);
  const births = birthsOf(log);
  let width = 0;
  for (let row = 0; row < log.calls; row++) width = Math.max(width, tableRow(log, births, row).length + 1);
  yield cHeader(log, options, plan, width);
  for (const part of fixedParts) yield `${readFileSync(new URL(`emit-c/${part}.c`, import.meta.url), 'utf8')}\n`;
  yield `/* ---- the calls, one a row: call N is row N. A block is named by the call that returned it ------------------------- */

/*
 * mallocx SIZE FLAGS [tK]
 * rallocx CALL SIZE FLAGS [tK]
 * sdallocx CALL CLAIMED FLAGS [tK]
 * dallocx CALL FLAGS [tK]
 * texit tK
 */
static const char calls[CALLS][WIDTH] = {
`;
  let piece = '';
  for (let row = 0; row < log.calls; row++) {
    piece += `    "${tableRow(log, births, row)}",\n`;
    if ((row + 1) % ROWS_A_PIECE === 0) {
      yield piece;
      piece = '';
    }
  }
  yield `${piece}};\n`;
}

function tableRow(log: CallLog, births: Int32Array, row: number): string {
  const kind = log.kind[row] as CallKind;
  const name = callNames[kind];
  const thread = log.threads[log.thread[row]!]!;
  if (kind === CallKind.texit) return `${name} t${thread}`;
  const block = kind === CallKind.mallocx ? '' : ` ${births[log.block[row]!]}`;
  const size = kind === CallKind.dallocx ? '' : ` ${log.size[row]}`;
  return `${name}${block}${size} ${log.flags[row]}${thread === 0 ? '' : ` t${thread}`}`;
}
