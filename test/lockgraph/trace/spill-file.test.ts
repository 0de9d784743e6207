import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { SpillError } from '../../../packages/lockgraph/src/trace/spill-error.js';
import { SpillFile } from '../../../packages/lockgraph/src/trace/spill-file.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lockgraph-spill-test-'));
  vi.stubEnv('TMPDIR', folder);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

test('what is appended is read where it was put, whole or in part, and again', () => {
  const file = new SpillFile();
  const starts = [file.append(Int32Array.of(1, 2, 3)), file.append(Int32Array.of(-4)), file.append(new Int32Array(0)), file.append(Int32Array.of(5, 6))];
  expect(starts).toEqual([0, 12, 16, 16]);
  for (let again = 0; again < 2; again++) {
    const block = new Int32Array(2);
    file.read(starts[3]!, block);
    expect([...block]).toEqual([5, 6]);
    file.read(4, block);
    expect([...block]).toEqual([2, 3]);
    file.read(12, block.subarray(1));
    expect([...block]).toEqual([2, -4]);
  }
  file.close();
});

test('a part of an array is written and read as that part', () => {
  const file = new SpillFile();
  const all = Int32Array.of(1, 2, 3, 4);
  file.append(all.subarray(1, 3));
  file.read(0, all.subarray(2));
  expect([...all]).toEqual([1, 2, 2, 3]);
  file.close();
});

test('to read beyond its end is an error that says where', () => {
  const file = new SpillFile();
  file.append(Int32Array.of(1, 2));
  expect(() => file.read(4, new Int32Array(2))).toThrow('a block at 4 of 8 bytes ends beyond the file, which has 8');
  file.close();
});

test.runIf(process.platform === 'linux')('nothing is left behind, not even while it is open', () => {
  const file = new SpillFile();
  file.append(Int32Array.of(1));
  expect(readdirSync(folder)).toEqual([]);
  file.close();
  expect(readdirSync(folder)).toEqual([]);
});

describe('what keeps it from being used is said with the folder, the reason of the system, and what to do:', () => {
  function failure(action: () => unknown): unknown {
    try {
      return action();
    } catch (error) {
      return error;
    }
  }

  test.each([
    ['a folder that is missing', () => join(folder, 'missing'), 'ENOENT: no such file or directory'],
    ['a file in its place', () => join(folder, 'file'), 'ENOTDIR: not a directory'],
  ])('%s', (_, place, reason) => {
    writeFileSync(join(folder, 'file'), '');
    vi.stubEnv('TMPDIR', place());
    const error = failure(() => new SpillFile());
    expect(error).toBeInstanceOf(SpillError);
    expect(error).toMatchObject({ folder: place(), reason, message: `temporary files cannot be kept in ${place()} (${reason}); TMPDIR=FOLDER puts them elsewhere` });
    expect(readdirSync(folder)).toEqual(['file']);
  });

  test('a file that cannot be read any more', () => {
    const file = new SpillFile();
    file.append(Int32Array.of(1));
    file.close();
    expect(failure(() => file.read(0, new Int32Array(1)))).toMatchObject({ name: 'SpillError', folder, reason: 'EBADF: bad file descriptor' });
    expect(failure(() => file.append(new Int32Array(1)))).toMatchObject({ name: 'SpillError', folder, reason: 'EBADF: bad file descriptor' });
  });
});
