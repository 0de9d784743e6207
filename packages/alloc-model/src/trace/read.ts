/** Reads call logs: text, one call a line, or what a gdb script logged; gzipped or not. The content decides, not the name. */
import { beginsAsGdbLog } from 'lockgraph';
import type { CallLog } from './call-log.js';
import { CallLogBuilder } from './call-log-builder.js';
import { CallLogError } from './call-log-error.js';
import { CallParser } from './call-parser.js';
import type { CallSink } from './call-sink.js';
import { withFile } from './input.js';
import { eachLine, unpacked } from './lines.js';
import { hasCallLine, peeked } from './peeked.js';
import { readGdbCalls } from './read-gdb.js';

/**
 * Reads the log in `file`; `-` is standard input. Memory: that of the log, whatever the size of the file.
 * @throws CallLogError if the file cannot be read, or is no valid log: with its line, and the reason
 */
export async function readCallLogFile(file: string): Promise<CallLog> {
  return withFile(file, readCallLog);
}

/** Reads the log whose bytes come from `input`. @throws CallLogError */
export async function readCallLog(input: AsyncIterable<Uint8Array>, name: string): Promise<CallLog> {
  const builder = new CallLogBuilder(name);
  await readCalls(input, name, builder, false);
  return builder.build();
}

/** Tells `sink` of the calls in `file`, which need not fit together: a block may be freed twice. `-` is standard input. @throws CallLogError */
export async function readCallsFile(file: string, sink: CallSink): Promise<void> {
  await withFile(file, (input, name) => readCalls(input, name, sink, true));
}

/** @param wrong whether `sink` takes calls that do not fit together */
async function readCalls(input: AsyncIterable<Uint8Array>, name: string, sink: CallSink, wrong: boolean): Promise<void> {
  const { start, bytes } = await peeked(unpacked(input, name));
  if (!hasCallLine(start) && beginsAsGdbLog(start)) await readGdbCalls(bytes, name, sink, wrong);
  else await readCallLines(bytes, name, sink);
}

async function readCallLines(input: AsyncIterable<Uint8Array>, name: string, sink: CallSink): Promise<void> {
  const parser = new CallParser(name, sink);
  let blank = 0;
  let calls = 0;
  await eachLine(input, name, (bytes, start, end, line) => {
    // Empty lines may end a file; anywhere else they would make call N another line than N.
    if (start === end) {
      blank ||= line;
      return;
    }
    if (blank !== 0) throw new CallLogError(name, blank, 'the line is empty: call N must be line N');
    parser.parse(bytes, start, end, line);
    calls++;
  });
  if (calls === 0) throw new CallLogError(name, 0, 'the file has no calls in it');
}
