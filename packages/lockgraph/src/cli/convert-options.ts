/** The words after `lockgraph convert`. */
import { commandWords } from './command-words.js';
import { UsageError } from './usage-error.js';

const formats = ['jsonl', 'binary', 'std'] as const;
export type TraceFormatName = (typeof formats)[number];

const endings: readonly (readonly [string, TraceFormatName])[] = [
  ['.jsonl', 'jsonl'],
  ['.lgb', 'binary'],
  ['.std', 'std'],
];

export interface ConvertOptions {
  /** `-` is standard input. */
  readonly trace: string;
  readonly to: TraceFormatName;
  /** Undefined: standard output. */
  readonly output: string | undefined;
  readonly gzip: boolean;
  readonly lenient: boolean;
}

export const convertHelp = `Usage: lockgraph convert [OPTION]… TRACE

Writes a trace in another format. TRACE is a file in any format that lockgraph reads; "-" is standard input.
Gzip is unpacked, whatever the name.

  --to jsonl|binary|std  without it, the ending of FILE tells: .jsonl, .lgb (binary) or .std
  -o, --output FILE      the trace goes there instead of to standard output; gzipped if FILE ends with .gz
  --lenient              leave out lines of an STD trace that do not parse; what is written then does not claim
                         to have all accesses of memory
  -h, --help

JSONL and binary say the same. What STD cannot say is left out, and counted on standard error; it also says there
if more could be proved from the STD than from TRACE.

Exit: 0 done; 2 wrong usage, or a TRACE that cannot be read: then nothing is left of FILE that was not there before.
`;

const options = {
  to: { type: 'string' },
  output: { type: 'string', short: 'o' },
  lenient: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;

/** Undefined where help is asked for. @throws UsageError */
export function parseConvert(words: readonly string[]): ConvertOptions | undefined {
  const { values, positionals } = commandWords('convert', words, options);
  if (values.help === true) return undefined;
  const [trace, another] = positionals;
  if (trace === undefined) throw new UsageError('convert needs a TRACE ("-" is standard input); lockgraph convert --help tells more');
  if (another !== undefined) throw new UsageError(`convert takes one TRACE, and got also "${another}"`);
  if (trace === '') throw new UsageError('the name of a TRACE is empty');
  if (values.output === '') throw new UsageError('--output takes the name of a file, and got ""');
  return {
    trace,
    to: formatOf(values.to, values.output),
    output: values.output,
    gzip: values.output?.endsWith('.gz') ?? false,
    lenient: values.lenient ?? false,
  };
}

function formatOf(to: string | undefined, output: string | undefined): TraceFormatName {
  if (to !== undefined) {
    const format = formats.find((name) => name === to);
    if (format === undefined) throw new UsageError(`--to takes jsonl, binary or std, and got "${to}"`);
    return format;
  }
  const unpacked = output?.replace(/\.gz$/, '');
  const told = endings.find(([ending]) => unpacked?.endsWith(ending));
  if (told !== undefined) return told[1];
  const why = output === undefined ? '' : `; the ending of ${output} does not tell: it is none of .jsonl, .lgb and .std`;
  throw new UsageError(`convert needs --to jsonl, --to binary or --to std${why}`);
}
