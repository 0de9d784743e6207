/** Reads a trace of any known format, which is told by its content; gzip too. Memory: flat in the length of the trace. */
import { createReadStream } from 'node:fs';
import { MAGIC } from './binary-format.js';
import { BinaryReader } from './binary-reader.js';
import type { EventSink } from './event.js';
import type { TracePosition } from './event-log.js';
import { shown } from './jsonl-guards.js';
import { beginsAsGdbLog, GDB_LOG_START } from './gdb-log-start.js';
import { GdbLogReader } from './gdb-log-reader.js';
import { gunzipped } from './gunzip.js';
import { JsonlReader } from './jsonl-reader.js';
import { beginsAsKnowledge } from './knowledge-start.js';
import { isGzip, peek } from './peek.js';
import { Registry } from './registry.js';
import { StdReader } from './std-reader.js';
import { beginsAsStd } from './std-start.js';
import { TraceError } from './trace-error.js';
import type { TraceParser, TraceSummary } from './trace-summary.js';

/** Where a trace comes from. */
export interface TraceSource {
  /** For people: a path, or `-`. */
  readonly name: string;
  readonly chunks: AsyncIterable<Uint8Array>;
  /** Whether these are unpacked, and what they were packed in ended too early; asked when all were read. Absent: no. */
  readonly isCut?: () => boolean;
}

interface TraceFormat {
  /** As in the message about a file of no known format. */
  readonly name: string;
  /** Whether a file that starts so is of this format. Bytes above 127 are not decoded. */
  readonly matches: (start: string) => boolean;
  readonly parser: (file: string, sink: EventSink, registry: Registry, position: TracePosition, lenient: boolean) => TraceParser;
}

const FORMATS: readonly TraceFormat[] = [
  {
    name: 'JSONL (its first line is {"lockgraph":"trace","version":1})',
    matches: (start) => /^(?:\u00ef\u00bb\u00bf)?\s*\{\s*"lockgraph"\s*:\s*"trace"/.test(start),
    parser: (file, sink, registry, position) => new JsonlReader(file, sink, registry, position),
  },
  {
    name: "lockgraph's binary format",
    matches: (start) => start.startsWith(MAGIC),
    parser: (file, sink, registry) => new BinaryReader(file, sink, registry),
  },
  {
    name: 'the log of a gdb script (lines such as "malloc(48)" and "    lock   NAME [FUNCTION]")',
    matches: beginsAsGdbLog,
    parser: (file, sink, registry, position) => new GdbLogReader(file, sink, registry, position),
  },
  {
    name: 'STD (lines such as "T1|acq(L1)|17")',
    matches: beginsAsStd,
    parser: (file, sink, registry, position, lenient) => new StdReader(file, sink, registry, position, lenient),
  },
];

export interface ReadOptions {
  /** STD: lines that do not parse are left out and counted. Without it, the first one is an error. */
  readonly lenient?: boolean;
}

/** A trace in a file. The file is opened when it is read; what fails then is a TraceError. */
export function traceFile(path: string): TraceSource {
  return { name: path, chunks: fileChunks(path) };
}

/**
 * Tells `sink` what a trace says, in order, with the names in `registry`.
 * @param position moves to the line of each event before the sink is told
 * @throws TraceError if it cannot be read, is of no known format, or has a bad line; what came before was told
 */
export async function readTrace(
  source: TraceSource,
  sink: EventSink,
  registry: Registry,
  position: TracePosition = { line: 0 },
  options: ReadOptions = {},
): Promise<TraceSummary> {
  const { format, chunks, isCut } = await recognized(source);
  const parser = format.parser(source.name, sink, registry, position, options.lenient ?? false);
  let bytes = 0;
  for await (const chunk of chunks) {
    bytes += chunk.length;
    parser.push(chunk);
  }
  const summary = parser.finish(isCut());
  if (!summary.cutOff) return summary;
  return { ...summary, unreadFrom: bytes - summary.unreadBytes, ...(isCut() && summary.cause === undefined ? { cause: 'gzip' } : undefined) };
}

/**
 * What a trace says of itself before its events, for whoever must know that before them: what reading its first 64 KiB comes to, or undefined
 * if that goes wrong. The trace is read from `source` after that.
 * @throws TraceError if it cannot be read, or is of no known format
 */
export async function beginningOf(source: TraceSource): Promise<{ beginning: TraceSummary | undefined; source: TraceSource }> {
  const known = await recognized(source);
  return { beginning: summaryOf(source.name, known), source: known };
}

function summaryOf(file: string, { format, start }: RecognizedTrace): TraceSummary | undefined {
  const parser = format.parser(file, { event: () => {}, note: () => {}, end: () => {} }, new Registry(), { line: 0 }, true);
  try {
    parser.push(start);
    return parser.finish(false);
  } catch (error) {
    if (error instanceof TraceError) return undefined;
    throw error;
  }
}

interface UnpackedSource extends Required<TraceSource> {
  /** At least the first 64 KiB, or all that there is. */
  readonly start: Uint8Array;
}

/** A file unpacked, and how it begins; it is read from its `chunks` after that. @throws TraceError if it cannot be read */
export async function unpacked({ name, chunks, isCut = () => false }: TraceSource): Promise<UnpackedSource> {
  const packed = await peek(chunks, GDB_LOG_START);
  if (!isGzip(packed.start)) return { name, isCut, ...packed };
  const whole = gunzipped(name, packed.chunks);
  return { name, isCut: () => isCut() || whole.isCut(), ...(await peek(whole.chunks, GDB_LOG_START)) };
}

interface RecognizedTrace extends UnpackedSource {
  readonly format: TraceFormat;
}

async function recognized(trace: TraceSource): Promise<RecognizedTrace> {
  const source = await unpacked(trace);
  const head = Buffer.from(source.start).toString('latin1');
  const format = FORMATS.find(({ matches }) => matches(head));
  if (format === undefined) throw new TraceError(source.name, undefined, unknown(head, source.isCut()));
  return { ...source, format };
}

function unknown(start: string, isCut: boolean): string {
  if (start === '' && isCut) return 'not a lockgraph trace: its gzip data ends before anything of it is there';
  if (beginsAsKnowledge(start)) return 'not a trace: lockgraph merge wrote it, of what many runs have shown, and it has no events; lockgraph report tells what it says';
  const begins = start === '' ? 'it is empty' : `it begins with ${shown(start.slice(0, 16))}`;
  return `not a lockgraph trace: ${begins}; known formats: ${FORMATS.map(({ name }) => name).join(', ')}, each also gzipped`;
}

async function* fileChunks(path: string): AsyncGenerator<Uint8Array> {
  try {
    yield* createReadStream(path, { highWaterMark: 262_144 }) as AsyncIterable<Uint8Array>;
  } catch (error) {
    throw error instanceof Error && 'code' in error ? new TraceError(path, undefined, `cannot be read: ${cause(error.code, error.message)}`) : error;
  }
}

function cause(code: unknown, message: string): string {
  switch (code) {
    case 'ENOENT':
      return 'there is no such file';
    case 'EISDIR':
      return 'it is a directory';
    case 'EACCES':
      return 'permission denied';
    default:
      return message;
  }
}
