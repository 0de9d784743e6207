import { describe as describeFinding } from 'lockgraph';
import { describe, expect, test } from 'vitest';
import { replay, type ReplayOptions, type ReplayResult } from '../../../../packages/alloc-model/src/lab/replay/replay.js';
import type { CallLog } from '../../../../packages/alloc-model/src/trace/call-log.js';
import { readCallLog, readCallLogFile } from '../../../../packages/alloc-model/src/trace/read.js';

const fixture = (trace: string): Promise<CallLog> => readCallLogFile(`test/fixtures/alloc/traces/${trace}.trace`);

async function* bytesOf(text: string): AsyncIterable<Uint8Array> {
  yield new TextEncoder().encode(text);
}

const logOf = (...lines: string[]): Promise<CallLog> => readCallLog(bytesOf(lines.join('\n')), 'x');

async function outcome(log: Promise<CallLog>, options?: ReplayOptions): Promise<ReplayResult> {
  return (await replay(await log, options)).result;
}

describe('a replay', () => {
  test('makes all calls of a correct program', async () => {
    const log = logOf('mallocx 1 48 0', 'rallocx 1 2 100000 0', 'mallocx 3 5000000 0 t1', 'sdallocx 2 100000 0', 'dallocx 3 0 t1', 'texit t1');
    expect(await outcome(log)).toEqual({
      trace: 'x',
      allocator: 'jemalloc-4.5.0',
      options: { lgTcacheMax: null },
      outcome: 'ok',
      call: 6,
      calls: 6,
    });
  });

  test('stops at the call that waits for ever, and says for which mutex', async () => {
    expect(await outcome(fixture('tiny-48as32.bad'))).toMatchObject({ outcome: 'hang', call: 1201, mutex: 'arena0.bin[3].lock' });
  });

  test('numbers operations as calls', async () => {
    const { analysis } = await replay(await fixture('tiny-48as32.bad'));
    const [waiter] = analysis.findings.find(({ kind }) => kind === 'self-deadlock')!.cycle;
    expect(waiter).toMatchObject({
      thread: 't0',
      wants: 'arena0.bin[3].lock',
      requestedAt: { operationNumber: 1201 },
      acquiredAt: { operationNumber: 1001 },
    });
  });

  test('has the same outcome and findings without a recorder', async () => {
    const log = await fixture('tiny-reuse.bad');
    const on = await replay(log);
    const off = await replay(log, { record: false });
    expect(off.result).toEqual(on.result);
    expect(off.analysis.findings.map(({ id }) => id)).toEqual(on.analysis.findings.map(({ id }) => id));
  });

  test('finds two blocks in use that overlap, and says which', async () => {
    // A block of 8192 bytes is claimed as 10240: the cache hands it out as such, and the next one begins inside it.
    const log = logOf('mallocx 1 8192 0', 'mallocx 2 8192 0', 'sdallocx 1 10240 0', 'mallocx 3 10240 0');
    const { result, analysis } = await replay(await log, { overlaps: true });
    expect(result).toMatchObject({ outcome: 'ok', firstOverlap: 4 });
    const overlap = analysis.findings.find(({ kind }) => kind === 'alloc/overlap')!;
    expect(describeFinding(overlap)).toBe('block 3 overlaps block 2, which call 2 returned and nothing has freed: both are in use (in call 4, mallocx(size 10240))');
    expect(overlap.history.map(({ operation }) => operation)).toEqual(['mallocx #2', 'mallocx #4']);
  });

  test('of a lock that an ended thread took with it names that thread', async () => {
    const { analysis, result } = await replay(await fixture('prodcons-exit.bad'));
    expect(result.outcome).toBe('hang');
    const finding = analysis.findings.find(({ cycle }) => cycle.length > 0)!;
    expect(finding.cycle[0]!.wants).toBe(result.mutex);
  });

  test('stops where the real allocator is undefined, with the reason', async () => {
    const result = await outcome(logOf('mallocx 1 20000 0', 'sdallocx 1 32 0', 'texit t0'));
    expect(result).toMatchObject({ outcome: 'undefined', call: 3 });
    expect(result.reason).toBeDefined();
  });

  test('on an allocator that ignores claimed sizes makes all calls', async () => {
    expect(await outcome(fixture('tiny-48as32.bad'), { allocator: 'system' })).toMatchObject({ outcome: 'ok', call: 3600 });
  });

  test('finds the first block that overlaps a live one, if asked', async () => {
    expect(await outcome(fixture('over-small.bad'), { overlaps: true })).toMatchObject({ firstOverlap: 260 });
    expect(await outcome(fixture('over-small.bad'))).not.toHaveProperty('firstOverlap');
  });

  test('refuses a call that the allocator does not model, with its line', async () => {
    await expect(replay(await logOf('mallocx 1 48 0', 'mallocx 2 48 512'))).rejects.toThrow(/^x:2: flags 0x200/);
  });

  test('refuses a call for which there is no memory, with its line', async () => {
    const log = await logOf('mallocx 1 100000000000000 0', 'mallocx 2 100000000000000 0', 'dallocx 2 0');
    await expect(replay(log)).rejects.toThrow('x:2: there is no memory left for 100000000000000 bytes: the call would return NULL');
  });

  test('fails with the error of a sink', async () => {
    const log = await logOf('mallocx 1 48 0');
    const broken = { event: () => { throw new Error('disk full'); }, note: () => undefined, end: () => undefined };
    await expect(replay(log, { sinks: () => [broken] })).rejects.toThrow('disk full');
  });
});
