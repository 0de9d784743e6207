/** The same bug in a real program: its calls are logged under gdb, and the log says who claims too little. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type CallLog, captureScript, checkLog, importGdbLog } from 'alloc-model';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeNative, libjemalloc } from '../../test/alloc-model/native.js';

describeNative('container.c on the jemalloc of this machine, under gdb', ['gcc', 'gdb', 'libjemalloc'], () => {
  const folder = mkdtempSync(join(tmpdir(), 'container-'));
  const program = join(folder, 'container');
  const script = join(folder, 'capture.py');
  afterAll(() => rmSync(folder, { recursive: true }));

  beforeAll(() => {
    const source = fileURLToPath(new URL('container.c', import.meta.url));
    run('gcc', ['-std=c11', '-g', '-Wall', '-Wextra', '-Werror', source, '-o', program, libjemalloc()!]);
    writeFileSync(script, captureScript({ prefix: 'auto', locks: false, stall: 10 }));
  });

  async function captured(...words: readonly string[]): Promise<CallLog> {
    const file = join(folder, 'alloc.log');
    run('gdb', ['-nx', '-batch', '-x', script, '--args', program, ...words], { ALLOC_LOG: file });
    return (await importGdbLog(file)).log;
  }

  test('claims the bytes of a length where the block has those of a capacity', async () => {
    const { mismatches } = checkLog(await captured());
    expect(mismatches.count).toBe(7);
    expect(mismatches.first).toMatchObject({ name: 'sdallocx', claimed: 40, block: { asked: 1280, born: { name: 'mallocx' } } });
  });

  test('claims what it has when it is repaired', async () => {
    const { mismatches, sizedFrees } = checkLog(await captured('repaired'));
    expect([sizedFrees, mismatches.count]).toEqual([8, 0]);
  });
});

function run(program: string, words: readonly string[], variables: Readonly<Record<string, string>> = {}): void {
  const { status, stderr } = spawnSync(program, words, { encoding: 'utf8', env: { ...process.env, ...variables }, timeout: 60_000 });
  expect({ program, status, stderr: status === 0 ? '' : stderr }).toEqual({ program, status: 0, stderr: '' });
}
