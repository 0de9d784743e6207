/**
 * The real programs that some tests use, and how a test does without: it is skipped with the reason in its name, which
 * scripts/check.mjs prints once more at the end.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe } from 'vitest';

/**
 * `gcc` compiles C with the system's headers; `gdb` may run a program and has Python; `python3` is Python apart from it;
 * `libjemalloc` is a shared library (version 5), and `jemalloc-5.3.0` says that it is the one that is modelled.
 */
export type Native = 'gcc' | 'gdb' | 'python3' | 'libjemalloc' | 'jemalloc-5.3.0';

/** Why one is of no use here; undefined where it is. Each is asked once. */
const lacks: Readonly<Record<Native, () => string | undefined>> = {
  gcc: once(() => {
    if (!prints('gcc', ['--version'], '')) return 'gcc is not installed';
    return prints('gcc', ['-x', 'c', '-E', '-include', 'stdlib.h', '/dev/null'], 'malloc') ? undefined : 'the headers of C (libc6-dev) are not installed';
  }),
  gdb: once(() => {
    if (!prints('gdb', ['--version'], '')) return 'gdb is not installed';
    if (!prints('gdb', ['-nx', '-batch', '-ex', 'python print("py" + "thon")'], 'python')) return 'gdb has no Python';
    const run = ['-nx', '-batch', '-ex', 'set startup-with-shell off', '-ex', 'run', '--args', process.execPath, '--version'];
    return prints('gdb', run, 'exited normally') ? undefined : 'gdb may not run programs here (ptrace)';
  }),
  python3: once(() => (prints('python3', ['-c', 'print("py" + "thon")'], 'python') ? undefined : 'python3 is not installed')),
  libjemalloc: once(() => (libjemalloc() === undefined ? 'libjemalloc.so.2 is not installed' : undefined)),
  'jemalloc-5.3.0': once(() => {
    const path = libjemalloc();
    if (path !== undefined && process.arch === 'x64' && readFileSync(path).includes('5.3.0-0-g')) return undefined;
    return 'libjemalloc.so.2 is not that of version 5.3.0 for x86-64';
  }),
};

/** The path of jemalloc's shared library, for LD_PRELOAD or the linker. */
export function libjemalloc(): string | undefined {
  const folders = ['/usr/lib', '/usr/local/lib', '/lib'].filter((folder) => existsSync(folder));
  const machines = folders.flatMap((folder) => readdirSync(folder).filter((name) => name.endsWith('-linux-gnu')).map((name) => join(folder, name)));
  return [...machines, ...folders].map((folder) => join(folder, 'libjemalloc.so.2')).find((path) => existsSync(path));
}

/** `describe`, or where something of `needs` is missing, one that is skipped, with the reason behind the title. */
export function describeNative(title: string, needs: readonly Native[], body: () => void): void {
  const reasons = needs.map((need) => lacks[need]()).filter((reason) => reason !== undefined);
  const name = reasons.length === 0 ? title : `${title} (skipped: ${reasons.join(', ')})`;
  const suite = reasons.length === 0 ? describe : describe.skip;
  suite(name, body);
}

function prints(program: string, words: readonly string[], expected: string): boolean {
  const { status, stdout } = spawnSync(program, words, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'], timeout: 20_000 });
  return status === 0 && stdout.includes(expected);
}

function once<Value>(get: () => Value): () => Value {
  let got: { readonly value: Value } | undefined;
  return () => (got ??= { value: get() }).value;
}
