/** `alloc-model minimize TRACE`: a short log that still hangs in the same way, from which no single call can be left out. */
import { performance } from 'node:perf_hooks';
import { minimize, type Minimized, NothingShown } from '../lab/minimize/minimize.js';
import { minimizedText, nothingToMinimize } from '../report/minimized-text.js';
import { readCallLogFile } from '../trace/read.js';
import { callLogText } from '../trace/write.js';
import { allocatorHelp, allocatorOptions, replaySettings } from './allocator-words.js';
import type { Output, Streams } from './output.js';
import { printResult } from './print.js';
import { viewFor } from './text-view.js';
import { UsageError } from './usage-error.js';
import { commonOptions, integer, oneFile, oneOf, parseWords, traceHelp } from './words.js';

const minimizeHelp = `Usage: alloc-model minimize [OPTION]… TRACE

Prints a short call log that shows the same as TRACE, and from which no single
call can be left out: the same kind of finding, for the same mutex, in the same
functions (where it waits, and where the mutex was taken), from the same two
size classes; or the same abort, the same undefined behaviour, or an overlap.
What became of TRACE is told on standard error.

It replays the log over and over: most often that takes some seconds. A log of a
hundred thousand calls, or one of which thousands are needed, takes minutes; see
--max-seconds.

${allocatorHelp}  --format text|json    text (the default) is a call log, as TRACE is one
  --max-seconds N       stop then, with the shortest log so far; default: no
                        limit
  -o, --output FILE     the log goes there instead of to standard output

${traceHelp}
Exit: 0 when there is a log, however short; 2 for wrong usage, a TRACE that is
none, or one in which all calls return.
`;

/** Milliseconds between two lines of progress. */
const PROGRESS = 200;
const DAY = 24 * 60 * 60;

/** @returns the exit code @throws UsageError, CallLogError */
export async function minimizeCommand(words: readonly string[], { stdout, stderr }: Streams): Promise<number> {
  const { values, positionals } = parseWords('minimize', words, {
    ...allocatorOptions,
    ...commonOptions,
    format: { type: 'string' },
    'max-seconds': { type: 'string' },
  });
  if (values.help === true) {
    stdout.write(minimizeHelp);
    return 0;
  }
  const trace = oneFile('minimize', 'TRACE', positionals);
  const format = oneOf('--format', values.format, ['text', 'json']);
  const settings = replaySettings(values);
  const seconds = integer('--max-seconds', values['max-seconds'], 1, DAY);
  const progress = new Progress(stderr);
  let summary = '';
  await printResult({ inputs: [trace], output: values.output }, stdout, async () => {
    const log = await readCallLogFile(trace);
    const end = seconds === undefined ? Infinity : performance.now() + 1000 * seconds;
    try {
      const minimized = await minimize(log, { ...settings, timeIsUp: () => performance.now() > end, onProgress: (left, replays) => progress.tell(left, replays) });
      summary = minimizedText(minimized.facts, viewFor(stderr));
      return format === 'json' ? json(minimized) : callLogText(minimized.log);
    } catch (error) {
      if (error instanceof NothingShown) throw new UsageError(nothingToMinimize(error.result));
      throw error;
    } finally {
      progress.clear();
    }
  });
  stderr.write(summary);
  return 0;
}

function json({ facts, log }: Minimized): string {
  return `${JSON.stringify({ ...facts, log: [...callLogText(log)].join('') }, undefined, 2)}\n`;
}

/** A line on a terminal that is written over and over. */
class Progress {
  readonly #stderr: Output;
  #told = 0;

  constructor(stderr: Output) {
    this.#stderr = stderr;
  }

  tell(left: number, replays: number): void {
    if (this.#stderr.isTTY !== true || performance.now() - this.#told < PROGRESS) return;
    this.#told = performance.now();
    this.#stderr.write(`\r\u001b[K${left} calls left after ${replays} replays`);
  }

  clear(): void {
    if (this.#told > 0) this.#stderr.write('\r\u001b[K');
  }
}
