#!/usr/bin/env node
/** `alloc-model COMMAND …`. Exit codes: what the command says; 2 for wrong usage or bad input, with one line on standard error. */
import process from 'node:process';
import { escapeText } from 'lockgraph';
import { CallLogError } from '../trace/call-log-error.js';
import { replayCommand } from './replay.js';
import { UsageError } from './usage-error.js';

const help = `Usage: alloc-model COMMAND …

Commands
  replay TRACE   replays a program's allocator calls, and says why they hang

alloc-model COMMAND --help tells more.
`;

async function main(words: readonly string[]): Promise<number> {
  const [command, ...rest] = words;
  switch (command) {
    case 'replay':
      return replayCommand(rest);
    case '--help':
    case '-h':
    case 'help':
      process.stdout.write(help);
      return 0;
    case undefined:
      process.stderr.write(help);
      return 2;
    default:
      throw new UsageError(`there is no command "${command}": there is replay`);
  }
}

// Whoever reads our output may stop reading.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  process.exitCode = 2;
  process.stderr.write(`${said(error)}\n`);
}

/** What went wrong, in a line. */
function said(error: unknown): string {
  if (error instanceof CallLogError) return error.message;
  if (error instanceof UsageError) return `alloc-model: ${escapeText(error.message)}`;
  return `alloc-model: ${escapeText(error instanceof Error ? error.message : String(error))} (a bug in alloc-model; please report it)`;
}
