/** Runs the command line on streams of a test's own. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { runCommandLine } from '../../../packages/lockgraph/src/cli/command-line.js';

export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Surroundings {
  readonly stdin?: string | Uint8Array;
  readonly terminal?: { readonly columns: number };
  readonly environment?: Readonly<Record<string, string>>;
  readonly directory?: string;
}

export async function lockgraph(words: readonly string[], around: Surroundings = {}): Promise<Outcome> {
  let stdout = '';
  let stderr = '';
  const terminal = around.terminal === undefined ? {} : { isTTY: true, columns: around.terminal.columns };
  const code = await runCommandLine(words, {
    stdin: chunks(Buffer.from(around.stdin ?? '')),
    stdout: { write: (text) => (stdout += text), ...terminal },
    stderr: { write: (text) => (stderr += text) },
    environment: around.environment ?? {},
    directory: around.directory ?? '/nowhere',
  });
  return { code, stdout, stderr };
}

/** A folder that is gone after the test. */
export function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'lockgraph-cli-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

async function* chunks(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  if (bytes.length > 0) yield bytes;
}
