import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { run } from '../../../packages/alloc-model/src/cli/run.js';
import { allocModel } from './alloc-model.js';
import { temporaryFolder } from './temporary-folder.js';

const traces = 'test/fixtures/alloc/traces/';
const wrong = `${traces}tiny-48as32.bad.trace`;
const fine = `${traces}tiny-48as32.ok.trace`;

const folder = temporaryFolder();

const traceOf = (content: string | Uint8Array): string => folder.write('x.trace', content);

/** A log with one of everything that is wrong. */
const everything = [
  'mallocx 1 40 0',
  'sdallocx 1 48 0',
  'sdallocx 1 48 0 t1',
  'mallocx 2 0 0',
  'mallocx 2 100 6',
  'sdallocx 2 100 0',
  'dallocx 7 0',
  'mallocx 3 5000 0',
  'rallocx 3 4 6000 0 t1',
].join('\n');

describe('the text of a check', () => {
  test('says the guilty call first', async () => {
    const { code, stdout, stderr } = await allocModel('check', wrong);
    expect(stdout).toBe(`wrong size  sdallocx(block 1, claimed 32) in call 601 of 3600, on t0
  block  48 bytes, class of 48: mallocx(size 48) in call 1, on t0
  claim  32 bytes, class of 32

600 of 1,800 sized frees claim another size class than the block's
  class of the block  class claimed  calls  first  last
                  48             32    600    601  1200

Checked ${wrong}: 3,600 calls, 1,800 sized frees.
`);
    expect([code, stderr]).toEqual([0, '']);
  });

  test('says that nothing is wrong', async () => {
    const { stdout } = await allocModel('check', fine);
    expect(stdout).toBe(`Nothing is wrong in ${fine}: 3,600 calls, 1,800 sized frees.\n`);
  });

  test('has a section for each thing that is wrong', async () => {
    const trace = traceOf(everything);
    const { stdout } = await allocModel('check', trace);
    expect(stdout).toBe(`wrong size  sdallocx(block 2, claimed 100) in call 6 of 9, on t0
  block  100 bytes aligned to 64, class of 128: mallocx(size 100) in call 5, on t0
  claim  100 bytes, class of 112

1 of 3 sized frees claims another size class than the block's
  class of the block  class claimed  calls  first  last
                 128            112      1      6     6

1 double free
  call 3  sdallocx(block 1) on t1: call 2 (sdallocx on t0) freed it before

1 unknown block
  call 7  dallocx(block 7) on t0: no call before returned it

1 reused id
  call 5  mallocx(block 2) on t0: it is live since call 4 (mallocx on t0)

1 size of 0
  call 4  mallocx(block 2) on t0: jemalloc does not say what it does

1 block of 6,000 bytes never freed
  class  blocks  bytes
  6,144       1  6,000
  the oldest: block 4 (rallocx(size 6000) in call 9)

Checked ${trace}: 9 calls, 3 sized frees.
1 claim of other bytes in the right class: harmless. The first: sdallocx(block 1, claimed 48) of 40
bytes in call 2.
`);
  });

  test('says how much is left out', async () => {
    const { stdout } = await allocModel('check', traceOf(Array.from({ length: 1234 }, (_, id) => `dallocx ${id} 0\n`).join('')));
    expect(stdout).toContain('1,234 unknown blocks\n  call 1  dallocx(block 0)');
    expect(stdout).toContain('  call 3  dallocx(block 2) on t0: no call before returned it\n  and 1,231 more\n');
    const { stdout: pairs } = await allocModel('check', `${traces}over-small.bad.trace`);
    expect(pairs).toContain('  and 23 more pairs of classes\n');
  });

  test('of a correct log with live blocks says so', async () => {
    const { stdout } = await allocModel('check', traceOf('mallocx 1 48 0\n'));
    expect(stdout).toContain('1 block of 48 bytes never freed');
    expect(stdout).toContain('Every free is of a live block, and every claimed size is in the class of its block.\n');
  });

  test('says what only a replay can tell, and not that all is right', async () => {
    const trace = traceOf('mallocx 1 100 0\nrallocx 1 1 100 6\nsdallocx 1 100 6\nmallocx 2 8 0\n');
    const { stdout } = await allocModel('check', trace);
    expect(stdout).toBe(`1 claim of which only a replay tells if jemalloc 4.5.0 takes it for wrong: alloc-model compare
  call 3  sdallocx(block 1, claimed 100) on t0: call 2 gave the block a class of 128, or of 112 if
  it left it in its place

1 block of 8 bytes never freed
  class  blocks  bytes
      8       1      8
  the oldest: block 2 (mallocx(size 8) in call 4)

Checked ${trace}: 4 calls, 1 sized free.
`);
  });

  test('says for which jemalloc a size is wrong, where they differ', async () => {
    const trace = traceOf('mallocx 1 100 12\nsdallocx 1 16384 0\nmallocx 2 100 12\nsdallocx 2 8 0\n');
    const { stdout } = await allocModel('check', trace);
    expect(stdout).toBe(`wrong size  sdallocx(block 1, claimed 16384) in call 2 of 4, on t0, for jemalloc 5.3.0
  block  100 bytes aligned to 4,096, class of 16,384 (4,096 in jemalloc 5.3.0): mallocx(size 100) in call 1, on t0
  claim  16,384 bytes, class of 16,384

2 of 2 sized frees claim another size class than the block's
  class of the block  class claimed  calls  first  last  jemalloc
               4,096         16,384      1      2     2     5.3.0
              16,384              8      1      4     4      both
  wrong for jemalloc 4.5.0: 1, the first in call 4
  wrong for jemalloc 5.3.0: 2, the first in call 2

Checked ${trace}: 4 calls, 2 sized frees.
`);
  });

  test('writes sizes above 2^53 as they are', async () => {
    const { stdout } = await allocModel('check', traceOf('mallocx 1 8 0\nsdallocx 1 8 62\nmallocx 2 8 0\nsdallocx 2 8 63\n'));
    expect(stdout).toContain('  claim  8 bytes aligned to 2^62, class of 2,097,152 (16,384 in jemalloc 5.3.0)\n');
    const { stdout: none } = await allocModel('check', traceOf('mallocx 2 8 0\nsdallocx 2 8 63\n'));
    expect(none).toContain('  claim  8 bytes aligned to 2^63, more than any class\n');
  });

  test('is coloured on a terminal only, and harmless there', async () => {
    let printed = '';
    const stdout = { write: (text: string) => (printed += text), isTTY: true };
    await run(['check', wrong], { stdout, stderr: stdout });
    expect(printed.includes('\u001b[')).toBe((process.env['NO_COLOR'] ?? '') === '');
    const hostile = join(folder.path, '\u001b[2J.trace');
    writeFileSync(hostile, 'mallocx 1 48 0\n');
    expect((await allocModel('check', hostile)).stdout).not.toContain('\u001b');
  });
});

