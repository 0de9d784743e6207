import { describe, expect, test } from 'vitest';
import { type CallLog, CallLogError, callLogText, createAllocator, minimize, type Minimized, type MinimizeOptions, readCallLogFile, replay, type ReplayOptions, selectCalls, type Signature } from 'alloc-model';
import { Monitor } from 'lockgraph';
import { Probe } from '../../../../packages/alloc-model/src/lab/minimize/probe.js';
import { logOf } from './log-of.js';
import { removals } from './removals.js';

const MINUTE = 60_000;
const textOf = (log: CallLog): string => [...callLogText(log)].join('');

function fixture(name: string): Promise<CallLog> {
  return readCallLogFile(`test/fixtures/alloc/traces/${name}.trace`);
}

async function signature(log: CallLog, options: ReplayOptions): Promise<Signature | undefined> {
  const model = createAllocator(options.allocator ?? 'jemalloc-4.5.0', new Monitor(), options);
  return (await new Probe(options, (size, flags) => model.nallocx(size, flags)).look(log)).signature;
}

/** Texts with a call less that show the same. */
async function shorter({ facts, log }: Minimized, options: ReplayOptions): Promise<string[]> {
  const same: string[] = [];
  for (const text of removals(textOf(log))) {
    if (text === '') continue;
    try {
      const shown = await signature(await logOf(text), options);
      if (JSON.stringify(shown) === JSON.stringify(facts.signature)) same.push(text);
    } catch (error) {
      if (!(error instanceof CallLogError)) throw error;
    }
  }
  return same;
}

async function minimized(name: string, options: MinimizeOptions = {}): Promise<Minimized> {
  return minimize(await fixture(name), options);
}

/** Those that more than one test looks at. */
const tiny = minimized('tiny-14336as8192.bad');
const exit = minimized('prodcons-exit.bad');

