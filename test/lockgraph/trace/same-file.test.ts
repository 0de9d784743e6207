import { linkSync, mkdtempSync, openSync, closeSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isSameFile } from '../../../packages/lockgraph/src/trace/same-file.js';

let at: string;
beforeEach(() => {
  at = mkdtempSync(join(tmpdir(), 'lockgraph-same-'));
  writeFileSync(join(at, 'a'), '');
  writeFileSync(join(at, 'b'), '');
});
afterEach(() => rmSync(at, { recursive: true }));

describe('isSameFile', () => {
  it('knows a file by any of its names, and by its descriptor', () => {
    symlinkSync(join(at, 'a'), join(at, 'link'));
    linkSync(join(at, 'a'), join(at, 'hard'));
    const descriptor = openSync(join(at, 'a'), 'r');
    expect([join(at, 'a'), join(at, 'link'), join(at, 'hard'), descriptor].map((input) => isSameFile(`${at}/./a`, input))).toEqual([true, true, true, true]);
    closeSync(descriptor);
  });

  it('tells two files apart, and what is no file', () => {
    expect(isSameFile(join(at, 'a'), join(at, 'b'))).toBe(false);
    expect(isSameFile(join(at, 'none'), join(at, 'none'))).toBe(false);
    expect(isSameFile('/dev/null', '/dev/null')).toBe(false);
  });
});
