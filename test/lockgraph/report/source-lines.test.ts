import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { sourceLines } from '../../../packages/lockgraph/src/report/source-lines.js';

describe('sourceLines', () => {
  const root = mkdtempSync(join(tmpdir(), 'lockgraph-source-'));
  const project = join(root, 'project');
  mkdirSync(join(project, 'src'), { recursive: true });
  writeFileSync(join(project, 'src', 'bank.ts'), 'one\ntwo\r\nthree\n');
  writeFileSync(join(root, 'secret'), 'secret\n');
  symlinkSync(join(root, 'secret'), join(project, 'link'));
  afterAll(() => rmSync(root, { recursive: true, force: true }));
  const sourceLine = sourceLines(project);

  it('gives the line at a site, with or without a column', () => {
    expect(sourceLine('src/bank.ts:2:7')).toBe('two');
    expect(sourceLine('src/bank.ts:3')).toBe('three');
    expect(sourceLine(`${join(project, 'src/bank.ts')}:1:1`)).toBe('one');
  });

  it.each(['src/bank.ts:0:1', 'src/bank.ts:99', 'src/none.ts:1', 'src:1', 'src/bank.ts', '', 'a\u0000b:1', '/dev/zero:1'])('has none at %j', (site) => {
    expect(sourceLine(site)).toBeUndefined();
  });

  it.each(['../secret:1', 'link:1', `${join(root, 'secret')}:1`])('does not read outside of the directory: %s', (site) => {
    expect(sourceLine(site)).toBeUndefined();
  });
});
