#!/usr/bin/env node
/** The bin: the command line on the process's own streams. */
import process from 'node:process';
import { discardOpenFiles } from '../trace/atomic-file.js';
import { runCommandLine } from './command-line.js';

// Whoever reads our output may stop reading (`| head`): that ends it quietly, and the exit code stays what it is.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') return;
  process.stderr.write(`lockgraph: standard output cannot be written: ${error.code ?? error.message}\n`);
  process.exitCode = 2;
});

// Told to end: what is half written goes, and the code is a shell's for a signal.
for (const [signal, code] of [['SIGHUP', 129], ['SIGINT', 130], ['SIGTERM', 143]] as const) {
  process.once(signal, () => {
    discardOpenFiles();
    process.exit(code);
  });
}

process.exitCode = await runCommandLine(process.argv.slice(2), {
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  environment: process.env,
  directory: process.cwd(),
});
