import { allocatorNames, callLogText, checkLog, compare, minimize, replay, sweep } from 'alloc-model';
import { describe, expect, test } from 'vitest';
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
  test('jemalloc 4.5.0 hangs, two thousand calls later', async () => {
    const { result, analysis } = await replay(log);
    expect(result).toMatchObject({ outcome: 'hang', call: 2595, mutex: 'arena0.bin[25].lock' });
    expect(analysis.findings.map(({ kind }) => kind)).toContain('self-deadlock');
  });

  test.each(['jemalloc-4.5.0-debug', 'jemalloc-5.3.0-debug'] as const)('%s stops at the guilty call', async (allocator) => {
    const { result } = await replay(log, { allocator });
    expect(result).toMatchObject({ outcome: 'abort', call: GUILTY });
  });

  test('jemalloc 5.3.0 never hangs, and gives out a block that is in use', async () => {
    const { result, analysis } = await replay(log, { allocator: 'jemalloc-5.3.0', overlaps: true });
    expect(result).toMatchObject({ outcome: 'undefined', firstOverlap: 598 });
    expect(analysis.findings.map(({ kind }) => kind)).toContain('alloc/overlap');
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

test('sweep shows that lg_tcache_max moves the hang, up and down', async () => {
  const { rows, moves } = await sweep(log, [13, 15, 16].map((lgTcacheMax) => ({ lgTcacheMax })));
  expect(rows.map(({ result }) => [result.outcome, result.call])).toEqual([['hang', 1606], ['hang', 2595], ['hang', 2279]]);
  expect(moves.map(({ option }) => option)).toEqual(['lgTcacheMax', 'lgTcacheMax']);
});

test('compare blames the claimed size', async () => {
  const { cause, parts } = await compare(log);
  expect(cause).toEqual({ kind: 'claimed-size' });
  expect(parts.claim).toMatchObject({ call: { call: GUILTY }, claimed: 120, usable: 1280 });
});

describe('the shortest log', () => {
  test('that stops a debug build is the bug itself: a block of a capacity, freed by a length', async () => {
    const { log: shortest } = await minimize(log, { allocator: 'jemalloc-4.5.0-debug' });
    expect([...callLogText(shortest)].join('')).toBe('mallocx 1 1280 0\nsdallocx 1 128 0\n');
  });

  test('that hangs is a small part of the server, waits for the same mutex, and still has a claim that is too small', { timeout: 60_000 }, async () => {
    const { log: shortest, facts } = await minimize(log);
    expect(facts.minimal).toBe(true);
    expect(shortest.calls).toBeLessThan(0.1 * facts.stop);
    expect((await replay(shortest)).result).toMatchObject({ outcome: 'hang', call: shortest.calls, mutex: 'arena0.bin[25].lock' });
    expect(checkLog(shortest).mismatches.first).toMatchObject({ claimedUsable: 1536, block: { usable: 2560 } });
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
