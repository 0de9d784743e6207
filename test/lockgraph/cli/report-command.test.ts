import { spawn, spawnSync } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { JsonReport } from '../../../packages/lockgraph/src/report/json.js';
import { folder, lockgraph } from './harness.js';

const header = '{"lockgraph":"trace","version":1}';

/** Two threads that take two locks in opposite orders. */
const crossing = `${[
  header,
  '["lock","a",{}]',
  '["lock","b",{}]',
  '["call",1,0,"transfer","bank.ts:2:3"]',
  '[1,"acquire","t0","a",1,0]',
  '[2,"acquire","t1","b",1,0]',
  '[3,"request","t0","b",1,0]',
  '[4,"request","t1","a",1,0]',
  '{"end":{"events":4,"dropped":0}}',
].join('\n')}\n`;

const calm = `${[header, '["lock","a",{}]', '[1,"acquire","t0","a",0,0]', '[2,"release","t0","a",0,0]', '{"end":{"events":2,"dropped":0}}'].join('\n')}\n`;

function file(name: string, content: string | Uint8Array): string {
  const path = join(folder(), name);
  writeFileSync(path, content);
  return path;
}

describe('lockgraph report', () => {
  it('says who waits for whom, with the source lines below the working directory, and exits 1', async () => {
    const at = folder();
    writeFileSync(join(at, 'bank.ts'), 'one\n  await lock.acquire();\n');
    writeFileSync(join(at, 'run.jsonl'), crossing);
    const { code, stdout, stderr } = await lockgraph(['report', join(at, 'run.jsonl')], { directory: at });
    expect(stderr).toBe('');
    expect(stdout).toMatch(/^deadlock \(observed\) {2}t[01] and t[01] wait for each other\n/);
    expect(stdout).toContain('bank.ts:2:3  await lock.acquire();\n');
    expect(code).toBe(1);
  });

  it('says that there is no finding, and exits 0', async () => {
    const { code, stdout } = await lockgraph(['report', '-'], { stdin: calm });
    expect(stdout).toBe('No finding in standard input: 2 events, 1 thread and 1 lock watched.\n');
    expect(code).toBe(0);
  });

  it('reads gzip by content, from a file and from standard input', async () => {
    const path = file('run', gzipSync(crossing));
    expect((await lockgraph(['report', path])).code).toBe(1);
    expect((await lockgraph(['report', '-'], { stdin: gzipSync(crossing) })).code).toBe(1);
  });

  it('gives an array of JSON for several traces, in the order given', async () => {
    const { code, stdout } = await lockgraph(['report', '--format', 'json', file('calm', calm), file('run', crossing)]);
    const reports = JSON.parse(stdout) as JsonReport[];
    expect(reports.map((report) => report.findings.map((finding) => finding.kind))).toEqual([[], ['deadlock']]);
    expect(reports[1]!.findings[0]!.cycle[0]!.requestedAt.line).toBeGreaterThan(6);
    expect(code).toBe(1);
  });

  it.each([
    ['observed', 1],
    ['possible', 1],
    ['never', 0],
  ])('exits at level %s with %i', async (level, code) => {
    expect((await lockgraph(['report', '--fail-on', level, file('run', crossing)])).code).toBe(code);
  });

  it('writes to a file, without colours, and nothing to standard output', async () => {
    const at = folder();
    const path = join(at, 'report.txt');
    const { code, stdout } = await lockgraph(['report', '-o', path, '-'], { stdin: crossing, terminal: { columns: 80 } });
    expect([code, stdout, readdirSync(at)]).toEqual([1, '', ['report.txt']]);
    expect(readFileSync(path, 'utf8')).toMatch(/^deadlock \(observed\)/);
  });

  it('leaves a file as it is when a trace cannot be read', async () => {
    const path = file('report.txt', 'former');
    expect((await lockgraph(['report', '-o', path, '-'], { stdin: 'x' })).code).toBe(2);
    expect(readFileSync(path, 'utf8')).toBe('former');
  });

  it.each([
    ['itself', 'run.jsonl'],
    ['another path', 'folder/../run.jsonl'],
    ['a symbolic link', 'link'],
  ])('refuses to replace a trace by its report, named by %s', async (_, output) => {
    const at = folder();
    const trace = join(at, 'run.jsonl');
    writeFileSync(trace, crossing);
    mkdirSync(join(at, 'folder'));
    symlinkSync(trace, join(at, 'link'));
    const path = `${at}/${output}`;
    const { code, stdout, stderr } = await lockgraph(['report', file('calm', calm), trace, '-o', path]);
    expect([code, stdout, stderr]).toEqual([2, '', `lockgraph: ${path} is a TRACE to read, and -o would replace it; give the report another name\n`]);
    expect(readFileSync(trace, 'utf8')).toBe(crossing);
    expect(readdirSync(at)).toEqual(['folder', 'link', 'run.jsonl']);
  });

  it('has colours on a terminal, unless NO_COLOR is set', async () => {
    const terminal = { columns: 80 };
    expect((await lockgraph(['report', '-'], { stdin: crossing, terminal })).stdout).toContain('\u001b[');
    expect((await lockgraph(['report', '-'], { stdin: crossing, terminal, environment: { NO_COLOR: '1' } })).stdout).not.toContain('\u001b[');
  });

  it('reads a trace that is cut off up to its last whole line, and says so', async () => {
    const { code, stdout, stderr } = await lockgraph(['report', '-'], { stdin: crossing.slice(0, crossing.indexOf('{"end"') + 4) });
    expect(stdout).toContain('The record is not complete');
    expect(stdout).toContain('The trace is cut off before its end. Its last 4 bytes, half a line or block, were not read. What\n');
    expect(stderr).toBe('lockgraph: standard input is cut off: its last 4 bytes were not read\n');
    expect(code).toBe(1);
  });
});

