/** Runs programs in processes of their own, so that neither their memory nor what the compiler learns from them is shared. */
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ByteScan } from './byte-scan.js';

export interface Run {
  readonly seconds: number;
  /** Most that the process ever had resident. */
  readonly mebibytes: number;
}

const path = (file: string): string => fileURLToPath(new URL(file, import.meta.url));

/** A build of lockgraph. */
export interface Built {
  /** `lockgraph WORDS…`; throws if it does not come to a result. */
  readonly command: (...words: readonly string[]) => Run;
  /** Reads a trace, and does nothing with it. */
  readonly reading: (trace: string) => Run;
}

/**
 * Builds lockgraph in a folder of its own, so that nobody else builds it anew in the middle of a measurement: what is installed is a build, not its source.
 */
export function buildLockgraph(folder: string): Built {
  const built = join(folder, 'lockgraph');
  mkdirSync(built);
  copyFileSync(path('../packages/lockgraph/package.json'), join(built, 'package.json'));
  symlinkSync(path('../packages/lockgraph/node_modules'), join(built, 'node_modules'));
  const tsc = fileURLToPath(import.meta.resolve('typescript/bin/tsc'));
  output(process.execPath, [tsc, '-p', path('../packages/lockgraph'), '--outDir', join(built, 'dist'), '--incremental', 'false', '--composite', 'false']);
  const main = join(built, 'dist/cli/command-line.js');
  return {
    command: (...words) => {
      const { code, ...run } = JSON.parse(output(process.execPath, [path('timed-command.mjs'), main, ...words])) as Run & { code: number };
      if (code > 1) throw new Error(`lockgraph ${words.join(' ')} exits with ${code}`);
      return run;
    },
    reading: (trace) => JSON.parse(output(process.execPath, [path('timed-reading.mjs'), built, trace])) as Run,
  };
}

/** The yardstick. */
export function byteScan(file: string): ByteScan {
  return JSON.parse(output(process.execPath, [...process.execArgv, path('byte-scan.ts'), file])) as ByteScan;
}

function output(program: string, words: readonly string[]): string {
  const { status, stdout } = spawnSync(program, words, { stdio: ['ignore', 'pipe', 'inherit'], encoding: 'utf8' });
  if (status !== 0) throw new Error(`${words.join(' ')} ends with ${status}:\n${stdout}`);
  return stdout;
}
