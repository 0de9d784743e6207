import { spawn, spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { toJson } from 'lockgraph';
import { runCommandLine } from '../../../packages/lockgraph/src/cli/command-line.js';
import { replay } from '../../../packages/alloc-model/src/lab/replay/replay.js';
import { readCallLogFile } from '../../../packages/alloc-model/src/trace/read.js';
import { allocatorNames } from '../../../packages/alloc-model/src/lab/replay/allocators.js';
import { allocModel, type Outcome } from './alloc-model.js';
import { temporaryFolder } from './temporary-folder.js';

const traces = fileURLToPath(new URL('../../fixtures/alloc/traces/', import.meta.url));
const hanging = `${traces}tiny-48as32.bad.trace`;
const fine = `${traces}tiny-48as32.ok.trace`;

const streams = { stdin: process.stdin, stdout: { write: () => true }, stderr: process.stderr, environment: {}, directory: process.cwd() };

const folder = temporaryFolder();

const traceOf = (content: string | Uint8Array): string => folder.write('x.trace', content);

describe('alloc-model replay --format json', () => {
  test('prints the outcome of a trace that hangs, and exits 0', async () => {
    const { code, stdout, stderr } = await allocModel('replay', '--format', 'json', hanging);
    expect(JSON.parse(stdout)).toEqual({
      trace: hanging,
      allocator: 'jemalloc-4.5.0',
      options: { lgTcacheMax: null },
      outcome: 'hang',
      call: 1201,
      calls: 3600,
      mutex: 'arena0.bin[3].lock',
    });
    expect([code, stderr]).toEqual([0, '']);
  });

  test('prints the outcome of a trace that does not', async () => {
    const { code, stdout } = await allocModel('replay', '--format=json', '--lg-tcache-max', '12', fine);
    expect(JSON.parse(stdout)).toEqual({
      trace: fine,
      allocator: 'jemalloc-4.5.0',
      options: { lgTcacheMax: 12 },
      outcome: 'ok',
      call: 3600,
      calls: 3600,
    });
    expect(code).toBe(0);
  });

  test('has the options that were given', async () => {
    const { stdout } = await allocModel('replay', '--format=json', '--narenas', '2', '--no-tcache', fine);
    expect(JSON.parse(stdout)).toMatchObject({ options: { lgTcacheMax: null, narenas: 2, tcache: false } });
  });

  test('tells the first call that was given a block in use', async () => {
    const { stdout } = await allocModel('replay', '--format', 'json', `${traces}over-small.bad.trace`);
    expect(JSON.parse(stdout)).toMatchObject({ outcome: 'ok', firstOverlap: 260 });
  });

  test('of an allocator that ignores the claimed size has no hang', async () => {
    const { stdout } = await allocModel('replay', '--format', 'json', '--allocator', 'system', hanging);
    expect(JSON.parse(stdout)).toMatchObject({ allocator: 'system', outcome: 'ok', call: 3600 });
  });

  test('of a build with assertions has the message, and the call that claims the wrong size', async () => {
    const { stdout } = await allocModel('replay', '--format', 'json', '--allocator', 'jemalloc-4.5.0-debug', hanging);
    expect(JSON.parse(stdout)).toEqual({
      trace: hanging,
      allocator: 'jemalloc-4.5.0-debug',
      options: { lgTcacheMax: null },
      outcome: 'abort',
      call: 601,
      calls: 3600,
      message: '<jemalloc>: src/jemalloc.c:2654: Failed assertion: "usize == isalloc(tsd_tsdn(tsd), ptr, config_prof)"',
    });
  });

  test('without sizes returns from every call, on the very same allocator', async () => {
    const { stdout } = await allocModel('replay', '--format', 'json', '--unsized', hanging);
    expect(JSON.parse(stdout)).toMatchObject({ allocator: 'jemalloc-4.5.0', options: { unsized: true }, outcome: 'ok', call: 3600 });
  });

  test('takes -1, as jemalloc does', async () => {
    const { stdout } = await allocModel('replay', '--format', 'json', '--lg-tcache-max', '-1', hanging);
    expect(JSON.parse(stdout)).toMatchObject({ options: { lgTcacheMax: -1 }, outcome: 'hang' });
  });

  test('reads a gzipped trace', async () => {
    const { stdout } = await allocModel('replay', '--format', 'json', traceOf(gzipSync(readFileSync(hanging))));
    expect(JSON.parse(stdout)).toMatchObject({ outcome: 'hang', call: 1201 });
  });
});

describe('the text of a replay', () => {
  test('says with which options it was', async () => {
    const { stdout } = await allocModel('replay', '--narenas', '2', '--no-tcache', '--lg-tcache-max', '12', fine);
    expect(stdout).toContain(`Replay of ${fine} on jemalloc-4.5.0, lg_tcache_max 12, narenas 2, tcache false: all 3600 calls return.\n`);
  });

  test('says what an assertion says, and that sizes were left out', async () => {
    const debug = await allocModel('replay', '--allocator', 'jemalloc-4.5.0-debug', hanging);
    expect(debug.stdout).toContain(`on jemalloc-4.5.0-debug: aborts in call 601 of 3600: <jemalloc>: src/jemalloc.c:2654: Failed assertion: "usize ==`);
    const unsized = await allocModel('replay', '--unsized', hanging);
    expect(unsized.stdout).toContain('on jemalloc-4.5.0, without sizes: all 3600 calls return.');
  });

  test('says what hangs, and which call is to blame', async () => {
    const { code, stdout } = await allocModel('replay', hanging);
    expect(stdout).toContain('self-deadlock');
    expect(stdout).toContain('arena0.bin[3].lock');
    expect(stdout).toContain('call 1201 of 3600');
    expect(stdout).toMatch(/^ +601 {2}sdallocx\(block 1, claimed 32\) .*first anomaly$/m);
    expect(stdout).toContain('and 399 more calls like it, up to call 1000');
    expect(stdout).toContain(`Replay of ${hanging} on jemalloc-4.5.0: hangs in call 1201 of 3600, waiting for arena0.bin[3].lock.\n`);
    expect(code).toBe(0);
  });

  test('goes to a file with -o, and only there', async () => {
    const report = join(folder.path, 'report.txt');
    const printed = await allocModel('replay', hanging);
    expect(await allocModel('replay', '-o', report, hanging)).toEqual({ code: 0, stdout: '', stderr: '' });
    expect(readFileSync(report, 'utf8')).toBe(printed.stdout);
    expect(readdirSync(folder.path)).toEqual(['report.txt']);
  });
});

describe('--fail-on', () => {
  test('exits 1 where there is a finding', async () => {
    expect((await allocModel('replay', '--fail-on', 'observed', hanging)).code).toBe(1);
    expect((await allocModel('replay', '--fail-on', 'never', hanging)).code).toBe(0);
    expect((await allocModel('replay', '--fail-on', 'possible', fine)).code).toBe(0);
  });
});

describe('--record', () => {
  test('writes a trace on which lockgraph report finds the same', async () => {
    const file = join(folder.path, 'run.jsonl');
    const [trace, options] = [`${traces}prodcons-exit.bad.trace`, ['--lg-tcache-max', '15']];
    expect((await allocModel('replay', ...options, '--record', file, trace)).code).toBe(0);
    const { analysis } = await replay(await readCallLogFile(trace), { lgTcacheMax: 15 });
    let printed = '';
    await runCommandLine(['report', '--format', 'json', file], { ...streams, stdout: { write: (text) => (printed += text) } });
    const reported = JSON.parse(printed) as ReturnType<typeof toJson>;
    const short = ({ id, kind, count, message }: (typeof reported.findings)[number]): unknown => ({ id, kind, count, message });
    expect(reported.findings.map(short)).toEqual(toJson(analysis).findings.map(short));
    expect(reported.findings.length).toBeGreaterThan(2);
    expect(readdirSync(folder.path)).toEqual(['run.jsonl']);
  });
});

describe('--lock-events', () => {
  test('writes each lock and unlock, and the lock that is never granted', async () => {
    const file = join(folder.path, 'events.jsonl');
    expect((await allocModel('replay', '--lock-events', file, hanging)).code).toBe(0);
    const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
    expect(JSON.parse(lines[0]!)).toMatchObject({ op: 1, thr: 0, ev: 'lock', mutex: 'arenas' });
    expect(JSON.parse(lines.at(-1)!)).toEqual({
      op: 1201,
      thr: 0,
      ev: 'lock_blocked',
      mutex: 'arena0.bin[3].lock',
      fn: 'arena_tcache_fill_small',
    });
    expect(readdirSync(folder.path)).toEqual(['events.jsonl']);
  });
});

describe('input that is no trace is refused with exit 2 and one line on standard error, and nothing is written', () => {
  const good = 'mallocx 1 48 0\nmallocx 2 48 0\n';
  test.each<[string, string | Uint8Array, string]>([
    ['a line that does not parse', `${good}mallocx 3 forty 0\n`, ':3: SIZE is not an integer: "forty"'],
    ['an unknown block', `${good}sdallocx 9 48 0\n`, ':3: the block 9 is unknown: no call before this one returned it'],
    ['a double free', `${good}sdallocx 1 48 0\nsdallocx 1 48 0\n`, ':4: the block 1 is freed twice: call 3 freed it before'],
    ['a negative size', `${good}mallocx 3 -1 0\n`, ':3: SIZE is negative: "-1"'],
    ['a line cut off', `${good}mallocx 3 4`, ':3: wrong number of columns: expected "mallocx ID SIZE FLAGS [tK]", but got 3 columns'],
    ['binary data', new Uint8Array(5000), ':1: binary data: this is no call log'],
    ['an empty file', '', ': the file has no calls in it'],
    ['a truncated gzip file', gzipSync(good).subarray(0, 25), ': the gzip data is damaged, or ends too early'],
    ['a name as __proto__', `${good}__proto__ 1 0\n`, ':3: "__proto__" is no call: expected mallocx, rallocx, sdallocx, dallocx or texit'],
    ['terminal escapes', `${good}\u001b]0;x\u0007 1 0\n`, ':3: "\\u001b]0;x\\u0007" is no call: expected mallocx, rallocx, sdallocx, dallocx or texit'],
  ])('%s', async (_, content, reason) => {
    const trace = traceOf(content);
    const outputs = ['--record', join(folder.path, 'r.jsonl'), '--lock-events', join(folder.path, 'l.jsonl'), '-o', join(folder.path, 'o.txt')];
    expect(await allocModel('replay', ...outputs, trace)).toEqual({ code: 2, stdout: '', stderr: `${trace}${reason}\n` });
    expect(readdirSync(folder.path)).toEqual(['x.trace']);
  });

  test('flags that the model does not have', async () => {
    const trace = traceOf(`${good}mallocx 3 48 512\n`);
    const { code, stderr } = await allocModel('replay', '--record', join(folder.path, 'r.jsonl'), trace);
    expect(code).toBe(2);
    expect(stderr).toMatch(/^.*x\.trace:3: flags 0x200 .*\n$/);
    expect(readdirSync(folder.path)).toEqual(['x.trace']);
  });
});

describe('an output that is the input is refused, and nothing is changed', () => {
  test.each(['--record', '--lock-events', '-o'])('%s', async (option) => {
    const trace = traceOf('mallocx 1 48 0\n');
    symlinkSync(trace, join(folder.path, 'link'));
    for (const path of [trace, join(folder.path, 'link')]) {
      expect(await allocModel('replay', trace, option, path)).toEqual({
        code: 2,
        stdout: '',
        stderr: `alloc-model: ${path} is the TRACE to read, and would be replaced; give the output another name\n`,
      });
    }
    expect(readFileSync(trace, 'utf8')).toBe('mallocx 1 48 0\n');
    expect(readdirSync(folder.path)).toEqual(['link', 'x.trace']);
  });

  test('two names of one file are two outputs to one file', async () => {
    const trace = traceOf('mallocx 1 48 0\n');
    symlinkSync(folder.path, join(folder.path, 'here'));
    const { code, stderr } = await allocModel('replay', trace, '--record', join(folder.path, 'out'), '-o', join(folder.path, 'here', 'out'));
    expect([code, stderr]).toEqual([2, `alloc-model: ${join(folder.path, 'out')} is given for two outputs\n`]);
    expect(readdirSync(folder.path)).toEqual(['here', 'x.trace']);
  });
});

test('a call for which the simulated address space has no room left is named', async () => {
  const calls: string[] = [];
  for (let lg = 46; lg >= 28; lg--) calls.push(`mallocx ${calls.length} ${2 ** lg} 0`);
  for (let n = 0; n < 20; n++) calls.push(`mallocx ${calls.length} ${2 ** 22} 0`);
  for (let n = 0; n < 500; n++) calls.push(`mallocx ${calls.length} 1000000 0`);
  const trace = traceOf(`${calls.join('\n')}\n`);
  const { code, stdout, stderr } = await allocModel('replay', trace);
  expect([code, stdout]).toEqual([2, '']);
  expect(stderr).toMatch(/^.*x\.trace:\d+: [^\n]*\n$/);
  expect(stderr).not.toContain('bug');
});

test('a call that the system allocator has no memory for is named', async () => {
  const trace = traceOf('mallocx 1 8 63\nmallocx 2 8 0\ndallocx 1 0\ndallocx 2 0\n');
  const { code, stderr } = await allocModel('replay', '--allocator', 'system', trace);
  expect([code, stderr]).toEqual([2, `${trace}:1: there is no memory left for 8 bytes: the call would return NULL\n`]);
});

describe('wrong usage is refused with exit 2 and one line on standard error', () => {
  test.each<[string, string[], string]>([
    ['an unknown command', ['reply'], 'there is no command "reply"; alloc-model --help lists what there is'],
    ['no trace', ['replay'], 'replay needs a TRACE; alloc-model replay --help tells more'],
    ['two traces', ['replay', 'a', 'b'], 'replay takes one TRACE, and got 2'],
    ['an unknown option', ['replay', '--fast', 'a'], "Unknown option '--fast'; alloc-model replay --help tells what there is"],
    ['an unknown allocator', ['replay', '--allocator', '__proto__', 'a'], `--allocator takes ${allocatorNames.slice(0, -1).join(', ')} or system, and got "__proto__"`],
    ['an unknown format', ['replay', '--format', 'xml', 'a'], '--format takes text or json, and got "xml"'],
    ['an unknown level', ['replay', '--fail-on', 'always', 'a'], '--fail-on takes observed, proved, possible, never, and got "always"'],
    ['an lg_tcache_max out of range', ['replay', '--lg-tcache-max', '63', 'a'], '--lg-tcache-max takes an integer from -1 to 62, and got "63"'],
    ['an lg_tcache_max that is no number', ['replay', '--lg-tcache-max', '1e1', 'a'], '--lg-tcache-max takes an integer from -1 to 62, and got "1e1"'],
    ['no arenas', ['replay', '--narenas', '0', 'a'], '--narenas takes an integer from 1 to 4094, and got "0"'],
    ['escapes in a command', ['\u001b[1m'], 'there is no command "\\u001b[1m"; alloc-model --help lists what there is'],
    ['a folder that is not there', ['replay', '-o', '/nowhere/x', fine], '/nowhere/x cannot be written: there is no such folder'],
    ['standard output for another output', ['replay', '--record', '-', fine], '"-" is standard output, to which only --output may go; a file of that name is ./-'],
    ['a file without a name to write', ['replay', '-o', '', fine], '"" cannot be written: there is no such folder'],
  ])('%s', async (_, words, message) => {
    expect(await allocModel(...words)).toEqual({ code: 2, stdout: '', stderr: `alloc-model: ${message}\n` });
  });

  test('a trace that does not exist, with escapes in its name', async () => {
    expect(await allocModel('replay', '/nowhere/\u001b[1m')).toEqual({
      code: 2,
      stdout: '',
      stderr: '/nowhere/\\u001b[1m: cannot be read: there is no such file\n',
    });
  });
});

describe('the program', () => {
  const main = fileURLToPath(new URL('../../../packages/alloc-model/src/cli/main.ts', import.meta.url));
  const program = (input: string, ...words: string[]): Outcome => {
    const { status, stdout, stderr } = spawnSync(process.execPath, ['--import', 'tsx', main, ...words], { input, encoding: 'utf8' });
    return { code: status ?? -1, stdout, stderr };
  };

  test('reads standard input as "-", and prints the outcome alone', () => {
    const { code, stdout, stderr } = program(readFileSync(hanging, 'utf8'), 'replay', '--format', 'json', '-');
    expect(JSON.parse(stdout)).toMatchObject({ trace: 'standard input', outcome: 'hang', call: 1201 });
    expect([code, stderr]).toEqual([0, '']);
  });

  test('says in one line what is wrong with its input, without a stack trace', () => {
    expect(program('mallocx 1 48 0\nfree 1\n', 'replay', '-')).toEqual({
      code: 2,
      stdout: '',
      stderr: 'standard input:2: "free" is no call: expected mallocx, rallocx, sdallocx, dallocx or texit\n',
    });
  });

  test.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('leaves no half written file behind when %s ends a long replay', async (signal, code) => {
    const pair = (id: number): string => `mallocx ${id} 100000 0\ndallocx ${id} 0\n`;
    const trace = traceOf(Array.from({ length: 200_000 }, (_, id) => pair(id)).join(''));
    const record = join(folder.path, 'run.jsonl');
    const child = spawn(process.execPath, ['--import', 'tsx', main, 'replay', '--record', record, trace], { stdio: ['ignore', 'ignore', 'inherit'] });
    const closed = new Promise((resolve) => child.on('close', (...end) => resolve(end)));
    // Events are written: the replay is under way.
    const written = (): boolean => readdirSync(folder.path).some((name) => name.startsWith('run.jsonl.tmp-') && statSync(join(folder.path, name)).size > 0);
    while (child.exitCode === null && !written()) await new Promise((resolve) => setTimeout(resolve, 5));
    child.kill(signal);
    expect(await closed).toEqual([code, null]);
    expect(readdirSync(folder.path)).toEqual(['x.trace']);
  });

  test('says how it is used', () => {
    expect(program('', 'replay', '--help')).toMatchObject({ code: 0, stderr: '' });
    expect(program('')).toMatchObject({ code: 2, stdout: '' });
  });
});

test('--version prints the version of the package alone', async () => {
  const { version } = JSON.parse(readFileSync(new URL('../../../packages/alloc-model/package.json', import.meta.url), 'utf8')) as { version: string };
  expect(await allocModel('--version')).toMatchObject({ code: 0, stdout: `${version}\n`, stderr: '' });
});

test.runIf(process.platform === 'linux')('a record that cannot be written whole is an error, and no other output is kept', async () => {
  const report = join(folder.path, 'report.txt');
  expect(await allocModel('replay', '--record', '/dev/full', '-o', report, fine)).toEqual({
    code: 2,
    stdout: '',
    stderr: 'alloc-model: /dev/full cannot be written: no space left on the device\n',
  });
  expect(readdirSync(folder.path)).toEqual([]);
});

test('a byte order mark before the first call is no part of it', async () => {
  const trace = join(folder.path, 'marked.trace');
  writeFileSync(trace, '\ufeffmallocx 1 48 0\nsdallocx 1 48 0\n');
  expect(await allocModel('replay', trace)).toMatchObject({ code: 0, stderr: '' });
});
