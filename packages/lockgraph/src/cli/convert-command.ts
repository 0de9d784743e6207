/** `lockgraph convert`: a trace in, the same trace in another format out. Memory: flat in the length of the trace. */
import { escapeText } from '../report/escape.js';
import { beginningOf, readTrace, traceFile } from '../trace/open.js';
import type { TraceSource } from '../trace/open.js';
import { Registry } from '../trace/registry.js';
import { isSameFile } from '../trace/same-file.js';
import type { TraceSummary } from '../trace/trace-summary.js';
import { convertHelp, parseConvert } from './convert-options.js';
import type { ConvertOptions } from './convert-options.js';
import { FileOutput, GzipOutput, StreamOutput } from './convert-output.js';
import type { TraceOutput } from './convert-output.js';
import { traceWriter } from './convert-writer.js';
import type { TraceHeader } from './convert-writer.js';
import { InputError, inputError } from './input-error.js';
import { stdClaims } from './std-claims.js';
import type { Streams } from './streams.js';
import { traceRemarks } from './trace-remarks.js';
import { UsageError } from './usage-error.js';

/** @returns the exit code */
export async function convertCommand(words: readonly string[], streams: Streams): Promise<number> {
  const options = parseConvert(words);
  if (options === undefined) {
    streams.stdout.write(convertHelp);
    return 0;
  }
  refuseInputAsOutput(options, streams);
  if (options.to === 'binary' && options.output === undefined && streams.stdout.isTTY === true) {
    throw new UsageError('a binary trace is nothing for a terminal; give -o FILE, or > FILE');
  }
  try {
    const { trace } = options;
    const opened = await beginningOf(trace === '-' ? { name: trace, chunks: streams.stdin } : traceFile(trace));
    const said = await convert(opened.source, headerOf(opened.beginning, options), options, streams);
    for (const line of said) streams.stderr.write(`lockgraph: ${escapeText(line)}\n`);
  } catch (error) {
    throw inputError(options.trace, error);
  }
  return 0;
}

/** @throws UsageError if the conversion would replace the trace */
function refuseInputAsOutput({ trace, output }: ConvertOptions, { stdin }: Streams): void {
  const input = trace === '-' ? stdin.fd : trace;
  if (output === undefined || input === undefined || !isSameFile(output, input)) return;
  throw new UsageError(`${output} is the TRACE to read, and -o would replace it; give the converted one another name`);
}

/** What is written of the trace before its events are known. Lines that are left out later may be accesses. */
function headerOf(beginning: TraceSummary | undefined, { lenient }: ConvertOptions): TraceHeader {
  const accesses = beginning?.accessesRecorded === true && !(lenient && beginning.format === 'STD');
  return { generator: beginning?.generator, accesses };
}

/** @returns what is to be said of it, a line each */
async function convert(source: TraceSource, header: TraceHeader, options: ConvertOptions, streams: Streams): Promise<string[]> {
  const { trace, to, lenient } = options;
  const output = outputOf(options, streams);
  try {
    const registry = new Registry();
    const writer = traceWriter(to, registry, (chunk) => output.write(chunk), header);
    const summary = await readTrace({ ...source, chunks: paced(source.chunks, output) }, writer.sink, registry, undefined, { lenient });
    if (!(await output.ready())) return [];
    if (to !== 'std') checkHeader(trace, header, summary);
    const dropped = writer.finish(summary.cutOff);
    output.commit();
    const said = traceRemarks(trace === '-' ? 'standard input' : trace, summary);
    return to === 'std' ? [...said, ...stdRemarks(summary, dropped)] : said;
  } catch (error) {
    output.discard();
    // A name that is too long for a block.
    throw error instanceof RangeError ? new InputError(`${trace}: ${error.message}`) : error;
  }
}

function outputOf({ output, gzip }: ConvertOptions, { stdout }: Streams): TraceOutput {
  if (output === undefined) return new StreamOutput(stdout);
  return gzip ? new GzipOutput(new FileOutput(output)) : new FileOutput(output);
}

/** The chunks of a trace, each when what came of the one before is written. They end early where nobody wants more. */
async function* paced(chunks: AsyncIterable<Uint8Array>, output: TraceOutput): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) {
    yield chunk;
    if (!(await output.ready())) return;
  }
}

/** @throws InputError if the trace says of itself what was not found at its beginning, and so was not written */
function checkHeader(trace: string, { generator, accesses }: TraceHeader, summary: TraceSummary): void {
  if (generator === summary.generator && (!accesses || summary.accessesRecorded)) return;
  throw new InputError(`${trace}: what it says of itself is not in its first 64 KiB; only there it is looked for`);
}

function stdRemarks(summary: TraceSummary, dropped: Readonly<Record<string, number>>): string[] {
  const counts = Object.entries(dropped).map(([what, count]) => `${what} ${count}`);
  const claims = stdClaims(summary, dropped);
  return [...(counts.length === 0 ? [] : [`STD cannot say all; left out: ${counts.join(', ')}`]), ...(claims === undefined ? [] : [claims])];
}
