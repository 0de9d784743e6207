import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { allocatorNames, callLogText, checkLog, compare, emitC, replay } from 'alloc-model';
import { afterAll, describe, expect, test } from 'vitest';
import { describeNative } from '../../test/alloc-model/native.js';
import { RecordingAlloc } from './heap.js';
import { serverCalls } from './server.js';
import { boxAsItIs, boxToFit } from './vec.js';

const log = serverCalls(boxAsItIs);
const repaired = serverCalls(boxToFit);

/** The first call that claims too little. */
const GUILTY = 123;

test('the log that the README looks at is the one that the server makes', async () => {
  await expect([...callLogText(log)].join('')).toMatchFileSnapshot('server.trace');
});

test('the log has the calls that Rust makes: an alignment is told only where the size does not bring it', () => {
  const heap = new RecordingAlloc('layouts');
  const line = heap.alloc({ size: 640, align: 64 });
  heap.dealloc(heap.realloc(line, { size: 640, align: 64 }, 1280), { size: 1280, align: 64 });
  heap.dealloc(heap.alloc({ size: 40, align: 8 }), { size: 40, align: 8 });
  const [text] = callLogText(heap.log());
  expect(text).toBe('mallocx 1 640 6\nrallocx 1 2 1280 6\nsdallocx 2 1280 6\nmallocx 3 40 0\nsdallocx 3 40 0\n');
});

describe('who claims too little', () => {
  test('check names the first call, without any allocator', () => {
    const { mismatches } = checkLog(log);
    expect(mismatches.first).toMatchObject({ call: GUILTY, claimed: 120, claimedUsable: 128, block: { asked: 1280, usable: 1280 } });
  });

  test('stopped before that call, the server shows its stack: the drop of a box', () => {
    let stack = '';
    try {
      serverCalls(boxAsItIs, GUILTY);
    } catch (error) {
      stack = (error as Error).stack!;
    }
    expect(stack).toMatch(/BoxedSlice\.drop .*vec\.ts:\d+/);
  });
});

describe('what the claims lead to', () => {
  test('jemalloc 4.5.0 hangs, thousands of calls later', async () => {
    const { result, analysis } = await replay(log);
    expect(result).toMatchObject({ outcome: 'hang', call: 2595, mutex: 'arena0.bin[25].lock' });
    expect(analysis.findings.map(({ kind }) => kind)).toContain('self-deadlock');
  });

  test('its debug build stops at the guilty call', async () => {
    const { result } = await replay(log, { allocator: 'jemalloc-4.5.0-debug' });
    expect(result).toMatchObject({ outcome: 'abort', call: GUILTY });
  });

  test('through malloc and free, without sizes, it returns from all calls', async () => {
    const { result } = await replay(log, { unsized: true });
    expect(result).toMatchObject({ outcome: 'ok', call: log.calls });
  });

  test("the system's allocator does not mind", async () => {
    const { result } = await replay(log, { allocator: 'system' });
    expect(result).toMatchObject({ outcome: 'ok', call: log.calls });
  });
});

test('compare blames the claimed size', async () => {
  const { cause, parts } = await compare(log);
  expect(cause).toEqual({ kind: 'claimed-size' });
  expect(parts.claim).toMatchObject({ call: { call: GUILTY }, claimed: 120, usable: 1280 });
});

describeNative('the program that emit-c writes', ['gcc'], () => {
  const folder = mkdtempSync(join(tmpdir(), 'too-small-a-claim-'));
  const source = join(folder, 'replay.c');
  const program = join(folder, 'replay');
  afterAll(() => rmSync(folder, { recursive: true }));

  test('makes the calls on the allocator of the C library, and returns from all', () => {
    writeFileSync(source, [...emitC(log, { sized: true, prefix: 'none' })].join(''));
    expect(ran('gcc', '-std=c11', '-O1', '-Wall', '-Wextra', '-Werror', '-pthread', source, '-o', program)).toMatchObject({ status: 0, stderr: '' });
    expect(ran(program)).toMatchObject({ status: 0 });
  });
});

describe('the repaired server', () => {
  test('claims what it has', () => {
    expect(checkLog(repaired).mismatches.count).toBe(0);
  });

  test.each(allocatorNames)('returns from all calls on %s, and nothing is found', async (allocator) => {
    const { result, analysis } = await replay(repaired, { allocator });
    expect(result).toMatchObject({ outcome: 'ok', call: repaired.calls });
    expect(analysis.findings).toEqual([]);
  });
});

function ran(program: string, ...words: readonly string[]): { readonly status: number | null; readonly stderr: string } {
  const { status, stderr } = spawnSync(program, words, { encoding: 'utf8', timeout: 60_000 });
  return { status, stderr };
}
