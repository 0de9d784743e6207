import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { runCommandLine } from '../../../packages/lockgraph/src/cli/command-line.js';
import type { Output } from '../../../packages/lockgraph/src/cli/streams.js';
import { readTrace } from '../../../packages/lockgraph/src/trace/open.js';
import { Registry } from '../../../packages/lockgraph/src/trace/registry.js';
import { Witness } from '../trace/rows.js';
import { folder, lockgraph } from './harness.js';

const header = '{"lockgraph":"trace","version":1,"generator":"a test","accesses":false}';
const trace = `${[
  header,
  '["thread","t 0"]',
  '["lock","a|b",{"class":"bin","rank":3}]',
  '["call",1,0,"transfer","bank.ts:2:3"]',
  '[1,"acquire","t 0","a|b",1,0]',
  '["operation","op",["size"]]',
  '[2,"begin","t 0","op",0,1,48.5]',
  '["note","a/b","it is {x}"]',
  '[3,"note","t 0","a/b",0,1,{"x":1},[]]',
  '["variable","x"]',
  '[7,"write","t 0","x",0,1]',
  '[8,"release","t 0","a|b",0,1]',
  '{"end":{"events":8,"dropped":3,"stalled":true}}',
].join('\n')}\n`;

interface Converted {
  readonly code: number;
  readonly stdout: Buffer;
  readonly stderr: string;
}

/** Converts with standard output as bytes. */
async function converted(words: readonly string[], stdin: string | Uint8Array = trace, stdout?: Output): Promise<Converted> {
  const pieces: Buffer[] = [];
  let stderr = '';
  const code = await runCommandLine(['convert', ...words], {
    stdin: chunks(Buffer.from(stdin)),
    stdout: stdout ?? { write: (chunk) => pieces.push(Buffer.from(chunk)) },
    stderr: { write: (chunk) => (stderr += String(chunk)) },
    environment: {},
    directory: '/nowhere',
  });
  return { code, stdout: Buffer.concat(pieces), stderr };
}

async function* chunks(bytes: Buffer): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += 10_000) yield bytes.subarray(at, at + 10_000);
}

/** A long trace of one thread and one lock. */
function long(events: number): string {
  const lines = Array.from({ length: events }, (_, i) => `[${i + 1},"${i % 2 === 0 ? 'acquire' : 'release'}","t0","a",0,0]`);
  return [header, '["lock","a"]', ...lines, `{"end":{"events":${events},"dropped":0}}`, ''].join('\n');
}

