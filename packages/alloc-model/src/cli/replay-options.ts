/** The words after `alloc-model replay`. */
import { type Level, levels } from 'lockgraph';
import type { ReplayOptions } from '../lab/replay/replay.js';
import { allocatorHelp, allocatorOptions, replaySettings } from './allocator-words.js';
import { commonOptions, level, oneFile, oneOf, parseWords, traceHelp } from './words.js';

export interface ReplayCommand {
  readonly trace: string;
  readonly settings: ReplayOptions;
  readonly format: 'text' | 'json';
  readonly output: string | undefined;
  readonly record: string | undefined;
  readonly lockEvents: string | undefined;
  /** The weakest finding that makes the command fail; undefined: none does. */
  readonly failOn: Level | undefined;
  readonly verbose: boolean;
}

export const replayHelp = `Usage: alloc-model replay [OPTION]… TRACE

Replays the allocator calls of TRACE and reports how they end.

${allocatorHelp}  --format text|json    text is the default
  -o, --output FILE     the report goes there instead of to standard output
  --record FILE         the run as a trace for "lockgraph report"
  --lock-events FILE    each lock and unlock as a line of JSON
  --fail-on LEVEL       exit 1 if there is a finding of this level:
                        ${levels.join(', ')}
  --verbose             everything, however long

${traceHelp}
Exit: 0 when the replay came to an end, whatever it is; 1 as --fail-on says; 2
for wrong usage, or a TRACE that is none.
`;

/** @throws UsageError; returns undefined where help is asked for */
export function parseReplay(words: readonly string[]): ReplayCommand | undefined {
  const { values, positionals } = parseWords('replay', words, {
    ...allocatorOptions,
    ...commonOptions,
    format: { type: 'string' },
    record: { type: 'string' },
    'lock-events': { type: 'string' },
    'fail-on': { type: 'string' },
    verbose: { type: 'boolean' },
  });
  if (values.help === true) return undefined;
  return {
    trace: oneFile('replay', 'TRACE', positionals),
    settings: replaySettings(values),
    format: oneOf('--format', values.format, ['text', 'json']),
    output: values.output,
    record: values.record,
    lockEvents: values['lock-events'],
    failOn: level(values['fail-on']),
    verbose: values.verbose ?? false,
  };
}