test('alloc-model check --format json prints what was found', async () => {
  const { code, stdout } = await allocModel('check', '--format', 'json', traceOf(gzipSync(everything)));
  const at = (call: number, name: string, thread = 't0'): object => ({ call, name, thread });
  const block1 = { id: 1, asked: 40, usable: 48, born: at(1, 'mallocx') };
  const block2 = { id: 2, asked: 100, usable: 128, alignment: 64, born: at(5, 'mallocx') };
  const block4 = { id: 4, asked: 6000, usable: 6144, born: at(9, 'rallocx', 't1') };
  expect(JSON.parse(stdout)).toEqual({
    trace: join(folder.path, 'x.trace'),
    calls: 9,
    sizedFrees: 3,
    mismatches: {
      count: 1,
      first: { ...at(6, 'sdallocx'), block: block2, claimed: 100, claimedUsable: 112 },
      versions: [{ version: '4.5.0', count: 1, firstCall: 6 }, { version: '5.3.0', count: 1, firstCall: 6 }],
      pairs: [{ usable: 128, claimedUsable: 112, count: 1, firstCall: 6, lastCall: 6 }],
    },
    harmless: { count: 1, first: { ...at(2, 'sdallocx'), block: block1, claimed: 48, claimedUsable: 48 } },
    doubtful: { count: 0 },
    doubleFrees: { count: 1, first: [{ ...at(3, 'sdallocx', 't1'), id: 1, freed: at(2, 'sdallocx') }], omitted: 0 },
    unknownBlocks: { count: 1, first: [{ ...at(7, 'dallocx'), id: 7 }], omitted: 0 },
    reusedIds: { count: 1, first: [{ ...at(5, 'mallocx'), id: 2, born: at(4, 'mallocx') }], omitted: 0 },
    zeroSizes: { count: 1, first: [{ ...at(4, 'mallocx'), id: 2 }], omitted: 0 },
    neverFreed: { count: 1, bytes: 6000, classes: [{ usable: 6144, count: 1, bytes: 6000 }], first: [block4], omitted: 0 },
  });
  expect(code).toBe(0);
});

