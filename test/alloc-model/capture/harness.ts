/** Runs real programs under gdb with the script of gdb-script. */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { captureScript } from '../../../packages/alloc-model/src/capture/script.js';

export const folder = mkdtempSync(join(tmpdir(), 'lockgraph-capture-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

/** Compiles the fixture `name`. @returns the path of the program */
export function compile(name: string, ...words: string[]): string {
  const program = join(folder, name);
  const source = fileURLToPath(new URL(`../../fixtures/alloc/capture/${name}.c`, import.meta.url));
  const { status, stderr } = spawnSync('gcc', ['-std=gnu11', '-Wall', '-Wextra', '-O1', '-fno-builtin', '-o', program, source, ...words, '-lpthread'], { encoding: 'utf8' });
  if (status !== 0 || stderr !== '') throw new Error(`gcc ended with ${status}: ${stderr}`);
  return program;
}

export interface Captured {
  /** The log; empty if there is none. */
  readonly log: string;
  readonly file: string;
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CaptureOptions {
  readonly locks?: boolean;
  readonly prefix?: string;
  /** In seconds. */
  readonly stall?: number;
  readonly stdin?: string;
  /** Where the log goes. */
  readonly file?: string;
  /** gdb gets a SIGINT, as by Ctrl-C, once the log has that many bytes. */
  readonly interruptAt?: number;
}

/** Runs `program` under gdb. It is stopped after 2 s without a call, or `stall`. */
export async function capture(program: readonly string[], options: CaptureOptions = {}): Promise<Captured> {
  const { locks = false, prefix = 'auto', stall = 2, file = join(folder, 'alloc.log'), stdin = '', interruptAt } = options;
  const script = join(folder, 'capture.py');
  writeFileSync(script, captureScript({ prefix, locks, stall }));
  if (file.startsWith(folder)) rmSync(file, { force: true });
  const gdb = spawn('gdb', ['-nx', '-batch', '-x', script, '--args', ...program], { env: { ...process.env, ALLOC_LOG: file }, timeout: 30_000, killSignal: 'SIGKILL' });
  const written = { stdout: '', stderr: '' };
  gdb.stdout.setEncoding('utf8').on('data', (text: string) => (written.stdout += text));
  gdb.stderr.setEncoding('utf8').on('data', (text: string) => (written.stderr += text));
  gdb.stdin.on('error', () => undefined).end(stdin);
  const interrupting = setInterval(() => {
    if (interruptAt === undefined || logged(file).length < interruptAt) return;
    clearInterval(interrupting);
    gdb.kill('SIGINT');
  }, 50);
  const code = await new Promise<number | null>((resolve) => gdb.on('close', resolve));
  clearInterval(interrupting);
  return { log: logged(file), file, code, ...written };
}

function logged(file: string): string {
  return existsSync(file) && file.startsWith(folder) ? readFileSync(file, 'utf8') : '';
}
