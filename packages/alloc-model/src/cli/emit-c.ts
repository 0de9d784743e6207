/** `alloc-model emit-c TRACE`: a C program that makes the calls of a log on a real allocator. */
import { emitC } from '../trace/emit-c.js';
import { cPrefixes } from '../trace/emit-c-header.js';
import { readCallLogFile } from '../trace/read.js';
import type { Streams } from './output.js';
import { printResult } from './print.js';
import { UsageError } from './usage-error.js';
import { commonOptions, oneFile, oneOf, parseWords, traceHelp } from './words.js';

const emitCHelp = `Usage: alloc-model emit-c [OPTION]… TRACE

Prints a C program that makes the allocator calls of TRACE on whatever allocator
it is linked to or runs with, and says at which call it hangs. The program's
first lines say how to compile and run it.

  --sized               it calls mallocx, rallocx, sdallocx and dallocx; the
                        default
  --unsized             it calls malloc, calloc, aligned_alloc, realloc and
                        free, which every allocator has
  --prefix PREFIX       what the allocator's names start with: none (the
                        default), je_ or _rjem_
  -o, --output FILE     the program goes there instead of to standard output

${traceHelp}
Exit: 0; 2 for wrong usage, or a TRACE that is none, or has more than 10,000,000
calls or 1000 threads at once.
`;

/** @returns the exit code @throws UsageError, CallLogError */
export async function emitCCommand(words: readonly string[], { stdout }: Streams): Promise<number> {
  const { values, positionals } = parseWords('emit-c', words, {
    ...commonOptions,
    sized: { type: 'boolean' },
    unsized: { type: 'boolean' },
    prefix: { type: 'string' },
  });
  if (values.help === true) {
    stdout.write(emitCHelp);
    return 0;
  }
  if (values.sized === true && values.unsized === true) throw new UsageError('emit-c takes --sized or --unsized, not both');
  const trace = oneFile('emit-c', 'TRACE', positionals);
  const prefix = oneOf('--prefix', values.prefix, cPrefixes);
  await printResult({ inputs: [trace], output: values.output }, stdout, async () => {
    const log = await readCallLogFile(trace);
    return emitC(log, { sized: values.unsized !== true, prefix });
  });
  return 0;
}
