/** Bytes, gzipped or not, and the lines of them, without keeping them in memory. Cost: one copy of a line that two chunks share. */
import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { isGzip, peek } from 'lockgraph';
import { CallLogError } from './call-log-error.js';

/** Gets the bytes from `start` to before `end`, without the line's end; valid during the call only. `line` counts from 1. */
export type LineSink = (bytes: Uint8Array, start: number, end: number, line: number) => void;

/** Longest line, in bytes; a call needs less than a hundred. Bounds the memory that a file without lines costs. */
const LONGEST_LINE = 4096;
const NEWLINE = 10;
const RETURN = 13;

/** The byte order mark of UTF-8. */
const MARK = [0xef, 0xbb, 0xbf];

/**
 * Reads `input` to its end. LF and CRLF end a line; a last line without an end counts; a byte order mark is no part of the first.
 * @param file name for errors
 * @throws CallLogError on a line that is too long; whatever the stream or `sink` throw
 */
export async function eachLine(input: AsyncIterable<Uint8Array>, file: string, sink: LineSink): Promise<void> {
  const carry = new Uint8Array(LONGEST_LINE + 1);
  let carried = 0;
  let line = 0;

  const end = (bytes: Uint8Array, start: number, to: number): void => {
    line++;
    const from = line === 1 && startsWithMark(bytes, start) ? start + MARK.length : start;
    if (to - from > LONGEST_LINE) refuseLength(bytes, from, file, line);
    sink(bytes, from, to > from && bytes[to - 1] === RETURN ? to - 1 : to, line);
  };

  for await (const chunk of input) {
    let from = 0;
    for (let newline = chunk.indexOf(NEWLINE); newline !== -1; newline = chunk.indexOf(NEWLINE, from)) {
      if (carried > 0) {
        const length = newline - from;
        if (carried + length > LONGEST_LINE) refuseLength(carry, 0, file, line + 1);
        carry.set(chunk.subarray(from, newline), carried);
        end(carry, 0, carried + length);
        carried = 0;
      } else {
        end(chunk, from, newline);
      }
      from = newline + 1;
    }
    const rest = chunk.length - from;
    if (carried + rest > LONGEST_LINE) refuseLength(carried > 0 ? carry : chunk, carried > 0 ? 0 : from, file, line + 1);
    carry.set(chunk.subarray(from), carried);
    carried += rest;
  }
  if (carried > 0) end(carry, 0, carried);
}

function startsWithMark(bytes: Uint8Array, start: number): boolean {
  return MARK.every((byte, i) => bytes[start + i] === byte);
}

function refuseLength(bytes: Uint8Array, from: number, file: string, line: number): never {
  const binary = bytes.subarray(from, from + LONGEST_LINE).includes(0);
  throw new CallLogError(
    file,
    line,
    binary ? 'binary data: this is no call log' : `the line is longer than ${LONGEST_LINE} bytes: this is no call log`,
  );
}

/** The content: unpacked if its first two bytes are those of gzip. @throws CallLogError if the gzip data is damaged */
export async function* unpacked(input: AsyncIterable<Uint8Array>, file: string): AsyncIterable<Uint8Array> {
  const { start, chunks } = await peek(input, 2);
  if (!isGzip(start)) {
    yield* chunks;
    return;
  }
  const source = Readable.from(chunks, { objectMode: false });
  const gunzip = createGunzip();
  source.on('error', (error) => gunzip.destroy(error));
  try {
    yield* source.pipe(gunzip) as AsyncIterable<Uint8Array>;
  } catch (error) {
    if (!isDamage(error)) throw error;
    throw new CallLogError(file, 0, 'the gzip data is damaged, or ends too early');
  }
}

function isDamage(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException | undefined)?.code;
  return code === 'Z_BUF_ERROR' || code === 'Z_DATA_ERROR';
}
