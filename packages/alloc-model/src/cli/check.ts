/** `alloc-model check TRACE`: what a careful reader would spot in the log. */
import { LogCheck } from '../lab/check/check.js';
import type { CheckResult } from '../lab/check/check-result.js';
import { checkText } from '../report/check-text.js';
import { inputName } from '../trace/input.js';
import { readCallsFile } from '../trace/read.js';
import type { Streams } from './output.js';
import { printResult } from './print.js';
import { viewFor } from './text-view.js';
import { commonOptions, oneFile, oneOf, parseWords, traceHelp } from './words.js';

const checkHelp = `Usage: alloc-model check [OPTION]… TRACE

Reads the allocator calls of TRACE as a careful reader would, without an
allocator: deallocations that claim another size class than their block's, the
first one first, double frees, unknown blocks, blocks never freed. The classes
are those of jemalloc 4.5.0 and of 5.3.0; where these differ, it says so.

  --format text|json    text is the default
  -o, --output FILE     the result goes there instead of to standard output
  --fail-on WHAT        exit 1 if there is a claim of another size class
                        (mismatch), or that, a double free, an unknown block, an
                        id in use given out again, or a size of 0 (any); never
                        is the default

${traceHelp}
Exit: 0 when TRACE was checked; 1 as --fail-on says; 2 for wrong usage, or a
TRACE that is none.
`;

/** @returns the exit code @throws UsageError, CallLogError */
export async function checkCommand(words: readonly string[], { stdout }: Streams): Promise<number> {
  const { values, positionals } = parseWords('check', words, { ...commonOptions, format: { type: 'string' }, 'fail-on': { type: 'string' } });
  if (values.help === true) {
    stdout.write(checkHelp);
    return 0;
  }
  const trace = oneFile('check', 'TRACE', positionals);
  const format = oneOf('--format', values.format, ['text', 'json']);
  const failOn = oneOf('--fail-on', values['fail-on'], ['never', 'mismatch', 'any']);
  let code = 0;
  await printResult({ inputs: [trace], output: values.output }, stdout, async () => {
    const check = new LogCheck(inputName(trace));
    await readCallsFile(trace, check);
    const result = check.result();
    code = fails(result, failOn) ? 1 : 0;
    if (format === 'json') return `${JSON.stringify(result, undefined, 2)}\n`;
    return checkText(result, viewFor(stdout, values.output));
  });
  return code;
}

function fails({ mismatches, doubleFrees, unknownBlocks, reusedIds, zeroSizes }: CheckResult, failOn: 'never' | 'mismatch' | 'any'): boolean {
  if (failOn === 'never') return false;
  if (mismatches.count > 0 || failOn === 'mismatch') return mismatches.count > 0;
  return doubleFrees.count + unknownBlocks.count + reusedIds.count + zeroSizes.count > 0;
}
