/** `lockgraph COMMAND …`: finds the command, and says in one line what went wrong. */
import { readFileSync } from 'node:fs';
import { escapeText } from '../report/escape.js';
import { SpillError } from '../trace/spill-error.js';
import { TraceError } from '../trace/trace-error.js';
import { convertCommand } from './convert-command.js';
import { InputError } from './input-error.js';
import { mergeCommand } from './merge-command.js';
import { nearest } from './nearest.js';
import { reportCommand } from './report-command.js';
import type { Streams } from './streams.js';
import { UsageError } from './usage-error.js';

const commands = new Map([
  ['report', reportCommand],
  ['convert', convertCommand],
  ['merge', mergeCommand],
]);

const help = `Usage: lockgraph COMMAND …

Tells why locks hang: who holds what, who waits for what, and which calls led there.

Commands
  report TRACE…   what is wrong with the locks of a recorded run
  convert TRACE   the trace in another format: JSONL, binary, or STD
  merge INPUT…    what many runs show of the order of locks, in one file for report

  -h, --help      this text; lockgraph COMMAND --help tells more
  --version
`;

/** Runs a command. @returns the exit code: what the command says, or 2 for wrong usage, unreadable input or a bug */
export async function runCommandLine(words: readonly string[], streams: Streams): Promise<number> {
  try {
    return await dispatch(words, streams);
  } catch (error) {
    streams.stderr.write(`${said(error, streams)}\n`);
    return 2;
  }
}

async function dispatch([name, ...rest]: readonly string[], streams: Streams): Promise<number> {
  if (name === undefined) throw new UsageError('which COMMAND? There are report, convert and merge; lockgraph --help tells more');
  if (name === '--help' || name === '-h' || name === 'help') {
    streams.stdout.write(help);
    return 0;
  }
  if (name === '--version') {
    streams.stdout.write(`${version()}\n`);
    return 0;
  }
  const command = commands.get(name);
  if (command !== undefined) return command(rest, streams);
  const what = name.startsWith('-') ? 'option' : 'command';
  const meant = nearest(name, what === 'option' ? ['--help', '--version'] : [...commands.keys()]);
  const hint = meant === undefined ? 'lockgraph --help lists what there is' : `did you mean ${meant}?`;
  throw new UsageError(`there is no ${what} "${name}"; ${hint}`);
}

/** What went wrong, in a line. */
function said(error: unknown, { environment }: Streams): string {
  if (error instanceof UsageError || error instanceof SpillError) return `lockgraph: ${escapeText(error.message)}`;
  if (error instanceof InputError || error instanceof TraceError) return escapeText(error.message);
  const message = error instanceof Error ? error.message : String(error);
  const debug = environment['LOCKGRAPH_DEBUG'] === '1' && error instanceof Error ? `\n${error.stack ?? ''}` : '';
  return `lockgraph: internal error: ${escapeText(message)} (a bug in lockgraph; LOCKGRAPH_DEBUG=1 shows where)${debug}`;
}

function version(): string {
  const manifest: unknown = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  return (manifest as { version: string }).version;
}
