/** The words after `lockgraph report`. */
import { isLevel, levels } from '../report/level.js';
import type { Level } from '../report/level.js';
import { commandWords } from './command-words.js';
import { UsageError } from './usage-error.js';

const formats = ['text', 'json'] as const;
type Format = (typeof formats)[number];

export interface ReportOptions {
  /** At least one; `-` is standard input. */
  readonly traces: readonly string[];
  readonly format: Format;
  /** Undefined: standard output. */
  readonly output: string | undefined;
  readonly failOn: Level;
  /** Files of suppressions. */
  readonly suppress: readonly string[];
  /** Threads of a cycle that did not happen, at most. */
  readonly maxCycle: number;
  /** Whether lines of an STD trace that do not parse are skipped. */
  readonly lenient: boolean;
  readonly verbose: boolean;
}

export const reportHelp = `Usage: lockgraph report [OPTION]… TRACE…

Says what is wrong with the locks of a recorded run: who waits for whom, and what led there.
Each TRACE is a file; "-" is standard input. Gzip is unpacked, whatever the name.

  --format text|json  text is the default; docs/report-format.md describes both
  -o, --output FILE   the report goes there instead of to standard output
  --fail-on LEVEL     which findings make it exit 1: observed (only what happened), proved (and what a
                      schedule is given for), possible (all, the default) or never
  --suppress FILE     keeps out the findings that the rules in FILE match, and says which rules match nothing;
                      docs/suppressions.md describes them. As many as you like
  --max-cycle N       looks for cycles of at most N threads that another schedule may have; 2 to 32,
                      default 5: each more takes longer
  --lenient           skips the lines of an STD trace that do not parse, and counts them
  --verbose           everything, however long: all of a history, whole stacks, what was refuted and why
  -h, --help

Exit: 0 no finding at LEVEL; 1 some; 2 wrong usage, or a TRACE or FILE that cannot be read.
`;

const options = {
  format: { type: 'string' },
  output: { type: 'string', short: 'o' },
  'fail-on': { type: 'string' },
  suppress: { type: 'string', multiple: true },
  'max-cycle': { type: 'string' },
  lenient: { type: 'boolean' },
  verbose: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;

/** Undefined where help is asked for. @throws UsageError */
export function parseReport(words: readonly string[]): ReportOptions | undefined {
  const { values, positionals } = commandWords('report', words, options);
  if (values.help === true) return undefined;
  if (positionals.length === 0) throw new UsageError('report needs a TRACE ("-" is standard input); lockgraph report --help tells more');
  if (positionals.includes('')) throw new UsageError('the name of a TRACE is empty');
  if (positionals.indexOf('-') !== positionals.lastIndexOf('-')) throw new UsageError('standard input ("-") can be read only once');
  if (values.output === '') throw new UsageError('--output takes the name of a file, and got ""');
  const { suppress = [] } = values;
  if (suppress.includes('')) throw new UsageError('--suppress takes the name of a file, and got ""');
  return {
    traces: positionals,
    format: formatOf(values.format ?? 'text'),
    output: values.output,
    failOn: levelOf(values['fail-on'] ?? 'possible'),
    suppress,
    maxCycle: maxCycleOf(values['max-cycle'] ?? '5'),
    lenient: values.lenient ?? false,
    verbose: values.verbose ?? false,
  };
}

function formatOf(text: string): Format {
  const format = formats.find((name) => name === text);
  if (format === undefined) throw new UsageError(`--format takes ${formats.join(' or ')}, and got "${text}"`);
  return format;
}

function maxCycleOf(text: string): number {
  const threads = /^[0-9]{1,2}$/.test(text) ? Number(text) : 0;
  if (threads >= 2 && threads <= 32) return threads;
  throw new UsageError(`--max-cycle takes a number of threads from 2 to 32, and got "${text}"`);
}

function levelOf(text: string): Level {
  if (isLevel(text)) return text;
  throw new UsageError(`--fail-on takes ${levels.slice(0, -1).join(', ')} or ${levels.at(-1)!}, and got "${text}"`);
}
