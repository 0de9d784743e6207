/** `alloc-model gdb-script`: prints what logs a program's calls under gdb. */
import { captureScript } from '../capture/script.js';
import type { Streams } from './output.js';
import { printResult } from './print.js';
import { UsageError } from './usage-error.js';
import { commonOptions, integer, oneOf, parseWords } from './words.js';

const DEFAULT_STALL = 10;

const gdbScriptHelp = `Usage: alloc-model gdb-script [OPTION]…

Prints a script for gdb that logs what a program asks of jemalloc. The program
stays as it is; it may be linked to jemalloc in any way.

  alloc-model gdb-script -o capture.py
  gdb -batch -x capture.py --args PROGRAM ARGUMENT…
  alloc-model import alloc.log

The log goes to the file that the environment variable ALLOC_LOG names, else to
alloc.log. A program that moves no more is stopped, and its backtraces are
added.

  --prefix PREFIX       of jemalloc's functions: auto (the default: whatever
                        there is), none, je_, _rjem_
  --locks               each lock and unlock too, for "lockgraph report"
  --stall SECONDS       without a call or a lock until it is stopped; default
                        ${DEFAULT_STALL}
  -o, --output FILE     the script goes there instead of to standard output

Exit: 0; 2 for wrong usage.
`;

/** @returns the exit code @throws UsageError */
export async function gdbScriptCommand(words: readonly string[], { stdout }: Streams): Promise<number> {
  const { values, positionals } = parseWords('gdb-script', words, {
    ...commonOptions,
    prefix: { type: 'string' },
    locks: { type: 'boolean' },
    stall: { type: 'string' },
  });
  if (values.help === true) {
    stdout.write(gdbScriptHelp);
    return 0;
  }
  if (positionals.length > 0) throw new UsageError(`gdb-script takes no file, and got "${positionals[0]}"; give the program to gdb, behind --args`);
  const prefix = oneOf('--prefix', values.prefix, ['auto', 'none', 'je_', '_rjem_']);
  const settings = {
    prefix: prefix === 'none' ? '' : prefix,
    locks: values.locks ?? false,
    stall: integer('--stall', values.stall, 1, 86_400) ?? DEFAULT_STALL,
  };
  await printResult({ inputs: [], output: values.output }, stdout, () => captureScript(settings));
  return 0;
}