test('-o writes the result to a file, and nothing to standard output', async () => {
  const [printed, output] = [await allocModel('check', wrong), join(folder.path, 'out.txt')];
  expect(await allocModel('check', '-o', output, wrong)).toEqual({ code: 0, stdout: '', stderr: '' });
  expect(readFileSync(output, 'utf8')).toBe(printed.stdout);
});

describe('--fail-on', () => {
  test.each([
    ['mismatch', 'mallocx 1 48 0\nsdallocx 1 49 0\n', 1],
    ['mismatch', 'mallocx 1 48 0\ndallocx 2 0\n', 0],
    ['any', 'mallocx 1 48 0\nsdallocx 1 49 0\n', 1],
    ['any', 'mallocx 1 48 0\ndallocx 2 0\n', 1],
    ['any', 'mallocx 1 48 0\ndallocx 1 0\ndallocx 1 0\n', 1],
    ['any', 'mallocx 1 48 0\nmallocx 1 48 0\n', 1],
    ['any', 'mallocx 1 0 0\n', 1],
    ['any', 'mallocx 1 48 0\n', 0],
    ['never', 'mallocx 1 48 0\nsdallocx 1 49 0\n', 0],
  ])('%s %j: %d', async (what, content, expected) => {
    const { code, stdout } = await allocModel('check', '--fail-on', what, traceOf(content));
    expect(code).toBe(expected);
    expect(stdout).not.toBe('');
  });
});

describe('what is refused with exit 2 and one line on standard error', () => {
  test.each<[string, string[], string]>([
    ['no trace', ['check'], 'alloc-model: check needs a TRACE; alloc-model check --help tells more\n'],
    ['two traces', ['check', 'a', 'b'], 'alloc-model: check takes one TRACE, and got 2\n'],
    ['an unknown option', ['check', '--fast', 'a'], "alloc-model: Unknown option '--fast'; alloc-model check --help tells what there is\n"],
    ['an unknown format', ['check', '--format', 'xml', 'a'], 'alloc-model: --format takes text or json, and got "xml"\n'],
    ['an unknown thing to fail on', ['check', '--fail-on', 'leak', 'a'], 'alloc-model: --fail-on takes never, mismatch or any, and got "leak"\n'],
    ['a file that is not there', ['check', '/nowhere/x'], '/nowhere/x: cannot be read: there is no such file\n'],
  ])('%s', async (_, words, stderr) => {
    expect(await allocModel(...words)).toEqual({ code: 2, stdout: '', stderr });
  });

  test.each<[string, string | Uint8Array, string]>([
    ['a line that does not parse', 'mallocx 3 forty 0\n', ':1: SIZE is not an integer: "forty"'],
    ['binary data', new Uint8Array(5000), ':1: binary data: this is no call log'],
    ['an empty file', '', ': the file has no calls in it'],
    ['a truncated gzip file', gzipSync('mallocx 1 1 0').subarray(0, 25), ': the gzip data is damaged, or ends too early'],
  ])('%s', async (_, content, reason) => {
    const trace = traceOf(content);
    expect(await allocModel('check', '-o', join(folder.path, 'out'), trace)).toEqual({ code: 2, stdout: '', stderr: `${trace}${reason}\n` });
    expect(readdirSync(folder.path)).toEqual(['x.trace']);
  });
});

test('check --help says how it is used', async () => {
  const { code, stdout } = await allocModel('check', '--help');
  expect([code, stdout.startsWith('Usage: alloc-model check ')]).toEqual([0, true]);
});
