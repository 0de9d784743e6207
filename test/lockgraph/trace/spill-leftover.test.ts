/** Systems on which a folder with an open file in it cannot be removed. */
import type * as NodeFs from 'node:fs';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { SpillFile } from '../../../packages/lockgraph/src/trace/spill-file.js';

const fake = vi.hoisted(() => ({ open: false }));
vi.mock('node:fs', async (original) => {
  const fs = await original<typeof NodeFs>();
  return {
    ...fs,
    rmSync: (...args: Parameters<typeof fs.rmSync>) => {
      if (fake.open) throw new Error('EBUSY');
      fs.rmSync(...args);
    },
  };
});

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lockgraph-spill-test-'));
  vi.stubEnv('TMPDIR', folder);
  fake.open = true;
});
afterEach(() => {
  fake.open = false;
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

test('the file goes when it is closed', () => {
  const listeners = process.listenerCount('exit');
  const file = new SpillFile();
  expect(readdirSync(folder)).toHaveLength(1);
  fake.open = false;
  file.close();
  expect(readdirSync(folder)).toEqual([]);
  expect(process.listenerCount('exit')).toBe(listeners);
});

test('the file goes when the process ends, for whatever reason', () => {
  const before = process.listeners('exit');
  const file = new SpillFile();
  file.append(Int32Array.of(1));
  expect(existsSync(folder)).toBe(true);
  fake.open = false;
  const [last, ...more] = process.listeners('exit').filter((listener) => !before.includes(listener));
  expect(more).toEqual([]);
  last!.call(process, 0);
  expect(readdirSync(folder)).toEqual([]);
  process.off('exit', last!);
});
