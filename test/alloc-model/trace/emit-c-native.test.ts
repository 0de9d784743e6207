import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { CallKind, type CallLog, callNames } from '../../../packages/alloc-model/src/trace/call-log.js';
import { CallLogBuilder } from '../../../packages/alloc-model/src/trace/call-log-builder.js';
import { emitC } from '../../../packages/alloc-model/src/trace/emit-c.js';
import { cPrefixes, type EmitCOptions } from '../../../packages/alloc-model/src/trace/emit-c-header.js';
import { readCallLogFile } from '../../../packages/alloc-model/src/trace/read.js';
import { describeNative, libjemalloc } from '../native.js';
import { randomLogs } from './random-log.js';

const traces = 'test/fixtures/alloc/traces';
const compiler = 'gcc';
const warnings = ['-std=c11', '-Wall', '-Wextra', '-Wpedantic', '-Wconversion', '-Wshadow', '-Werror'];
const fake = resolve('test/alloc-model/trace/fake-allocator.c');
const folder = mkdtempSync(join(tmpdir(), 'emit-c-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const sized: EmitCOptions = { sized: true, prefix: 'none' };
const unsized: EmitCOptions = { sized: false, prefix: 'none' };
const prefixed: EmitCOptions = { sized: true, prefix: 'je_' };

let programs = 0;

/** Emits and compiles. */
function compile(log: CallLog, options: EmitCOptions, words: readonly string[]) {
  const path = join(folder, `${++programs}`);
  writeFileSync(`${path}.c`, [...emitC(log, options)].join(''));
  const { stdout, stderr, status } = spawnSync(compiler, [...warnings, '-pthread', `${path}.c`, '-o', path, ...words], { encoding: 'utf8' });
  return { path, status, said: stdout + stderr };
}

/** The path of the program. */
function compiled(log: CallLog, options: EmitCOptions, ...words: string[]): string {
  const { path, status, said } = compile(log, options, words);
  if (status !== 0) throw new Error(said);
  return path;
}

function run(program: string, words: readonly string[] = [], preload?: string) {
  const { PATH } = process.env;
  const env = { PATH, ...(preload === undefined ? {} : { LD_PRELOAD: preload }) };
  const { status, signal, stdout, stderr } = spawnSync(program, words, { cwd: folder, encoding: 'utf8', env, timeout: 15_000, killSignal: 'SIGKILL' });
  return { status, signal, stdout, stderr };
}

const fixture = (name: string): Promise<CallLog> => readCallLogFile(`${traces}/${name}.trace`);

function logOf(make: (builder: CallLogBuilder) => void): CallLog {
  const builder = new CallLogBuilder('made');
  make(builder);
  return builder.build();
}

const threeCalls = logOf((log) => {
  log.mallocx(1, 48, 0, 0);
  log.mallocx(2, 48, 0, 5);
  log.texit(5);
});

const aligned = logOf((log) => {
  log.mallocx(1, 100, 12 | 0x40, 0);
  log.rallocx(1, 2, 5000, 12, 0);
  log.mallocx(3, 8, 0x40, 0);
  log.rallocx(3, 3, 1, 0, 0);
  log.rallocx(2, 2, 50, 6, 0);
  log.dallocx(2, 6, 0);
  log.sdallocx(3, 1, 0, 0);
});

/** A thousand threads that come and go, and a main thread that ends among them. */
const crowd = logOf((log) => {
  for (let thread = 0; thread < 1000; thread++) {
    log.mallocx(thread, 16, 0, thread);
    if (thread > 1) log.dallocx(thread - 2, 0, thread);
    log.texit(thread);
  }
});

describeNative('an emitted program, compiled', ['gcc'], () => {
  test.each(['-O0', '-O2'])('gives no warnings with %s, sized or not, with threads or without', async (level) => {
    for (const log of [await fixture('tiny-reuse.ok'), await fixture('prodcons-exit.ok'), aligned]) {
      for (const isSized of [true, false]) {
        for (const prefix of cPrefixes) expect(compile(log, { sized: isSized, prefix }, [level, '-c'])).toMatchObject({ said: '', status: 0 });
      }
    }
  }, 60_000);

  test('makes all calls on the allocator of the C library', async () => {
    for (const log of [await fixture('prodcons.bad'), await fixture('tiny-48as32.bad'), aligned, crowd]) {
      expect(run(compiled(log, unsized), ['--touch'])).toEqual({ status: 0, signal: null, stdout: '', stderr: `all ${log.calls} calls returned\n` });
    }
  }, 60_000);

  test('says that the allocator of the C library is told no sizes', () => {
    const { status, stderr } = run(compiled(aligned, sized));
    expect(status).toBe(0);
    expect(stderr).toBe('note: this allocator has no mallocx and sdallocx; malloc() and free() are called, which are told no sizes\nall 7 calls returned\n');
  });

  test('makes the calls of the log, in its order, each by its thread', () => {
    const logs = fc.sample(randomLogs(2 ** 20), { seed: 7, numRuns: 6 });
    expect(logs.some((log) => log.threads.length > 3)).toBe(true);
    for (const log of [...logs, crowd]) {
      const { status, stdout } = run(compiled(log, prefixed, fake));
      expect(stdout.split('\n').slice(0, -1)).toEqual(callsHeard(log));
      expect(status).toBe(0);
    }
  }, 60_000);

  test('says in which call it is stuck, and whether it waits', () => {
    const stuck = (what: string, at: number) => run(compiled(threeCalls, prefixed, fake, `-DWHAT="${what}"`, `-DAT=${at}`), ['--stall', '1']);
    expect(stuck('hang', 2)).toMatchObject({ status: 4, stderr: 'stuck in call 2 of 3: mallocx 48 0 t5 (it waits)\n' });
    expect(stuck('spin', 1)).toMatchObject({ status: 4, stderr: 'stuck in call 1 of 3: mallocx 48 0 (it keeps computing)\n' });
    expect(stuck('exit', 0)).toMatchObject({ status: 4, stderr: 'stuck in call 3 of 3: texit t5 (it waits)\n' });
  }, 60_000);

  test('says in which call a signal comes, and ends by it', () => {
    const ended = (what: string) => run(compiled(threeCalls, prefixed, fake, `-DWHAT="${what}"`, '-DAT=2'));
    expect(ended('abort')).toMatchObject({ signal: 'SIGABRT', stderr: 'signal 6 in call 2 of 3: mallocx 48 0 t5\n' });
    expect(ended('violation')).toMatchObject({ signal: 'SIGSEGV', stderr: 'signal 11 in call 2 of 3: mallocx 48 0 t5\n' });
  });

  test('says which call got no memory, and which got memory in use', () => {
    const ended = (what: string) => run(compiled(threeCalls, prefixed, fake, `-DWHAT="${what}"`, '-DAT=2'));
    expect(ended('none')).toMatchObject({ status: 3, stderr: 'no memory in call 2 of 3: mallocx 48 0 t5\n' });
    expect(ended('overlap')).toMatchObject({
      status: 1,
      stderr:
        'overlap: call 2 of 3: mallocx 48 0 t5 returned memory of the block that call 1 returned, which is in use\n' +
        'all 3 calls returned; overlap first=2 count=1\n',
    });
  });

  test('prints every Nth call, stops before one, and says what options there are', () => {
    const program = compiled(threeCalls, unsized);
    expect(run(program, ['--every', '2']).stderr).toBe('call 2 of 3: mallocx 48 0 t5\nall 3 calls returned\n');
    expect(run(program, ['--break', '2'])).toMatchObject({ signal: 'SIGTRAP' });
    for (const words of [['--every'], ['--every', 'x'], ['--nothing'], ['']]) {
      expect(run(program, words)).toMatchObject({ status: 2, stderr: 'usage: [--every N] [--stall SECONDS] [--break CALL] [--touch] [--wait]\n' });
    }
  });
});

describeNative('an emitted program on jemalloc', ['gcc', 'libjemalloc'], () => {
  test('makes all calls of right programs, preloaded or linked', async () => {
    for (const name of ['tiny-48as32.ok', 'prodcons.ok', 'prodcons-exit.ok', 'huge.ok', 'lg-1004.ok']) {
      const log = await fixture(name);
      const good = { status: 0, signal: null, stdout: '', stderr: `all ${log.calls} calls returned\n` };
      expect(run(compiled(log, sized), [], libjemalloc())).toEqual(good);
      expect(run(compiled(log, sized, libjemalloc()!))).toEqual(good);
      expect(run(compiled(log, unsized), [], libjemalloc())).toEqual(good);
    }
  }, 60_000);

  test('says how wrong sizes end: returned, overlapped, stopped by a signal, or stuck', async () => {
    const endings = /^(all \d+ calls returned\n|overlap: call .*\nall \d+ calls returned; overlap first=.*\n|(overlap: .*\n)?(signal|stuck in|no memory in) (\d+ in )?call .*\n)$/;
    for (const name of ['tiny-48as32.bad', 'app-h.bad', 'lg-1004.bad', 'prodcons.bad']) {
      const { stdout, stderr } = run(compiled(await fixture(name), sized), ['--stall', '2'], libjemalloc());
      expect(stdout).toBe('');
      // What the allocator itself says (an assertion) comes in lines that begin with its name.
      expect(stderr.replace(/^<jemalloc>.*\n/gm, '')).toMatch(endings);
    }
  }, 60_000);

  test('finds the overlap of blocks that wrong sizes lead to', async () => {
    const { status, stderr } = run(compiled(await fixture('app-h.bad'), sized), [], libjemalloc());
    expect(status).toBe(1);
    expect(stderr).toMatch(/^overlap: call \d+ of 9771: mallocx \d+ 0 returned memory of the block that call \d+ returned, which is in use\nall 9771 calls returned; overlap first=/);
  });
});

/** What the fake allocator prints: threads and blocks are numbered in the order in which it meets them. */
function callsHeard(log: CallLog): string[] {
  const heard: string[] = [];
  const threads = new Map<number, number>();
  const blocks = new Map<number, number>();
  for (let row = 0; row < log.calls; row++) {
    const kind = log.kind[row] as CallKind;
    const thread = log.thread[row]!;
    if (kind === CallKind.texit) {
      const met = threads.get(thread);
      if (met !== undefined) heard.push(`exit by ${met}`);
      continue;
    }
    if (!threads.has(thread)) threads.set(thread, threads.size + 1);
    const words: unknown[] = [callNames[kind], 'by', threads.get(thread)];
    if (kind !== CallKind.mallocx) words.push('block', blocks.get(log.block[row]!));
    if (kind !== CallKind.dallocx) words.push(log.size[row]);
    heard.push([...words, log.flags[row]].join(' '));
    const returned = kind === CallKind.mallocx ? log.block[row]! : log.newBlock[row]!;
    if (kind === CallKind.mallocx || kind === CallKind.rallocx) blocks.set(returned, blocks.size);
  }
  return heard;
}