describe('lockgraph convert', () => {
  it('writes a binary trace from which the very text of the JSONL one comes back', async () => {
    const binary = await converted(['--to', 'binary', '-']);
    expect([binary.code, binary.stderr]).toEqual([0, '']);
    expect(binary.stdout.toString('latin1', 0, 4)).toBe('\u0089LGB');
    const back = await converted(['--to', 'jsonl', '-'], binary.stdout);
    expect([back.code, back.stdout.toString(), back.stderr]).toEqual([0, trace, '']);
  });

  it.each([
    ['run.lgb', false, '\u0089LGB'],
    ['run.jsonl', false, '{"lo'],
    ['run.std', false, 't%20'],
    ['run.lgb.gz', true, '\u0089LGB'],
    ['run.jsonl.gz', true, '{"lo'],
    ['run.std.gz', true, 't%20'],
  ])('tells the format by the ending of %s', async (name, gzipped, begin) => {
    const at = folder();
    const { code, stdout } = await converted(['-', '-o', join(at, name)]);
    expect([code, stdout.length, readdirSync(at)]).toEqual([0, 0, [name]]);
    const bytes = readFileSync(join(at, name));
    expect((gzipped ? gunzipSync(bytes) : bytes).toString('latin1', 0, 4)).toBe(begin);
  });

  it('has --to say the format where both do', async () => {
    const path = join(folder(), 'run.std.gz');
    expect((await converted(['-', '--to', 'jsonl', '-o', path])).code).toBe(0);
    expect(gunzipSync(readFileSync(path)).toString()).toBe(trace);
  });

  it('reads gzip, and writes it in pieces that are one gzip file', async () => {
    const at = folder();
    const text = long(80_000);
    expect(text.length).toBeGreaterThan(2_000_000);
    writeFileSync(join(at, 'run'), gzipSync(text));
    expect((await converted([join(at, 'run'), '-o', join(at, 'copy.jsonl.gz')])).code).toBe(0);
    expect(gunzipSync(readFileSync(join(at, 'copy.jsonl.gz'))).toString().replace('["thread","t0"]\n', '')).toBe(text);
    expect((await converted([join(at, 'copy.jsonl.gz'), '-o', join(at, 'copy.lgb')])).code).toBe(0);
    expect((await converted([join(at, 'copy.lgb'), '--to', 'jsonl'])).stdout.toString().replace('["thread","t0"]\n', '')).toBe(text);
  });

  it('says of a conversion to STD what was left out, by kind and count', async () => {
    const { code, stdout, stderr } = await converted(['--to', 'std', '-']);
    expect([code, stdout.toString().split('\n').length]).toEqual([0, 4]);
    expect(stderr.split('\n')[0]).toBe('lockgraph: STD cannot say all; left out: try-acquire 1, operation 1, note 1, stalled 1');
  });

  it('says of a conversion to STD what could be proved from it for no other reason than that STD cannot say all', async () => {
    const { stderr } = await converted(['--to', 'std', '-']);
    expect(stderr.split('\n').slice(1)).toEqual([
      'lockgraph: STD cannot say that accesses of memory are missing, that 3 events were dropped and that 1 acquire would not have waited (try-acquire): ' +
        'what is proved from it may be impossible; let lockgraph report read the trace itself',
      '',
    ]);
    const semaphore = [header.replace(',"accesses":false', ''), '["lock","s",{"kind":"semaphore"}]', '[1,"take","t0","s",0,0,"permits",1]', '{"end":{"events":1,"dropped":0}}', ''].join('\n');
    expect((await converted(['--to', 'std', '-'], semaphore)).stderr.split('\n')).toEqual([
      'lockgraph: STD cannot say all; left out: semaphore 1',
      'lockgraph: STD cannot say what else keeps threads apart (semaphore): what is proved from it may be impossible; let lockgraph report read the trace itself',
      '',
    ]);
  });

  it('says nothing of a conversion to STD that says all', async () => {
    expect((await converted(['--to', 'std', '-'], 'T0|acq(a)|1\nT0|rel(a)|2\n')).stderr).toBe('');
    const quiet = await converted(['--to', 'binary', '-']);
    expect(quiet.stderr).toBe('');
  });

  it('encodes in STD the names that it cannot hold', async () => {
    const { stdout } = await converted(['--to', 'std', '-']);
    expect(stdout.toString()).toBe('t%200|acq(a%7Cb)|2\nt%200|w(x)|0\nt%200|rel(a%7Cb)|0\n');
  });

  it('knows that an STD trace has all that its threads speak through', async () => {
    const { stdout } = await converted(['--to', 'binary', '-'], 'T0|acq(a)|1\nT0|rel(a)|2\n');
    const summary = await readTrace({ name: 'x', chunks: chunks(stdout) }, new Witness(), new Registry());
    expect(summary).toMatchObject({ events: 2, complete: true, accessesRecorded: true });
  });

  it('leaves out lines of STD that do not parse only if told to, and then claims less', async () => {
    const std = 'T0|acq(a)|1\nwhat?\nT0|rel(a)|2\n';
    const strict = await converted(['--to', 'jsonl', '-'], std);
    expect(strict.code).toBe(2);
    expect(strict.stderr).toMatch(/^-:2: /);
    const lenient = await converted(['--to', 'jsonl', '--lenient', '-'], std);
    expect([lenient.code, lenient.stderr]).toEqual([0, 'lockgraph: standard input has 1 line that does not parse; it was left out\n']);
    expect(lenient.stdout.toString().split('\n')[0]).toContain('"accesses":false');
  });

  it('makes of a trace that is cut off one that is cut off', async () => {
    const cut = trace.slice(0, trace.indexOf('[8,') + 5);
    const whole = trace.slice(0, trace.indexOf('[8,'));
    const binary = await converted(['--to', 'binary', '-'], cut);
    expect([binary.code, binary.stderr]).toEqual([0, 'lockgraph: standard input is cut off: its last 5 bytes were not read\n']);
    const summary = await readTrace({ name: 'x', chunks: chunks(binary.stdout) }, new Witness(), new Registry());
    expect(summary).toMatchObject({ events: 7, cutOff: true });
    const back = await converted(['--to', 'jsonl', '-'], binary.stdout);
    expect([back.stdout.toString(), back.stderr]).toEqual([whole, 'lockgraph: standard input is cut off\n']);
    expect((await converted(['--to', 'jsonl', '-'], cut)).stdout.toString()).toBe(whole);
  });

  it('gives no end to STD whose gzip data is cut off', async () => {
    const cut = gzipSync('T0|acq(a)|1\nT0|rel(a)|2\nT0|acq(a)|3\n', { level: 0 }).subarray(0, -10);
    const remark = 'lockgraph: standard input is cut off: its gzip data ends too early (its last 10 bytes were not read), and was never checked; copy it again, or let what writes it come to its end\n';
    const jsonl = await converted(['--to', 'jsonl', '-'], cut);
    expect([jsonl.code, jsonl.stderr]).toEqual([0, remark]);
    expect(jsonl.stdout.toString()).toMatch(/\n\[2,"release","T0","a",\d+,0\]\n$/);
    const binary = await converted(['--to', 'binary', '-'], cut);
    expect(binary.stderr).toBe(remark);
    expect(await readTrace({ name: 'x', chunks: chunks(binary.stdout) }, new Witness(), new Registry())).toMatchObject({ events: 2, cutOff: true, complete: false });
    const std = await converted(['--to', 'std', '-'], cut);
    expect([std.stdout.toString(), std.stderr]).toEqual(['T0|acq(a)|1\nT0|rel(a)|2\n', remark]);
  });

  it('tells of a long trace of which the last blocks are damaged', async () => {
    const { stdout } = await converted(['--to', 'binary', '-'], long(30_000));
    stdout[stdout.length - 100]! ^= 1;
    const { code, stderr } = await converted(['--to', 'jsonl', '-'], stdout);
    expect(code).toBe(0);
    expect(stderr).toMatch(
      /^lockgraph: standard input is damaged at byte \d+: only the [12]\d,\d{3} events before it were read, and the [\d,]+ bytes from there on were not; copy it again, or record the run anew\n$/,
    );
  });

  it('waits for standard output where that is slow', async () => {
    let waiting = 0;
    let most = 0;
    let written = 0;
    const drains: (() => void)[] = [];
    const stdout: Output & { writableNeedDrain: boolean } = {
      writableNeedDrain: false,
      write(chunk) {
        written += Buffer.from(chunk).length;
        waiting += Buffer.from(chunk).length;
        most = Math.max(most, waiting);
        stdout.writableNeedDrain = true;
        setImmediate(() => {
          waiting = 0;
          stdout.writableNeedDrain = false;
          for (const drain of drains.splice(0)) drain();
        });
      },
      once: (event, listener) => (event === 'drain' ? drains.push(listener) : 0),
    };
    expect((await converted(['--to', 'jsonl', '-'], gzipSync(long(100_000)), stdout)).code).toBe(0);
    expect(written).toBeGreaterThan(3_000_000);
    expect(most).toBeLessThan(400_000);
  });
});

