/** `alloc-model compare TRACE`: how one log ends on each allocator, where they part, and why. */
import { compare } from '../lab/compare/compare.js';
import { compareText } from '../report/compare-text.js';
import { readCallLogFile } from '../trace/read.js';
import { allocatorSettings, settingHelp, settingOptions } from './allocator-words.js';
import type { Streams } from './output.js';
import { printResult } from './print.js';
import { viewFor } from './text-view.js';
import { commonOptions, oneFile, oneOf, parseWords, traceHelp } from './words.js';

const compareHelp = `Usage: alloc-model compare [OPTION]… TRACE

Replays the allocator calls of TRACE on all allocators at the same settings, and
on jemalloc-4.5.0 once more without sizes, as through malloc and free. Says how
each run ends, where they part, and why.

${settingHelp}  --format text|json    text is the default
  -o, --output FILE     the result goes there instead of to standard output

${traceHelp}
Exit: 0 when the replays came to an end, whatever it is; 2 for wrong usage, or a
TRACE that is none.
`;

/** @returns the exit code @throws UsageError, CallLogError */
export async function compareCommand(words: readonly string[], { stdout }: Streams): Promise<number> {
  const { values, positionals } = parseWords('compare', words, { ...settingOptions, ...commonOptions, format: { type: 'string' } });
  if (values.help === true) {
    stdout.write(compareHelp);
    return 0;
  }
  const trace = oneFile('compare', 'TRACE', positionals);
  const format = oneOf('--format', values.format, ['text', 'json']);
  const settings = allocatorSettings(values);
  await printResult({ inputs: [trace], output: values.output }, stdout, async () => {
    const result = await compare(await readCallLogFile(trace), settings);
    if (format === 'json') return `${JSON.stringify(result, undefined, 2)}\n`;
    return compareText(result, viewFor(stdout, values.output));
  });
  return 0;
}
