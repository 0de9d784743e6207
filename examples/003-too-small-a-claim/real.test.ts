/** The same on real allocators: a container in C, whose calls are logged under gdb, and the server's calls as a C program. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type CallLog, captureScript, checkLog, emitC, importGdbLog, replay } from 'alloc-model';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeNative, libjemalloc } from '../../test/alloc-model/native.js';
import { serverCalls } from './server.js';
import { boxAsItIs, boxToFit } from './vec.js';

const folder = mkdtempSync(join(tmpdir(), 'too-small-a-claim-'));
afterAll(() => rmSync(folder, { recursive: true }));

describeNative('container.c on the jemalloc of this machine, under gdb', ['gcc', 'gdb', 'libjemalloc'], () => {
  const program = join(folder, 'container');
  const script = join(folder, 'capture.py');

  beforeAll(() => {
    compile(fileURLToPath(new URL('container.c', import.meta.url)), program, libjemalloc()!);
    writeFileSync(script, captureScript({ prefix: 'auto', locks: false, stall: 10 }));
  }, 60_000);

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

describeNative('the C program of the calls of the server', ['gcc'], () => {
  test('returns from all on the allocator of the C library', () => {
    expect(run(emitted('server', serverCalls(boxAsItIs)))).toMatchObject({ status: 0, stderr: expect.stringContaining('all 3250 calls returned') });
  });
});

describeNative('the C program of the calls of the server, on jemalloc 5.3.0', ['gcc', 'jemalloc-5.3.0'], () => {
  test('gets a block that is in use from the call of which the model says so, and does not come to its end', async () => {
    const calls = serverCalls(boxAsItIs);
    const { result } = await replay(calls, { allocator: 'jemalloc-5.3.0', overlaps: true });
    const { status, stderr } = run(emitted('server', calls), [], { LD_PRELOAD: libjemalloc()! });
    expect(/^overlap: call (\d+)/m.exec(stderr)?.[1]).toBe(String(result.firstOverlap));
    expect(status).not.toBe(0);
  });
});

describeNative('the C program of the calls of the repaired server', ['gcc', 'libjemalloc'], () => {
  test('returns from all on the jemalloc of this machine', () => {
    const program = emitted('repaired', serverCalls(boxToFit));
    expect(run(program, [], { LD_PRELOAD: libjemalloc()! })).toMatchObject({ status: 0, stderr: expect.stringContaining('all 4296 calls returned') });
  });
});

/** Writes the program of the calls, and compiles it; its path. */
function emitted(name: string, calls: CallLog): string {
  const program = join(folder, name);
  writeFileSync(`${program}.c`, [...emitC(calls, { sized: true, prefix: 'none' })].join(''));
  compile(`${program}.c`, program);
  return program;
}

function compile(source: string, program: string, ...libraries: readonly string[]): void {
  const { status, stderr } = run('gcc', ['-std=c11', '-g', '-Wall', '-Wextra', '-Werror', '-pthread', source, '-o', program, ...libraries]);
  expect([status, stderr]).toEqual([0, '']);
}

function run(program: string, words: readonly string[] = [], variables: Readonly<Record<string, string>> = {}) {
  return spawnSync(program, words, { encoding: 'utf8', env: { ...process.env, ...variables }, timeout: 60_000 });
}