describe('lockgraph convert refuses', () => {
  it.each([
    [[], 'convert needs a TRACE ("-" is standard input); lockgraph convert --help tells more'],
    [['a', 'b'], 'convert takes one TRACE, and got also "b"'],
    [[''], 'the name of a TRACE is empty'],
    [['-'], 'convert needs --to jsonl, --to binary or --to std'],
    [['-', '-o', 'x.trace'], 'convert needs --to jsonl, --to binary or --to std; the ending of x.trace does not tell: it is none of .jsonl, .lgb and .std'],
    [['-', '-o', ''], '--output takes the name of a file, and got ""'],
    [['-', '--to', 'csv'], '--to takes jsonl, binary or std, and got "csv"'],
    [['-', '--outptu', 'x'], 'convert has no option --outptu; did you mean --output?'],
  ])('%j', async (words, message) => {
    expect(await converted(words)).toMatchObject({ code: 2, stderr: `lockgraph: ${message}\n`, stdout: Buffer.alloc(0) });
  });

  it('to show a binary trace on a terminal', async () => {
    const { code, stdout, stderr } = await lockgraph(['convert', '--to', 'binary', '-'], { stdin: trace, terminal: { columns: 80 } });
    expect([code, stdout, stderr]).toEqual([2, '', 'lockgraph: a binary trace is nothing for a terminal; give -o FILE, or > FILE\n']);
  });

  it.each([
    ['itself', 'run.jsonl'],
    ['another path', 'folder/../run.jsonl'],
    ['a symbolic link', 'link.jsonl'],
  ])('to replace the trace, named by %s', async (_, output) => {
    const at = folder();
    const path = join(at, 'run.jsonl');
    writeFileSync(path, trace);
    mkdirSync(join(at, 'folder'));
    symlinkSync(path, join(at, 'link.jsonl'));
    const { code, stderr } = await converted([path, '-o', `${at}/${output}`]);
    expect([code, stderr]).toEqual([2, `lockgraph: ${at}/${output} is the TRACE to read, and -o would replace it; give the converted one another name\n`]);
    expect(readFileSync(path, 'utf8')).toBe(trace);
  });

  it('what is no trace, before it makes a file', async () => {
    const at = folder();
    const { code, stderr } = await converted(['-', '-o', join(at, 'x.lgb')], 'hello');
    expect([code, readdirSync(at)]).toEqual([2, []]);
    expect(stderr).toMatch(/^-: not a lockgraph trace: it begins with "hello"; known formats: .*\n$/);
  });

  it('a trace with a bad line, and leaves the file as it was', async () => {
    const at = folder();
    const path = join(at, 'x.lgb');
    writeFileSync(path, 'former');
    const { code, stderr } = await converted(['-', '-o', path], `${long(40_000).replace('{"end"', '[5,"exit"')}`);
    expect([code, readdirSync(at), readFileSync(path, 'utf8')]).toEqual([2, ['x.lgb'], 'former']);
    expect(stderr).toMatch(/^-:40003: [^\n]*\n$/);
  });

  it('a file that is not there, and an output that cannot be made', async () => {
    expect((await converted(['/nowhere/a', '--to', 'binary'])).stderr).toBe('/nowhere/a: cannot be read: there is no such file\n');
    expect((await converted(['-', '-o', '/nowhere/x.lgb'])).stderr).toBe('/nowhere/x.lgb: there is no such file or folder\n');
  });

  it('a trace that says of itself more than is looked at', async () => {
    const { code, stderr } = await converted(['-', '--to', 'binary'], trace.replace('a test', 'a test '.repeat(20_000)));
    expect([code, stderr]).toEqual([2, '-: what it says of itself is not in its first 64 KiB; only there it is looked for\n']);
  });
});

