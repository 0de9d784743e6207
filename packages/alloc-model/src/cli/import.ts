/** `alloc-model import LOG`: what a gdb script logged, as a call log. */
import { importNoteLines } from '../report/import-notes.js';
import { inputName } from '../trace/input.js';
import { importGdbLog } from '../trace/read-gdb.js';
import { callLogText } from '../trace/write.js';
import type { Streams } from './output.js';
import { printResult } from './print.js';
import { commonOptions, oneFile, parseWords } from './words.js';

const importHelp = `Usage: alloc-model import [OPTION]… LOG

Turns LOG, what the script of "alloc-model gdb-script" or another of its form
has logged, into a call log that the other commands read. "-" is standard input,
gzip is unpacked. What was left out is said on standard error.

  -o, --output FILE     the call log goes there instead of to standard output

Exit: 0; 2 for wrong usage, or a LOG that is none.
`;

/** @returns the exit code @throws UsageError, CallLogError */
export async function importCommand(words: readonly string[], { stdout, stderr }: Streams): Promise<number> {
  const { values, positionals } = parseWords('import', words, commonOptions);
  if (values.help === true) {
    stdout.write(importHelp);
    return 0;
  }
  const file = oneFile('import', 'LOG', positionals);
  let notes: string[] = [];
  await printResult({ inputs: [file], output: values.output }, stdout, async () => {
    const { log, summary } = await importGdbLog(file);
    notes = importNoteLines(inputName(file), summary);
    return callLogText(log);
  });
  for (const note of notes) stderr.write(`${note}\n`);
  return 0;
}