describe('bad input', () => {
  it('gives what there is of gzip data that is cut off', async () => {
    const long = [...calm.split('\n').slice(0, 4), ...Array.from({ length: 5000 }, (_, i) => `[${i + 3},"${i % 2 === 0 ? 'acquire' : 'release'}","t0","a",0,0]`)];
    const whole = gzipSync(long.join('\n'));
    const { code, stdout, stderr } = await lockgraph(['report', '-'], { stdin: whole.subarray(0, whole.length >> 1) });
    expect(code).toBe(0);
    expect(stderr).toMatch(/^lockgraph: standard input is cut off: its gzip data ends too early[^\n]*\n$/);
    expect(stdout).toContain('The record is not complete');
  });

  it('proves nothing from STD whose gzip data is cut off, and says why', async () => {
    const nested = (thread: string, outer: string, inner: string): string => [`acq(${outer})`, `acq(${inner})`, `rel(${inner})`, `rel(${outer})`].map((what) => `${thread}|${what}|1\n`).join('');
    const packed = gzipSync(`${nested('T1', 'A', 'B')}${nested('T2', 'B', 'A')}T1|acq(C)|1\n`, { level: 0 });
    const evidence = async (trace: Uint8Array): Promise<JsonReport> => JSON.parse((await lockgraph(['report', '--format', 'json', '-'], { stdin: trace })).stdout) as JsonReport;
    const whole = await evidence(packed);
    expect([whole.source.complete, whole.source.cut, whole.findings.map((finding) => finding.evidence)]).toEqual([true, undefined, ['proved']]);
    const cut = await evidence(packed.subarray(0, -10));
    expect([cut.source.complete, cut.source.cut]).toEqual([false, { cause: 'gzip', unreadBytes: 10, unreadFrom: 96 }]);
    // What was read happened, as where a trace that is not packed is cut off.
    expect(cut.findings.map(({ evidence: proof }) => proof)).toEqual(['proved']);
    const { stdout, stderr } = await lockgraph(['report', '-'], { stdin: packed.subarray(0, -10) });
    expect(stderr).toBe(
      'lockgraph: standard input is cut off: its gzip data ends too early (its last 10 bytes were not read), and was never checked; copy it again, or let what writes it come to its end\n',
    );
    expect(stdout.replaceAll('\n', ' ')).toContain(
      'The gzip data of the trace ends too early, and so was never checked. Its last 10 bytes, half a line or block, were not read. What happened after that is not known; copy it again, or let what writes it come to its end.',
    );
  });

  it('refuses a damaged trace of which no event could be read: no finding would pass for a run that went well', async () => {
    const path = join(folder(), 'run.lgb');
    const refusal = [2, '', `${path}: no event of it could be read, for it is damaged; copy it again, or record the run anew\n`];
    const reported = async (): Promise<unknown> => {
      const { code, stdout, stderr } = await lockgraph(['report', path]);
      return [code, stdout, stderr];
    };
    writeFileSync(path, gzipSync('T1|acq(A)|1\n').subarray(0, 20));
    expect(await reported()).toEqual(refusal);
    await lockgraph(['convert', '-o', path, '-'], { stdin: crossing });
    const bytes = readFileSync(path);
    bytes[bytes.indexOf('ROWS')]! ^= 1;
    writeFileSync(path, bytes);
    expect(await reported()).toEqual(refusal);
  });

  it('says of a binary trace that is damaged where, and how much of it was not read', async () => {
    const events = Array.from({ length: 30_000 }, (_, i) => `[${i + 1},"${i % 2 === 0 ? 'acquire' : 'release'}","t0","a",0,0]`);
    const path = join(folder(), 'run.lgb');
    await lockgraph(['convert', '-o', path, '-'], { stdin: [header, '["lock","a"]', ...events, '{"end":{"events":30000,"dropped":0}}', ''].join('\n') });
    const bytes = readFileSync(path);
    bytes[150_000]! ^= 1;
    writeFileSync(path, bytes);
    const { code, stdout, stderr } = await lockgraph(['report', path]);
    const [, at, count, unread] = /^lockgraph: \S+ is damaged at byte (\d+): only the ([\d,]+) events before it were read, and the ([\d,]+) bytes from there on were not; /.exec(stderr)!.map((number) => Number(number.replaceAll(',', '')));
    expect([at! + unread!, at! < 150_000, code]).toEqual([bytes.length, true, 0]);
    const grouped = (number: number): string => number.toLocaleString('en-US');
    const said = stdout.replaceAll('\n', ' ');
    expect(said).toContain(`No finding in ${path}: ${grouped(count!)} events, 1 thread and 1 lock watched.`);
    expect(said).toContain(
      `The trace is damaged at byte ${at}: the rest of it, ${grouped(unread!)} bytes, after ${grouped(count!)} events, was not read. What happened then is not known; copy it again, or record the run anew.`,
    );
    const { source } = JSON.parse((await lockgraph(['report', '--format', 'json', path])).stdout) as JsonReport;
    expect(source).toMatchObject({ events: count, complete: false, cut: { cause: 'damage', unreadBytes: unread, unreadFrom: at } });
  });

  it('counts the events that are in a trace, not those that its recorder dropped', async () => {
    const { stdout } = await lockgraph(['report', '-'], {
      stdin: `${[header, '["lock","a"]', '[900719925473,"take","t0","a",0,0]', '[900719925474,"release","t0","a",0,0]', '{"end":{"events":900719925474,"dropped":900719925472}}'].join('\n')}\n`,
    });
    expect(stdout).toMatch(/^No finding in standard input: 2 events, 1 thread and 1 lock watched\.\n/);
  });

  it('warns that STD without a newline at its end may be cut off, and reads its last line', async () => {
    const { code, stdout, stderr } = await lockgraph(['report', '-'], { stdin: 'T1|acq(A)|1\nT1|rel(A)|1' });
    expect([code, stdout]).toEqual([0, 'No finding in standard input: 2 events, 1 thread and 1 lock watched.\n']);
    expect(stderr).toBe('lockgraph: standard input has no newline at its end: if what wrote it was stopped, events are missing\n');
  });

  it.each<[string, string | Uint8Array, RegExp]>([
    ['an empty file', '', /:? .*empty/],
    ['a binary file', Buffer.from([0, 1, 2, 0xff, 0xfe, 10, 27]), /not a lockgraph trace/],
    ['a file of another kind', '#!/bin/sh\n', /not a lockgraph trace/],
    ['damaged gzip data', Buffer.concat([Buffer.from([0x1f, 0x8b]), Buffer.from('no gzip at all')]), /gzip/],
    ['a line that is no JSON', `${header}\nnonsense\n[]\n`, /^[^\n]*:2: /],
    ['an unknown lock', `${header}\n[1,"acquire","t0","m",0,0]\n`, /^[^\n]*:2: /],
    ['a terminal escape', `${header}\n"\u001b[2J"\n[]\n`, /^[^\n]*:2: /],
  ])('is said in one line on standard error: %s', async (_what, content, line) => {
    const path = file('bad.jsonl', content);
    const { code, stdout, stderr } = await lockgraph(['report', path]);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(line);
    expect(stderr.startsWith(path)).toBe(true);
    expect(/\p{Cc}/u.test(stderr.trimEnd())).toBe(false);
  });

  it('names a missing file and a folder', async () => {
    const at = folder();
    mkdirSync(join(at, 'folder'));
    expect((await lockgraph(['report', join(at, 'none')])).stderr).toBe(`${join(at, 'none')}: cannot be read: there is no such file\n`);
    expect((await lockgraph(['report', join(at, 'folder')])).stderr).toBe(`${join(at, 'folder')}: cannot be read: it is a directory\n`);
  });

  it('prints nothing of a good trace when another is bad', async () => {
    const { code, stdout } = await lockgraph(['report', file('run', crossing), file('bad', '{')]);
    expect([code, stdout]).toEqual([2, '']);
  });

  it('escapes the name of a file', async () => {
    const { stderr } = await lockgraph(['report', 'no\u001b[2J\nne']);
    expect(stderr).toBe('no\\u001b[2J\\u000ane: cannot be read: there is no such file\n');
  });
});

