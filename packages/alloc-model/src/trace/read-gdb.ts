/** Reads what a gdb script logged of a program's calls, as a call log. */
import { beginsAsGdbLog, LoggedLineReader } from 'lockgraph';
import type { CallLog } from './call-log.js';
import { CallLogBuilder } from './call-log-builder.js';
import { CallLogError } from './call-log-error.js';
import type { CallSink } from './call-sink.js';
import { GdbCallImporter } from './import-gdb.js';
import type { ImportSummary } from './import-summary.js';
import { withFile } from './input.js';
import { unpacked } from './lines.js';
import { hasCallLine, peeked } from './peeked.js';

export interface Imported {
  readonly log: CallLog;
  /** By call of the log, from 0: the line that it comes from, 1-based. */
  readonly lines: Int32Array;
  readonly summary: ImportSummary;
}

/**
 * Reads the gdb log in `file`; `-` is standard input, gzip is unpacked. What is no line of the log is skipped.
 * @throws CallLogError if the file cannot be read, is a call log already, or has no call in it
 */
export async function importGdbLog(file: string): Promise<Imported> {
  return withFile(file, async (input, name) => {
    const { start, bytes } = await peeked(unpacked(input, name));
    if (hasCallLine(start) && !beginsAsGdbLog(start)) throw new CallLogError(name, 0, 'this is a call log already: the other commands read it as it is');
    const builder = new CallLogBuilder(name);
    const { lines, summary } = await readGdbCalls(bytes, name, builder, false);
    return { log: builder.build(), lines, summary };
  });
}

/**
 * Tells `sink` of the calls in a gdb log.
 * @param wrong whether also of frees of blocks that are not live @throws CallLogError if there is no call
 */
export async function readGdbCalls(
  bytes: AsyncIterable<Uint8Array>,
  name: string,
  sink: CallSink,
  wrong: boolean,
): Promise<{ readonly lines: Int32Array; readonly summary: ImportSummary }> {
  const importer = new GdbCallImporter();
  let calls = 0;
  const reader = new LoggedLineReader((line, number) => {
    if (line.what === 'call' || line.what === 'return') calls++;
    importer.line(line, number);
  });
  for await (const chunk of bytes) reader.push(chunk);
  const read = reader.finish();
  const lines = importer.finish(sink, wrong);
  if (lines.length === 0) throw new CallLogError(name, 0, nothing(read.known, calls));
  return { lines, summary: { ...read, calls: lines.length, notes: importer.notes } };
}

function nothing(known: number, calls: number): string {
  if (known === 0) return 'no line of it is a call of an allocator, as "malloc(48)": nothing was logged, or this is no log of a gdb script';
  if (calls === 0) return 'none of its lines is a call of an allocator, as "malloc(48)"; lockgraph report reads a log of locks alone';
  return 'none of its calls got a block; a log must have those from the beginning of the program';
}
