/** `alloc-model COMMAND …`. Exit codes: what the command says; 2 for wrong usage or bad input, with one line on standard error. */
import { readFileSync } from 'node:fs';
import { escapeText } from 'lockgraph';
import { CallLogError } from '../trace/call-log-error.js';
import { checkCommand } from './check.js';
import { compareCommand } from './compare.js';
import { emitCCommand } from './emit-c.js';
import { gdbScriptCommand } from './gdb-script.js';
import { importCommand } from './import.js';
import { minimizeCommand } from './minimize.js';
import type { Streams } from './output.js';
import { replayCommand } from './replay.js';
import { sweepCommand } from './sweep.js';
import { UsageError } from './usage-error.js';

interface Command {
  readonly name: string;
  /** What follows the name, for the help. */
  readonly words: string;
  readonly summary: string;
  /** @returns the exit code */
  readonly run: (words: readonly string[], streams: Streams) => Promise<number>;
}

const commands: readonly Command[] = [
  { name: 'replay', words: 'TRACE', summary: "replays a program's allocator calls, and says why they hang", run: replayCommand },
  { name: 'sweep', words: 'TRACE…', summary: 'how far it gets at several settings, and what an option moved', run: sweepCommand },
  { name: 'check', words: 'TRACE', summary: 'says what is wrong in the log itself: sizes, double frees', run: checkCommand },
  { name: 'compare', words: 'TRACE', summary: 'replays it on all allocators; says where they part, and why', run: compareCommand },
  { name: 'minimize', words: 'TRACE', summary: 'prints a short log that hangs in the same way', run: minimizeCommand },
  { name: 'emit-c', words: 'TRACE', summary: 'prints a C program that makes the calls on a real allocator', run: emitCCommand },
  { name: 'gdb-script', words: '', summary: "prints a script for gdb that logs a program's calls", run: gdbScriptCommand },
  { name: 'import', words: 'LOG', summary: 'turns what a gdb script logged into such a TRACE', run: importCommand },
];

const help = `Usage: alloc-model COMMAND …

Commands
${commands.map(({ name, words, summary }) => `  ${`${name} ${words}`.trim().padEnd(16)} ${summary}\n`).join('')}
  -h, --help       this text; alloc-model COMMAND --help tells more
  --version
`;

/** Runs the command that `words` say. Never rejects. @returns the exit code */
export async function run(words: readonly string[], streams: Streams): Promise<number> {
  try {
    return await command(words, streams);
  } catch (error) {
    streams.stderr.write(`${said(error)}\n`);
    return 2;
  }
}

async function command([name, ...words]: readonly string[], streams: Streams): Promise<number> {
  const known = commands.find((each) => each.name === name);
  if (known !== undefined) return known.run(words, streams);
  switch (name) {
    case '--help':
    case '-h':
    case 'help':
      streams.stdout.write(help);
      return 0;
    case '--version':
      streams.stdout.write(`${version()}\n`);
      return 0;
    case undefined:
      streams.stderr.write(help);
      return 2;
    default:
      throw new UsageError(`there is no ${name.startsWith('-') ? 'option' : 'command'} "${name}"; alloc-model --help lists what there is`);
  }
}

function version(): string {
  const manifest: unknown = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  return (manifest as { version: string }).version;
}

/** What went wrong, in a line. */
function said(error: unknown): string {
  if (error instanceof CallLogError) return error.message;
  if (error instanceof UsageError) return `alloc-model: ${escapeText(error.message)}`;
  return `alloc-model: ${escapeText(error instanceof Error ? error.message : String(error))} (a bug of alloc-model; please report it)`;
}
