import { describe, expect, test } from 'vitest';
import { allocatorNames } from '../../../../packages/alloc-model/src/lab/replay/allocators.js';
import { compare } from '../../../../packages/alloc-model/src/lab/compare/compare.js';
import type { CompareResult } from '../../../../packages/alloc-model/src/lab/compare/compare-result.js';
import { replay } from '../../../../packages/alloc-model/src/lab/replay/replay.js';
import { readCallLog, readCallLogFile } from '../../../../packages/alloc-model/src/trace/read.js';

const fixture = async (trace: string): Promise<CompareResult> => compare(await readCallLogFile(`test/fixtures/alloc/traces/${trace}.trace`));

async function* bytesOf(text: string): AsyncIterable<Uint8Array> {
  yield new TextEncoder().encode(text);
}

const comparisonOf = async (...lines: string[]): Promise<CompareResult> => compare(await readCallLog(bytesOf(lines.join('\n')), 'x'));

describe('a comparison', () => {
  test('has a run on each allocator, and one without sizes, each as a replay has it', async () => {
    const log = await readCallLogFile('test/fixtures/alloc/traces/tiny-xthread.bad.trace');
    const settings = { lgTcacheMax: 13, narenas: 2 };
    const { runs } = await compare(log, settings);
    const [first, ...others] = allocatorNames;
    expect(runs.map(({ allocator }) => allocator)).toEqual([first, first, ...others]);
    expect(runs[1]).toEqual((await replay(log, { ...settings, unsized: true })).result);
    for (const run of runs.toSpliced(1, 1)) expect(run).toEqual((await replay(log, { ...settings, allocator: run.allocator, overlaps: true })).result);
  });

  test('of a log that hangs says that the sizes are the one difference', async () => {
    const { runs, cause, mismatches } = await fixture('tiny-48as32.bad');
    expect(runs.slice(0, 3)).toMatchObject([{ outcome: 'hang', call: 1201 }, { outcome: 'ok', options: { unsized: true } }, { outcome: 'abort', call: 601 }]);
    expect(cause).toEqual({ kind: 'claimed-size' });
    expect(mismatches).toMatchObject({ count: 600, first: { call: 601 } });
  });

  test('says what the claims did first to each allocator, though its run ends well', async () => {
    const { runs, damaged } = await fixture('tiny-48as32.bad');
    expect(runs.find(({ allocator }) => allocator === 'jemalloc-5.3.0')).toMatchObject({ outcome: 'ok' });
    expect(damaged).toEqual([
      { allocator: 'jemalloc-4.5.0', call: 1001, kind: 'alloc/wrong-bin' },
      { allocator: 'jemalloc-5.3.0', call: 801, kind: 'alloc/wrong-region' },
    ]);
  });

  test('says where the runs part: the first wrong claim, other address, and other lock', async () => {
    const { parts } = await fixture('tiny-reuse.bad');
    expect(parts.claim).toMatchObject({
      call: { call: 151, operation: 'sdallocx', arguments: { block: 1, claimed: 896 } },
      thread: 't0',
      usable: 1024,
      claimedClass: 19,
      trueClass: 20,
      where: "it went to the thread cache's bin 19, its run is bin 20's",
    });
    expect(parts.lock).toMatchObject({ call: { call: 171 }, to: { what: 'lock', lock: 'arena0.bin[20].lock' } });
    expect(parts.lock).not.toHaveProperty('from');
    expect(parts.address?.call).toEqual({ call: 301, operation: 'mallocx', arguments: { size: 896 } });
    expect(parts.address!.sized).not.toBe(parts.address!.unsized);
  });

  test('of a correct log finds no cause and no parting, huge blocks or not', async () => {
    for (const trace of ['tiny-reuse.ok', 'huge.ok']) {
      const { cause, parts, mismatches } = await fixture(trace);
      expect([cause, parts, mismatches.count]).toEqual([{ kind: 'none' }, {}, 0]);
    }
  });

  test('of wrong sizes that only lie in wait names who shows them', async () => {
    const { cause } = await fixture('huge.bad');
    expect(cause).toMatchObject({ kind: 'latent', canHarm: false });
    expect(cause.kind === 'latent' && cause.shownBy).toContainEqual({ allocator: 'jemalloc-4.5.0-debug', call: 137 });
  });

  test('takes a block that is given out twice for a wrong end', async () => {
    const { runs, cause } = await fixture('over-small.bad');
    expect(runs[0]).toMatchObject({ outcome: 'ok', firstOverlap: 260 });
    expect(cause).toEqual({ kind: 'claimed-size' });
  });

  test('sees the claim that only a run can see: a block of the class of its size alone, where rallocx left it', async () => {
    const { cause, mismatches, parts } = await comparisonOf('mallocx 1 100 0', 'rallocx 1 2 100 6', 'sdallocx 2 100 6');
    expect(mismatches.count).toBe(0);
    expect(cause).toMatchObject({ kind: 'latent', canHarm: true });
    expect(parts.claim).toMatchObject({ call: { call: 3 }, claimed: 100, usable: 112 });
  });

  test('sees that such a claim can harm, though another one that was met before cannot', async () => {
    const { cause } = await comparisonOf('mallocx 3 2097152 0', 'sdallocx 3 48 0', 'mallocx 1 100 0', 'rallocx 1 2 100 6', 'sdallocx 2 100 6');
    expect(cause).toMatchObject({ kind: 'latent', canHarm: true });
  });

  test('knows claims that are wrong for 5.3.0 only', async () => {
    const { cause, met } = await comparisonOf('mallocx 1 100 12', 'sdallocx 1 16384 0');
    expect(cause).toEqual({ kind: 'latent', canHarm: false, shownBy: [{ allocator: 'jemalloc-5.3.0-debug', call: 2 }] });
    expect(met).toMatchObject([
      { allocator: 'jemalloc-5.3.0', claim: { call: { call: 2 }, usable: 4096, trueClass: 28, claimedClass: 36 } },
      { allocator: 'jemalloc-5.3.0-debug', claim: { call: { call: 2 }, usable: 4096 } },
    ]);
  });

  test('knows the call of rallocx that gets its block at another address', async () => {
    const lines = ['mallocx 1 48 0', 'mallocx 2 16 0', 'sdallocx 1 32 0', 'rallocx 2 3 40 0'];
    const { parts } = await comparisonOf(...lines);
    expect(parts.address?.call).toEqual({ call: 4, operation: 'rallocx', arguments: { block: 2, size: 40 } });
  });

  test('knows no other address where one of the runs did not get to the call', async () => {
    const log = await readCallLogFile('test/fixtures/alloc/traces/tiny-48as32.bad.trace');
    const { runs, parts } = await compare(log);
    expect(runs[0]).toMatchObject({ outcome: 'hang', call: 1201 });
    expect(parts.address).toBeUndefined();
  });

  test('of a log with flags that malloc has not tries the same flags without sizes, too', async () => {
    const log = await readCallLogFile('test/fixtures/alloc/traces/tiny-48as32.bad.trace');
    const flags = log.flags.with(1, 256);
    expect(await compare({ ...log, flags })).toMatchObject({ flagsDropped: 1, cause: { kind: 'claimed-size' } });
  });

  test('counts the calls whose flags the run without sizes does not have', async () => {
    expect(await comparisonOf('mallocx 1 8 256', 'mallocx 2 8 6', 'sdallocx 1 8 256')).toMatchObject({ flagsDropped: 2 });
  });

  test('goes on where another allocator has no memory for a call', async () => {
    const { runs, cause } = await comparisonOf('mallocx 1 8 0', 'mallocx 2 8 46', 'sdallocx 2 8 46');
    const reason = 'there is no memory left for 8 bytes: the call would return NULL';
    expect(runs.at(-1)).toEqual({ trace: 'x', allocator: 'system', options: { lgTcacheMax: null }, outcome: 'refused', call: 2, calls: 3, reason });
    expect(cause).toEqual({ kind: 'none' });
  });

  test('is refused where jemalloc 4.5.0 itself has no model of a call', async () => {
    await expect(comparisonOf('mallocx 1 48 0', 'mallocx 2 48 512')).rejects.toThrow(/^x:2: flags 0x200/);
  });
});