describe('the process', () => {
  const main = fileURLToPath(new URL('../../../packages/lockgraph/src/cli/main.ts', import.meta.url));
  const loader = fileURLToPath(new URL('../../../node_modules/tsx/dist/loader.mjs', import.meta.url));

  it('writes whole traces to a pipe', () => {
    const text = long(50_000);
    const { stdout, status } = spawnSync(process.execPath, ['--import', loader, main, 'convert', '--to', 'jsonl', '-'], { input: text, maxBuffer: 1e9 });
    expect(status).toBe(0);
    expect(stdout.toString().replace('["thread","t0"]\n', '')).toBe(text);
  });

  it('ends quietly where nobody reads on', async () => {
    const child = spawn(process.execPath, ['--import', loader, main, 'convert', '--to', 'jsonl', '-'], { stdio: ['pipe', 'pipe', 'pipe'] });
    let stderr = '';
    child.stderr.on('data', (text) => (stderr += String(text)));
    child.stdin.on('error', () => {});
    child.stdin.end(long(200_000));
    child.stdout.once('data', () => child.stdout.destroy());
    const code = await new Promise((resolve) => child.once('exit', resolve));
    expect([code, stderr]).toEqual([0, '']);
  });

  it('leaves nothing of a file when it is told to end', async () => {
    const at = folder();
    const child = spawn(process.execPath, ['--import', loader, main, 'convert', '-', '-o', join(at, 'x.lgb')], { stdio: ['pipe', 'ignore', 'ignore'] });
    child.stdin.on('error', () => {});
    child.stdin.write(`${long(50_000).split('\n').slice(0, -2).join('\n')}\n`);
    while (readdirSync(at).length === 0) await new Promise((resolve) => setTimeout(resolve, 20));
    child.kill('SIGTERM');
    const code = await new Promise((resolve) => child.once('exit', resolve));
    expect([code, readdirSync(at)]).toEqual([143, []]);
  });
});
