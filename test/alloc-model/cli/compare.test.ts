import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { allocModel } from './alloc-model.js';
import { temporaryFolder } from './temporary-folder.js';

const hanging = 'test/fixtures/alloc/traces/tiny-reuse.bad.trace';

const folder = temporaryFolder();

function traceOf(content: string): string {
  const path = join(folder.path, 'x.trace');
  writeFileSync(path, content);
  return path;
}

test('alloc-model compare says how a log ends on each allocator, and why', async () => {
  const { code, stdout, stderr } = await allocModel('compare', hanging);
  expect(stdout).toMatch(/^ {2}jemalloc-4\.5\.0 +hangs +341 {2}waits for arena0\.bin\[20\]\.lock$/m);
  expect(stdout).toMatch(/^ {2}jemalloc-4\.5\.0 --unsized +well +980$/m);
  expect(stdout).toMatch(/^ {2}jemalloc-4\.5\.0-debug +aborts +151 {2}<jemalloc>: /m);
  expect(stdout).toMatch(/^ {2}system +well +980$/m);
  expect(stdout).toContain('\nThe one difference: the claimed size.\n150 sdallocx calls claim 896 bytes for blocks of 1,024 (first: call 151,');
  expect([code, stderr]).toEqual([0, '']);
});

test('--format json prints the same as plain data', async () => {
  const { code, stdout } = await allocModel('compare', '--format', 'json', '--lg-tcache-max', '12', '--narenas', '2', hanging);
  const result = JSON.parse(stdout) as { runs: unknown[] };
  expect(Object.keys(result)).toEqual(['trace', 'calls', 'runs', 'cause', 'mismatches', 'met', 'damaged', 'flagsDropped', 'parts']);
  expect(result).toMatchObject({
    trace: hanging,
    calls: 980,
    cause: { kind: 'claimed-size' },
    mismatches: { count: 150, first: { call: 151 } },
    flagsDropped: 0,
    parts: { claim: { call: { call: 151 } } },
  });
  expect(result.runs.slice(0, 3)).toMatchObject([
    { allocator: 'jemalloc-4.5.0', options: { lgTcacheMax: 12, narenas: 2 }, outcome: 'hang' },
    { allocator: 'jemalloc-4.5.0', options: { lgTcacheMax: 12, narenas: 2, unsized: true }, outcome: 'ok' },
    { allocator: 'jemalloc-4.5.0-debug', outcome: 'abort', call: 151 },
  ]);
  expect(code).toBe(0);
});

test('-o writes the result to a file, and nothing to standard output', async () => {
  const [printed, output] = [await allocModel('compare', '--no-tcache', hanging), join(folder.path, 'out.txt')];
  expect(await allocModel('compare', '--no-tcache', '-o', output, hanging)).toEqual({ code: 0, stdout: '', stderr: '' });
  expect(readFileSync(output, 'utf8')).toBe(printed.stdout);
});

describe('what is refused with exit 2 and one line on standard error', () => {
  test.each<[string, string[], string]>([
    ['no trace', ['compare'], 'alloc-model: compare needs a TRACE; alloc-model compare --help tells more\n'],
    ['an allocator', ['compare', '--allocator', 'system', 'a'], "alloc-model: Unknown option '--allocator'; alloc-model compare --help tells what there is\n"],
    ['a setting out of range', ['compare', '--narenas', '0', 'a'], 'alloc-model: --narenas takes an integer from 1 to 4094, and got "0"\n'],
    ['an unknown format', ['compare', '--format', 'xml', 'a'], 'alloc-model: --format takes text or json, and got "xml"\n'],
    ['a file that is not there', ['compare', '/nowhere/x'], '/nowhere/x: cannot be read: there is no such file\n'],
  ])('%s', async (_, words, stderr) => {
    expect(await allocModel(...words)).toEqual({ code: 2, stdout: '', stderr });
  });

  test.each<[string, string, string]>([
    ['a double free', 'mallocx 1 48 0\nsdallocx 1 48 0\nsdallocx 1 48 0\n', ':3: the block 1 is freed twice: call 2 freed it before\n'],
    ['a line that does not parse', 'mallocx 1 -1 0\n', ':1: SIZE is negative: "-1"\n'],
    ['no memory', 'mallocx 1 8 63\n', ':1: there is no memory left for 8 bytes: the call would return NULL\n'],
  ])('%s', async (_, content, reason) => {
    const trace = traceOf(content);
    expect(await allocModel('compare', '-o', join(folder.path, 'out'), trace)).toEqual({ code: 2, stdout: '', stderr: `${trace}${reason}` });
    expect(readdirSync(folder.path)).toEqual(['x.trace']);
  });
});

test('compare --help says how it is used', async () => {
  const { code, stdout } = await allocModel('compare', '--help');
  expect([code, stdout.startsWith('Usage: alloc-model compare ')]).toEqual([0, true]);
});
