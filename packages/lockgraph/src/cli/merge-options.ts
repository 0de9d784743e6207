/** The words after `lockgraph merge`. */
import { commandWords } from './command-words.js';
import { UsageError } from './usage-error.js';

export interface MergeOptions {
  /** At least one; `-` is standard input. */
  readonly inputs: readonly string[];
  /** Undefined: standard output. */
  readonly output: string | undefined;
  readonly gzip: boolean;
  readonly lenient: boolean;
}

export const mergeHelp = `Usage: lockgraph merge [OPTION]… INPUT…

Joins what many runs have shown of the order in which locks are taken, by lock class: that one test takes A and then
B, and another one B and then A. lockgraph report FILE says what could come of it.
Each INPUT is a trace in any format that lockgraph reads, or a FILE that merge wrote; "-" is standard input.

  -o, --output FILE  what is known goes there instead of to standard output; gzipped if FILE ends with .gz. An INPUT
                     that merge wrote may be FILE, too: it is replaced when all is read
  --lenient          leave out lines of STD traces that do not parse
  -h, --help

It does not matter what is merged with what first, or twice; docs/knowledge-format.md describes FILE.

Exit: 0 done; 2 wrong usage, or an INPUT that cannot be read: then FILE stays what it was.
`;

const options = {
  output: { type: 'string', short: 'o' },
  lenient: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;

/** Undefined where help is asked for. @throws UsageError */
export function parseMerge(words: readonly string[]): MergeOptions | undefined {
  const { values, positionals } = commandWords('merge', words, options);
  if (values.help === true) return undefined;
  if (positionals.length === 0) throw new UsageError('merge needs an INPUT ("-" is standard input); lockgraph merge --help tells more');
  if (positionals.includes('')) throw new UsageError('the name of an INPUT is empty');
  if (positionals.indexOf('-') !== positionals.lastIndexOf('-')) throw new UsageError('standard input ("-") can be read only once');
  if (values.output === '') throw new UsageError('--output takes the name of a file, and got ""');
  return { inputs: positionals, output: values.output, gzip: values.output?.endsWith('.gz') ?? false, lenient: values.lenient ?? false };
}