describe('the bin', () => {
  const root = fileURLToPath(new URL('../../..', import.meta.url));
  const command = ['--import', join(root, 'node_modules/tsx/dist/loader.mjs'), join(root, 'packages/lockgraph/src/cli/main.ts')];

  it('exits with the code of the command', () => {
    const run = spawnSync(process.execPath, [...command, 'report', '-'], { input: crossing, encoding: 'utf8' });
    expect([run.status, run.stderr]).toEqual([1, '']);
    expect(run.stdout).toMatch(/^deadlock/);
  });

  it('refuses to replace the file that is its standard input', () => {
    const trace = file('run.jsonl', crossing);
    const stdin = openSync(trace, 'r');
    const run = spawnSync(process.execPath, [...command, 'report', '-', '-o', trace], { stdio: [stdin, 'pipe', 'pipe'], encoding: 'utf8' });
    closeSync(stdin);
    expect([run.status, run.stderr]).toEqual([2, `lockgraph: ${trace} is a TRACE to read, and -o would replace it; give the report another name\n`]);
    expect(readFileSync(trace, 'utf8')).toBe(crossing);
  });

  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('ends at once on %s, with a code of its own', async (signal, code) => {
    const run = spawn(process.execPath, [...command, 'report', '-'], { stdio: ['pipe', 'ignore', 'inherit'] });
    run.stdin.on('error', () => {});
    const begun = `${header}\n["lock","a",{}]\n`;
    const events = Array.from({ length: 100_000 }, (_, i) => `[${i + 1},"${i % 2 === 0 ? 'acquire' : 'release'}","t0","a",0,0]\n`);
    // More than a pipe holds: when all is written, it reads, and its handlers are there.
    await new Promise((resolve) => run.stdin.write(begun + events.join(''), resolve));
    run.kill(signal);
    expect(await new Promise((resolve) => run.on('close', (...end) => resolve(end)))).toEqual([code, null]);
  });

  it('ends quietly when its reader stops reading', async () => {
    const run = spawn(process.execPath, [...command, 'report', '--verbose', '-'], { stdio: ['pipe', 'pipe', 'pipe'] });
    let stderr = '';
    run.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    run.stdout.destroy();
    run.stdin.end(crossing);
    const code = await new Promise((resolve) => run.on('close', resolve));
    expect([code, stderr]).toEqual([1, '']);
  });
});
