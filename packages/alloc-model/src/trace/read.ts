/** Reads call logs: text, one call a line, gzipped or not. The content decides, not the name. */
import { createReadStream } from 'node:fs';
import type { CallLog } from './call-log.js';
import { CallLogBuilder } from './call-log-builder.js';
import { CallLogError } from './call-log-error.js';
import { CallParser } from './call-parser.js';
import { eachLine } from './lines.js';

const CHUNK = 256 * 1024;

/**
 * Reads the log in `file`; `-` is standard input. Memory: that of the log, whatever the size of the file.
 * @throws CallLogError if the file cannot be read, or is no valid log: with its line, and the reason
 */
export async function readCallLogFile(file: string): Promise<CallLog> {
  const input = file === '-' ? process.stdin : createReadStream(file, { highWaterMark: CHUNK });
  const name = file === '-' ? 'standard input' : file;
  try {
    return await readCallLog(input as AsyncIterable<Uint8Array>, name);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (error instanceof CallLogError || code === undefined) throw error;
    throw new CallLogError(name, 0, `cannot be read: ${reasons[code] ?? code}`);
  }
}

/** Reads the log whose bytes come from `input`. @throws CallLogError */
export async function readCallLog(input: AsyncIterable<Uint8Array>, name: string): Promise<CallLog> {
  const builder = new CallLogBuilder(name);
  const parser = new CallParser(name, builder);
  let blank = 0;
  await eachLine(input, name, (bytes, start, end, line) => {
    // Empty lines may end a file; anywhere else they would make call N another line than N.
    if (start === end) {
      blank ||= line;
      return;
    }
    if (blank !== 0) throw new CallLogError(name, blank, 'the line is empty: call N must be line N');
    parser.parse(bytes, start, end, line);
  });
  if (builder.calls === 0) throw new CallLogError(name, 0, 'the file has no calls in it');
  return builder.build();
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EACCES: 'permission denied',
  EISDIR: 'it is a directory',
};
