import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type CallLog, readCallLogFile, replay, sweep, type SweepSetting } from 'alloc-model';
import { describe, expect, test } from 'vitest';
import { collectedProgram, refilledProgram } from './collector-programs.js';
import { overlapInCaches } from './overlap-in-caches.js';

const fixtures = fileURLToPath(new URL('../../../fixtures/alloc/', import.meta.url));
const fixture = (trace: string): Promise<CallLog> => readCallLogFile(`${fixtures}traces/${trace}.trace`);
const limits = (...values: number[]): SweepSetting[] => values.map((lgTcacheMax) => ({ lgTcacheMax }));

/** What the real jemalloc 4.5.0 did, as `call outcome mutex` by lg_tcache_max. */
function realEnds(trace: string): string[] {
  const rows = readFileSync(`${fixtures}results.tsv`, 'utf8').split('\n').map((line) => line.split('\t'));
  return rows.flatMap(([name, allocator, lg, outcome, call, , mutex]) =>
    name === trace && allocator === 'jemalloc-4.5.0' && lg !== 'default' ? [`${lg}: ${outcome} ${call} ${mutex}`] : [],
  );
}

describe('a sweep', () => {
  test.each(['lg-2001.bad', 'lg-1057.bad', 'tiny-reuse.ok'])('ends where the real allocator does: %s', async (trace) => {
    const { rows } = await sweep(await fixture(trace), limits(11, 12, 13, 14, 15, 16, 17, 18));
    const ends = rows.map(({ result: { options, outcome, call, mutex } }) => `${options.lgTcacheMax}: ${outcome} ${call} ${mutex ?? '-'}`);
    expect(ends).toEqual(realEnds(trace));
  });

  test('gives what replays give, setting by setting', async () => {
    const log = await fixture('over-small.bad');
    const settings: SweepSetting[] = [{}, { lgTcacheMax: 12, narenas: 2 }, { tcache: false }, { allocator: 'system' }, { unsized: true }];
    const { trace, calls, rows } = await sweep(log, settings);
    expect([trace, calls]).toEqual([log.name, log.calls]);
    for (const [i, setting] of settings.entries()) {
      expect(rows[i]!.setting).toBe(setting);
      expect(rows[i]!.result).toEqual((await replay(log, { ...setting, overlaps: true })).result);
    }
    expect(rows[0]!.result.firstOverlap).toBe(260);
  });

  test('says who left the lock locked that a run hangs for', async () => {
    const { rows } = await sweep(await fixture('tiny-48as32.bad'), [{}]);
    expect(rows[0]!.cause).toMatchObject({ lock: 'arena0.bin[3].lock', call: 1001, flush: { by: 'tcache_bin_flush_small(bin 2)', lock: 'arena0.bin[2].lock', trigger: 'full' } });
  });

  test('finds the loss in a thread that ends', async () => {
    const { rows } = await sweep(await fixture('prodcons-exit.bad'), [{}]);
    expect(rows[0]!.cause).toMatchObject({ call: 341, flush: { trigger: 'exit' } });
  });

  test('is plain data', async () => {
    const result = await sweep(await fixture('lg-3107.bad'), limits(14, 15));
    expect(JSON.parse(JSON.stringify(result))).toEqual(result);
  });
});

describe('what an option moved', () => {
  test('is told between neighbours that end differently, and nowhere else', async () => {
    const { moves } = await sweep(await fixture('lg-2001.bad'), limits(12, 13, 14, 15, 16));
    expect(moves.map(({ from, to, option, first }) => [from, to, option, first])).toEqual([[1, 2, 'lgTcacheMax', 'to'], [2, 3, 'lgTcacheMax', 'from']]);
  });

  test('is not told between allocators, nor with sizes and without, nor where two options differ', async () => {
    const log = await fixture('lg-2001.bad');
    expect((await sweep(log, [{ lgTcacheMax: 14 }, { lgTcacheMax: 14, allocator: 'system' }])).moves).toEqual([]);
    expect((await sweep(log, [{ lgTcacheMax: 14, narenas: 1 }, { lgTcacheMax: 15, narenas: 2 }])).moves).toEqual([]);
    expect((await sweep(log, [{ lgTcacheMax: 14 }, { lgTcacheMax: 15, unsized: true }, { lgTcacheMax: 14 }])).moves).toEqual([]);
  });

  test('has the calls whose blocks go past the caches of one run', async () => {
    const { moves } = await sweep(await fixture('lg-3107.bad'), limits(14, 15));
    expect(moves[0]).toMatchObject({
      caches: { from: { classes: 37, largest: 16384, round: 229 * 37 }, to: { classes: 41, largest: 32768, round: 229 * 41 } },
      between: { above: 16384, upTo: 32768, of: 3589, calls: 946, first: { call: 2, operation: 'mallocx', arguments: { size: 20704 } } },
      difference: { call: { call: 4 }, from: { what: 'lock', lock: 'arena0.lock', stack: ['sdallocx', 'arena_dalloc_large'] } },
    });
  });

  test('has where the blocks of the lost lock lie, if the flush is the same and a run becomes empty in one only', async () => {
    const { moves } = await sweep(await fixture('lg-3107.bad'), limits(14, 15));
    expect(moves[0]).toMatchObject({
      first: 'to',
      order: { size: 2560, elsewhere: { call: { call: 130 } }, reordered: { call: 292 } },
      otherAtLoss: { call: { call: 3562 }, flushed: true },
    });
    expect(moves[0]!.otherAtLoss).not.toHaveProperty('lost');
  });

  test('has the flush of the collector that only one run makes', async () => {
    const { rows, moves } = await sweep(collectedProgram(), limits(13, 15));
    expect(rows.map(({ cause }) => [cause!.call, cause!.flush!.trigger])).toEqual([[14656, 'collector'], [15801, 'collector']]);
    expect(moves[0]).toMatchObject({
      between: { calls: 0 },
      difference: { call: { call: 8931 } },
      collected: { in: 'from', call: { call: 14656 }, flush: { by: 'tcache_bin_flush_small(bin 27)' } },
      otherAtLoss: { flushed: false, after: { call: 15801, trigger: 'collector' } },
    });
    expect(moves[0]!.between).not.toHaveProperty('first');
  });

  test('has the other run lose the same lock, and not ask for it', async () => {
    const { rows, moves } = await sweep(refilledProgram(), limits(13, 15));
    expect(rows.map(({ result, cause }) => [result.call, cause!.call])).toEqual([[15270, 15267], [15272, 15267]]);
    expect(moves[0]!.otherAtLoss).toMatchObject({ call: { call: 15267 }, flushed: true, lost: { call: 15267 } });
  });

  test('is not told of calls without sizes', async () => {
    const { rows, moves } = await sweep(await fixture('lg-3107.bad'), [{ lgTcacheMax: 14, unsized: true }, { lgTcacheMax: 15, unsized: true }]);
    expect(rows.map(({ result }) => result.outcome)).toEqual(['ok', 'ok']);
    expect(moves).toEqual([]);
  });

  test('is told where all calls return, and blocks overlap in one run only', async () => {
    const { rows, moves } = await sweep(overlapInCaches(), [{ tcache: true }, { tcache: false }]);
    expect(rows.map(({ result: { outcome, firstOverlap } }) => [outcome, firstOverlap])).toEqual([['ok', 4], ['ok', undefined]]);
    expect(moves).toMatchObject([{ from: 0, to: 1, option: 'tcache', first: 'from', between: { of: 4, calls: 4 }, difference: { call: { call: 1 } } }]);
  });
});
