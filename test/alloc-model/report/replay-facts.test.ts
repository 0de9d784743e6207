import { type AllocatorName, readCallLogFile, replay, type ReplayResult } from 'alloc-model';
import type { Analysis } from 'lockgraph';
import { describe, expect, test } from 'vitest';
import { replayFacts } from '../../../packages/alloc-model/src/report/replay-facts.js';

const HOSTILE = 'a\u001b[2Jb\nc';
const SHOWN = 'a\\u001b[2Jb\\u000ac';
const source = { name: 'x', events: 0, threads: 1, locks: 0, operations: 0, complete: true };
const analysis: Analysis = { source, findings: [], refuted: {}, refutedPatterns: [], search: { maxCycle: 5, truncated: [] } };
const base = { trace: 'x', allocator: 'jemalloc-4.5.0', options: { lgTcacheMax: null }, call: 3, calls: 9 } as const;

test.each<[Partial<ReplayResult> & Pick<ReplayResult, 'outcome'>, string]>([
  [{ outcome: 'hang', mutex: HOSTILE }, `hangs in call 3 of 9, waiting for ${SHOWN}`],
  [{ outcome: 'abort', message: HOSTILE }, `aborts in call 3 of 9: ${SHOWN}`],
  [{ outcome: 'undefined', reason: HOSTILE }, `undefined from call 3 of 9 on: ${SHOWN}`],
  [{ outcome: 'ok', trace: HOSTILE, call: 9 }, 'all 9 calls return'],
])('what an allocator says is escaped (%#)', (end, told) => {
  expect(replayFacts({ result: { ...base, ...end }, analysis })).toBe(`Replay of ${end.trace === undefined ? 'x' : SHOWN} on jemalloc-4.5.0: ${told}.`);
});

describe('what to mend', () => {
  const mended = async (trace: string, allocator: AllocatorName = 'jemalloc-4.5.0', overlaps = false): Promise<string | undefined> => {
    const log = await readCallLogFile(`test/fixtures/alloc/traces/${trace}.trace`);
    return replayFacts(await replay(log, { allocator, overlaps })).split('\n').find((line) => line.startsWith('To mend'));
  };

  test('is the first claim that led to a hang, of so many', async () => {
    expect(await mended('tiny-48as32.bad')).toBe('To mend: call 601 frees a block of 48 bytes as 32, the first of 600 such calls; alloc-model check tells of them all.');
  });

  test('is the claim at which an allocator aborts', async () => {
    expect(await mended('tiny-48as32.bad', 'jemalloc-4.5.0-debug')).toBe('To mend: call 601 frees a block of 48 bytes as 32; alloc-model check tells whether others do so, too.');
  });

  test('is told where blocks overlap, and what comes is undefined', async () => {
    expect(await mended('over-small.bad', 'jemalloc-4.5.0', true)).toMatch(/^To mend: call \d+ frees a block of /);
    expect(await mended('tiny-20480as4096.bad')).toMatch(/^To mend: call \d+ frees a block of 20,480 bytes as \d+/);
  });

  test('is nothing where nothing goes wrong', async () => {
    expect(await mended('tiny-reuse.ok')).toBeUndefined();
    expect(await mended('tiny-48as32.bad', 'system')).toBeUndefined();
  });
});
