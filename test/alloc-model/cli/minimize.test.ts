import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, test, vi } from 'vitest';
import { allocModel } from './alloc-model.js';

const traces = 'test/fixtures/alloc/traces';
const folder = mkdtempSync(join(tmpdir(), 'minimize-'));
afterAll(() => rmSync(folder, { recursive: true }));
afterEach(() => vi.restoreAllMocks());

describe('alloc-model minimize', () => {
  test('prints a log, and says on standard error what is left', async () => {
    const { code, stdout, stderr } = await allocModel('minimize', '--allocator', 'jemalloc-4.5.0-debug', `${traces}/tiny-48as32.bad.trace`);
    expect(code).toBe(0);
    expect(stdout).toBe('mallocx 1 48 0\nsdallocx 1 32 0\n');
    expect(stderr.replace(/\d+ replays/, 'N replays')).toBe(
      `Minimized test/fixtures/alloc/traces/tiny-48as32.bad.trace on jemalloc-4.5.0-debug: of 601 calls, 2 are left (0.3 %).
No single call more can be left out: each was tried (N replays in all).
Both abort: <jemalloc>: src/jemalloc.c:2654: Failed assertion: "usize == isalloc(tsd_tsdn(tsd), ptr, config_prof)"
  to blame  blocks of 48 bytes that are freed as blocks of 32
`,
    );
  });

  test('writes a log that hangs in its last call', async () => {
    const output = join(folder, 'short.trace');
    const { code, stdout, stderr } = await allocModel('minimize', '--lg-tcache-max', '15', '-o', output, `${traces}/tiny-14336as8192.bad.trace`);
    expect({ code, stdout }).toEqual({ code: 0, stdout: '' });
    expect(stderr).toContain('of 81 calls, 52 are left');
    const replayed = await allocModel('replay', '--format', 'json', output);
    expect(JSON.parse(replayed.stdout)).toMatchObject({ outcome: 'hang', call: 52, calls: 52, mutex: 'arena0.bin[35].lock' });
  });

  test('gives the facts and the log as JSON', async () => {
    const { stdout } = await allocModel('minimize', '--format', 'json', `${traces}/tiny-20480as4096.bad.trace`);
    const { before, stop, left, minimal, replays, signature, log } = JSON.parse(stdout) as Record<string, unknown>;
    expect({ stop, left, minimal }).toEqual({ stop: 61, left: 42, minimal: true });
    expect(before).toMatchObject({ outcome: 'undefined', call: 61 });
    expect(signature).toMatchObject({ outcome: 'undefined', classes: { usable: 20480, claimedUsable: 4096 } });
    expect(replays).toBeGreaterThan(0);
    expect(String(log).split('\n')).toHaveLength(43);
  });

  test('stops after --max-seconds, with a log that hangs, and says so', async () => {
    let now = 0;
    vi.spyOn(performance, 'now').mockImplementation(() => (now += 100));
    const { code, stdout, stderr } = await allocModel('minimize', '--max-seconds', '2', `${traces}/tiny-14336as8192.bad.trace`);
    expect(code).toBe(0);
    expect(stderr).toMatch(/^The time was up after \d+ replays: more calls could perhaps be left out\.$/m);
    expect(stdout.split('\n').length).toBeGreaterThan(53);
  });

  test('blames no claim that the end does not name', async () => {
    const { stderr } = await allocModel('minimize', '--allocator', 'jemalloc-5.3.0', '--max-seconds', '1', `${traces}/hash-small.bad.trace`);
    expect(stderr).toContain('Both are undefined in the end: the heap of slabs with free regions (arena0.bin[28].lock) is damaged');
    expect(stderr).not.toContain('to blame');
  });

  test.each([
    [['minimize', `${traces}/tiny-48as32.ok.trace`], 'nothing to minimize: all 3600 calls of test/fixtures/alloc/traces/tiny-48as32.ok.trace return on jemalloc-4.5.0; alloc-model check tells what is wrong in the log itself'],
    [['minimize', '--allocator', 'system', `${traces}/tiny-48as32.bad.trace`], 'nothing to minimize: all 3600 calls of test/fixtures/alloc/traces/tiny-48as32.bad.trace return on system; alloc-model check tells what is wrong in the log itself'],
    [['minimize'], 'minimize needs a TRACE; alloc-model minimize --help tells more'],
    [['minimize', 'a', 'b'], 'minimize takes one TRACE, and got 2'],
    [['minimize', '--max-seconds', 'soon', 'a'], '--max-seconds takes an integer from 1 to 86400, and got "soon"'],
  ])('refuses %j in one line', async (words, message) => {
    expect(await allocModel(...words)).toEqual({ code: 2, stdout: '', stderr: `alloc-model: ${message}\n` });
  });

  test('names the line of a bad log, and leaves no file', async () => {
    const bad = join(folder, 'bad.trace');
    writeFileSync(bad, 'mallocx 1 8 0\nsdallocx 2 8 0\n');
    const { code, stderr } = await allocModel('minimize', '-o', join(folder, 'none.trace'), bad);
    expect(code).toBe(2);
    expect(stderr).toBe(`${bad}:2: the block 2 is unknown: no call before this one returned it\n`);
    expect(() => readFileSync(join(folder, 'none.trace'))).toThrow('ENOENT');
  });

  test('explains itself', async () => {
    const { code, stdout } = await allocModel('minimize', '--help');
    expect(code).toBe(0);
    expect(stdout).toContain('Usage: alloc-model minimize [OPTION]… TRACE');
    expect(stdout).toContain('--max-seconds N');
  });
});
