/** Runs programs in processes of their own, so that neither their memory nor what the compiler learns from them is shared. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { ByteScan } from './byte-scan.js';

export interface Run {
  readonly seconds: number;
  /** Most that the process ever had resident. */
  readonly mebibytes: number;
}

const path = (file: string): string => fileURLToPath(new URL(file, import.meta.url));

/** Builds what {@link command} runs: what is installed is the build. */
export function build(): void {
  output(process.execPath, [path('../scripts/build.mjs')]);
}

/**
 * `lockgraph WORDS…`, from the build.
 * @throws Error if it does not come to a result
 */
export function command(...words: readonly string[]): Run {
  const { code, ...run } = JSON.parse(output(process.execPath, [path('timed-command.mjs'), ...words])) as Run & { code: number };
  if (code > 1) throw new Error(`lockgraph ${words.join(' ')} exits with ${code}`);
  return run;
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
