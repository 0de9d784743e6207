import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loggedFunctions } from 'lockgraph';
import { allocModel } from './alloc-model.js';

describe('alloc-model gdb-script', () => {
  it('prints the script with its settings', async () => {
    const { code, stdout, stderr } = await allocModel('gdb-script', '--prefix', 'none', '--locks', '--stall', '7');
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toContain("\nPREFIX = ''\n");
    expect(stdout).toContain('\nLOCKS = True\n');
    expect(stdout).toContain('\nSTALL = 7\n');
  });

  it('finds out the prefix, logs no locks and waits 10 s unless it is told otherwise', async () => {
    const { stdout } = await allocModel('gdb-script');
    for (const line of ["PREFIX = 'auto'", 'LOCKS = False', 'STALL = 10']) expect(stdout).toContain(`\n${line}\n`);
  });

  it('writes it to a file', async () => {
    const path = join(mkdtempSync(join(tmpdir(), 'lockgraph-')), 'capture.py');
    expect(await allocModel('gdb-script', '-o', path)).toEqual({ code: 0, stdout: '', stderr: '' });
    expect(readFileSync(path, 'utf8')).toContain('import gdb');
  });

  it('logs functions that the reader of its logs knows, and only those', async () => {
    const { stdout } = await allocModel('gdb-script');
    for (const name of loggedFunctions.keys()) {
      if (!name.startsWith('_Z')) expect(stdout).toContain(`    '${name}': ((`);
    }
    const logged = [...stdout.matchAll(/^ {4}'(\w+)': \(\(/gm)].map(([, name]) => name);
    expect(logged.filter((name) => !loggedFunctions.has(name!))).toEqual([]);
  });

  it.each([
    [['--prefix', 'xx'], '--prefix takes auto, none, je_ or _rjem_, and got "xx"'],
    [['--stall', '0'], '--stall takes an integer from 1 to 86400, and got "0"'],
    [['./program'], 'gdb-script takes no file, and got "./program"; give the program to gdb, behind --args'],
  ])('refuses %j', async (words, message) => {
    expect(await allocModel('gdb-script', ...words)).toEqual({ code: 2, stdout: '', stderr: `alloc-model: ${message}\n` });
  });

  it('has a help', async () => {
    expect((await allocModel('gdb-script', '--help')).stdout).toMatch(/^Usage: alloc-model gdb-script/);
  });
});
