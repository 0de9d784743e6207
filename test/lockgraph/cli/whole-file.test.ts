import { lstatSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { writeWholeFile } from '../../../packages/lockgraph/src/cli/whole-file.js';
import { folder } from './harness.js';

describe('writeWholeFile', () => {
  it('replaces a file, and leaves nothing else behind', () => {
    const at = folder();
    writeFileSync(join(at, 'report.txt'), 'the former report, which was longer');
    writeWholeFile(join(at, 'report.txt'), 'new');
    expect(readFileSync(join(at, 'report.txt'), 'utf8')).toBe('new');
    expect(readdirSync(at)).toEqual(['report.txt']);
  });

  it('replaces the target of a symbolic link, not the link', () => {
    const at = folder();
    writeFileSync(join(at, 'target'), 'old');
    symlinkSync(join(at, 'target'), join(at, 'link'));
    writeWholeFile(join(at, 'link'), 'new');
    expect(readFileSync(join(at, 'target'), 'utf8')).toBe('new');
    expect(lstatSync(join(at, 'link')).isSymbolicLink()).toBe(true);
  });

  it('writes to a device directly', () => {
    expect(() => writeWholeFile('/dev/null', 'gone')).not.toThrow();
  });

  it('says why it cannot write', () => {
    const at = folder();
    mkdirSync(join(at, 'folder'));
    expect(() => writeWholeFile(join(at, 'folder'), 'x')).toThrow(`${join(at, 'folder')}: it is a directory`);
    expect(() => writeWholeFile(join(at, 'none', 'x'), 'x')).toThrow(`${join(at, 'none', 'x')}: there is no such file or folder`);
    expect(readdirSync(at)).toEqual(['folder']);
  });
});
