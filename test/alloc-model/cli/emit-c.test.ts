import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { allocModel } from './alloc-model.js';
import { temporaryFolder } from './temporary-folder.js';

const trace = 'test/fixtures/alloc/traces/tiny-reuse.ok.trace';

const folder = temporaryFolder();

test('emit-c prints a program, or writes it to a file', async () => {
  const printed = await allocModel('emit-c', trace);
  expect(printed).toMatchObject({ code: 0, stderr: '' });
  expect(printed.stdout).toContain('int main(int argc, char **argv)');
  const file = join(folder.path, 'replay.c');
  expect(await allocModel('emit-c', '--sized', '--prefix', 'none', trace, '-o', file)).toEqual({ code: 0, stdout: '', stderr: '' });
  expect(readFileSync(file, 'utf8')).toBe(printed.stdout);
});

test('emit-c takes the way of calling and the prefix from its words', async () => {
  expect((await allocModel('emit-c', '--unsized', '--prefix', '_rjem_', trace)).stdout).toContain('#define SIZED 0\n#define PREFIXED 1\n#define NAME(function) _rjem_##function\n');
});

test('emit-c --help says what there is', async () => {
  const { code, stdout, stderr } = await allocModel('emit-c', '--help');
  expect([code, stderr]).toEqual([0, '']);
  for (const word of ['--sized', '--unsized', '--prefix', '--output']) expect(stdout).toContain(word);
});

test.each([
  [['--prefix', 'jx_', trace], 'alloc-model: --prefix takes none, je_ or _rjem_, and got "jx_"\n'],
  [['--sized', '--unsized', trace], 'alloc-model: emit-c takes --sized or --unsized, not both\n'],
  [[], 'alloc-model: emit-c needs a TRACE; alloc-model emit-c --help tells more\n'],
  [[trace, trace], 'alloc-model: emit-c takes one TRACE, and got 2\n'],
  [['nothing.trace'], 'nothing.trace: cannot be read: there is no such file\n'],
])('emit-c %j is refused in one line, and writes nothing', async (words, said) => {
  expect(await allocModel('emit-c', '-o', join(folder.path, 'replay.c'), ...words)).toEqual({ code: 2, stdout: '', stderr: said });
  expect(readdirSync(folder.path)).toEqual([]);
});
