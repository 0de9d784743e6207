/** The words after `alloc-model replay`. */
import { parseArgs } from 'node:util';
import { isLevel, type Level, levels } from 'lockgraph';
import { type AllocatorName, allocatorNames, type AllocatorOptions } from '../lab/allocators.js';
import { UsageError } from './usage-error.js';

export interface ReplayCommand {
  readonly trace: string;
  readonly allocator: AllocatorName;
  readonly settings: AllocatorOptions;
  readonly format: 'text' | 'json';
  readonly output: string | undefined;
  readonly record: string | undefined;
  readonly lockEvents: string | undefined;
  /** The weakest finding that makes the command fail; undefined: none does. */
  readonly failOn: Level | undefined;
  readonly verbose: boolean;
}

export const replayHelp = `Usage: alloc-model replay [OPTION]… TRACE

Replays the allocator calls of TRACE ("-" is standard input, gzip is unpacked) and reports how they end.

  --allocator NAME      ${allocatorNames.join(', ')}; the first is the default
  --lg-tcache-max N     jemalloc's option: thread caches hold sizes up to 2^N; from -1 to 62, default 15
  --narenas N           jemalloc's option: number of arenas; from 1 to 4094, default 8
  --no-tcache           jemalloc's option tcache:false: no thread caches
  --format text|json    text is the default
  -o, --output FILE     the report goes there instead of to standard output
  --record FILE         the run as a trace for "lockgraph report"
  --lock-events FILE    each lock and unlock as a line of JSON
  --fail-on LEVEL       exit 1 if there is a finding of this level: ${levels.join(', ')}
  --verbose             everything, however long

Exit: 0 when the replay came to an end, whatever it is; 1 as --fail-on says; 2 for wrong usage, or a TRACE that is none.
`;

/** @throws UsageError; returns undefined where help is asked for */
export function parseReplay(words: readonly string[]): ReplayCommand | undefined {
  const { values, positionals } = parsed(words);
  if (values.help === true) return undefined;
  const [trace, ...more] = positionals;
  if (trace === undefined) throw new UsageError('replay needs a TRACE; alloc-model replay --help tells more');
  if (more.length > 0) throw new UsageError(`replay takes one TRACE, and got ${positionals.length}`);
  const lgTcacheMax = integer('--lg-tcache-max', values['lg-tcache-max'], -1, 62);
  const narenas = integer('--narenas', values.narenas, 1, 4094);
  return {
    trace,
    allocator: oneOf('--allocator', values.allocator ?? allocatorNames[0], allocatorNames),
    format: oneOf('--format', values.format ?? 'text', ['text', 'json'] as const),
    output: values.output,
    record: values.record,
    lockEvents: values['lock-events'],
    failOn: level(values['fail-on']),
    verbose: values.verbose ?? false,
    settings: {
      ...(lgTcacheMax === undefined ? {} : { lgTcacheMax }),
      ...(narenas === undefined ? {} : { narenas }),
      ...(values['no-tcache'] === true ? { tcache: false } : {}),
    },
  };
}

function parsed(words: readonly string[]) {
  try {
    return parseArgs({
      args: joinedNegatives(words),
      allowPositionals: true,
      options: {
        allocator: { type: 'string' },
        'lg-tcache-max': { type: 'string' },
        narenas: { type: 'string' },
        'no-tcache': { type: 'boolean' },
        format: { type: 'string' },
        output: { type: 'string', short: 'o' },
        record: { type: 'string' },
        'lock-events': { type: 'string' },
        'fail-on': { type: 'string' },
        verbose: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    });
  } catch (error) {
    throw new UsageError(`${(error as Error).message.split('\n')[0]!.replace(/\. .*$/, '')}; alloc-model replay --help tells what there is`);
  }
}

/** `--lg-tcache-max -1` is what jemalloc's users write; parseArgs wants `=` there. */
function joinedNegatives(words: readonly string[]): string[] {
  const joined: string[] = [];
  for (const word of words) {
    const before = joined.at(-1);
    if (before === '--lg-tcache-max' && /^-\d+$/.test(word)) joined[joined.length - 1] = `${before}=${word}`;
    else joined.push(word);
  }
  return joined;
}

function integer(option: string, text: string | undefined, least: number, most: number): number | undefined {
  if (text === undefined) return undefined;
  const value = /^-?\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= least && value <= most) return value;
  throw new UsageError(`${option} takes an integer from ${least} to ${most}, and got "${text}"`);
}

function oneOf<Word extends string>(option: string, text: string, words: readonly Word[]): Word {
  const found = words.find((word) => word === text);
  if (found === undefined) throw new UsageError(`${option} takes ${words.join(' or ')}, and got "${text}"`);
  return found;
}

function level(text: string | undefined): Level | undefined {
  if (text === undefined || isLevel(text)) return text;
  throw new UsageError(`--fail-on takes ${levels.join(', ')}, and got "${text}"`);
}