describe('minimize', () => {
  test('leaves what fills and flushes two bins of the thread cache', async () => {
    const { log, facts } = await tiny;
    const calls = textOf(log).trimEnd().split('\n');
    expect(facts).toMatchObject({ stop: 81, left: 52, minimal: true });
    expect(calls.filter((call) => call.endsWith(' 14336 0') && call.startsWith('mallocx '))).toHaveLength(31);
    expect(calls.filter((call) => call.endsWith(' 8192 0') && call.startsWith('sdallocx '))).toHaveLength(21);
  });

  test('shows what the whole log shows: kind, mutex, functions and classes', async () => {
    const { log, facts } = await tiny;
    const expected: Signature = {
      outcome: 'hang',
      kind: 'self-deadlock',
      mutex: 'arena0.bin[35].lock',
      waitsIn: ['mallocx', 'tcache_alloc_small_hard', 'arena_tcache_fill_small(bin 35)'],
      takenIn: ['sdallocx', 'tcache_dalloc_small', 'tcache_bin_flush_small(bin 32)', 'arena_dalloc_bin_run(bin 35)'],
      classes: { usable: 14336, claimedUsable: 8192 },
    };
    expect(facts.signature).toEqual(expected);
    expect(await signature(await logOf(textOf(log)), {})).toEqual(expected);
    expect((await replay(log)).result).toMatchObject({ outcome: 'hang', call: 52, calls: 52 });
  });

  test('leaves no call that could be left out, in one thread or in two', async () => {
    for (const result of [await tiny, await exit]) {
      expect(result.facts.minimal).toBe(true);
      expect(await shorter(result, {})).toEqual([]);
    }
  }, MINUTE);

  test('leaves of a program’s calls those of one class', async () => {
    const options = { lgTcacheMax: 15 };
    const result = await minimized('lg-3107.bad', options);
    expect(result.facts).toMatchObject({ stop: 3590, minimal: true });
    expect(result.facts.left).toBe(52);
    expect(await shorter(result, options)).toEqual([]);
  }, MINUTE);

  test('needs one call and its block where an assertion stops the process', async () => {
    const { log, facts } = await minimized('tiny-48as32.bad', { allocator: 'jemalloc-4.5.0-debug' });
    expect(textOf(log)).toBe('mallocx 1 48 0\nsdallocx 1 32 0\n');
    expect(facts.signature).toMatchObject({ outcome: 'abort', classes: { usable: 48, claimedUsable: 32 } });
    expect(facts.signature.says).toContain('src/jemalloc.c:2654');
  });

  test('leaves out calls in numbers that can only go together', async () => {
    expect((await minimized('tiny-xthread.bad')).facts.left).toBe(53);
  }, MINUTE);

  test('keeps undefined behaviour of the same kind', async () => {
    const { log, facts } = await minimized('tiny-20480as4096.bad');
    expect(facts).toMatchObject({ signature: { outcome: 'undefined', classes: { usable: 20480, claimedUsable: 4096 } }, minimal: true });
    expect(facts.left).toBeLessThan(facts.stop);
    expect((await replay(log)).result).toMatchObject({ outcome: 'undefined', call: facts.left });
  });

  test('keeps an overlap where all calls return', async () => {
    const options = { allocator: 'jemalloc-5.3.0' } as const;
    const start = selectCalls(await fixture('over-small.bad'), new Uint8Array(1000).fill(1)).log;
    const { log, facts } = await minimize(start, options);
    expect(facts).toMatchObject({ before: { outcome: 'ok', firstOverlap: facts.stop }, signature: { outcome: 'overlap' }, minimal: true });
    expect(facts.left).toBeLessThan(facts.stop);
    expect((await replay(log, { ...options, overlaps: true })).result).toMatchObject({ outcome: 'ok', firstOverlap: facts.left, calls: facts.left });
  });

  test('blames for an overlap the claim that freed the block which is given again, whatever claims come before and after', async () => {
    const text = textOf(await fixture('over-small.bad'));
    const after = `${text}mallocx 900001 448 0\nsdallocx 900001 320 0\n`;
    const before = `mallocx 900001 20480 0\nsdallocx 900001 4096 0\n${text}`;
    for (const each of [text, after, before]) {
      const { log, facts } = await minimize(await logOf(each));
      expect(textOf(log)).toBe('mallocx 1 48 0\nmallocx 2 48 0\nsdallocx 1 64 0\nmallocx 3 64 0\n');
      expect(facts).toMatchObject({ signature: { outcome: 'overlap', classes: { usable: 48, claimedUsable: 64 } }, minimal: true });
    }
  });

  test('takes the same message for the same, whatever address it names', async () => {
    const start = await logOf('mallocx 1 48 0\nmallocx 2 48 0\nsdallocx 2 32 0\n');
    const { log, facts } = await minimize(start, { allocator: 'jemalloc-5.3.0-debug' });
    expect(textOf(log)).toBe('mallocx 1 48 0\nsdallocx 1 32 0\n');
    expect(facts.signature.says).toContain('(true size N vs input size N), likely caused by application sized deallocation bugs (source address: N,');
  });

  test('leaves one thread of two, where one is enough', async () => {
    const { log } = await minimize(await logOf('mallocx 1 48 0 t1\ntexit t1\nsdallocx 1 32 0\n'), { allocator: 'jemalloc-4.5.0-debug' });
    expect(textOf(log)).toBe('mallocx 1 48 0\nsdallocx 1 32 0\n');
  });

  test('keeps the threads that a hang needs', async () => {
    const { log, facts } = await exit;
    expect(facts.signature).toMatchObject({ mutex: 'arena1.bin[20].lock', waitsIn: ['tsd_cleanup', 'tcache_destroy', 'tcache_bin_flush_small(bin 20)'] });
    expect(log.threads).toEqual([0, 1]);
  });

  test('rounds sizes to their classes, and makes claims right that do not matter', async () => {
    const wrong = Array.from({ length: 8 }, (_, i) => `mallocx ${i + 1} 12290 0\nsdallocx ${i + 1} 12000 0\n`).join('');
    const { log } = await minimize(await logOf(`mallocx 99 100 0\nsdallocx 99 50 0\n${wrong}`), { allocator: 'jemalloc-4.5.0-debug' });
    expect(textOf(log)).toBe('mallocx 1 112 0\nsdallocx 1 64 0\n');
  });

  test('leaves out flags, where the size alone gives the same class', async () => {
    const options = { allocator: 'jemalloc-4.5.0-debug' } as const;
    expect(textOf((await minimize(await logOf('mallocx 1 48 64\nsdallocx 1 32 0\n'), options)).log)).toBe('mallocx 1 48 0\nsdallocx 1 32 0\n');
    expect(textOf((await minimize(await logOf('mallocx 1 128 70\nmallocx 2 64 71\nsdallocx 2 64 0\n'), options)).log)).toBe('mallocx 1 128 0\nsdallocx 1 64 0\n');
  });

  test('stops when the time is up, with a log that shows the same', async () => {
    let asked = 0;
    const { facts, log } = await minimized('tiny-48as32.bad', { timeIsUp: () => ++asked > 40 });
    expect(facts.minimal).toBe(false);
    expect((await replay(log)).result).toMatchObject({ outcome: 'hang', mutex: facts.signature.mutex, call: facts.left });
  });

  test('tells how far it is', async () => {
    const told: number[] = [];
    const { facts } = await minimized('tiny-48as32.bad', { allocator: 'jemalloc-4.5.0-debug', onProgress: (left) => told.push(left) });
    expect(told.length).toBeGreaterThan(0);
    expect(told.at(-1)).toBe(facts.left);
  });

  test('refuses a log in which all calls return', async () => {
    await expect(minimized('tiny-48as32.ok')).rejects.toThrow('nothing to minimize: all 3600 calls return');
  });

  test('refuses what the allocator does not model, as a replay does', async () => {
    await expect(minimize(await logOf('mallocx 1 8 512\n'))).rejects.toThrow(CallLogError);
  });
});
