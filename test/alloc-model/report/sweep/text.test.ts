import { type CallLog, readCallLogFile, type Sweep, sweep, type SweepSetting } from 'alloc-model';
import { describe, expect, test } from 'vitest';
import { sweepText } from '../../../../packages/alloc-model/src/report/sweep/text.js';
import { collectedProgram, refilledProgram } from '../../lab/sweep/collector-programs.js';
import { overlapInCaches } from '../../lab/sweep/overlap-in-caches.js';

const limits = (...values: number[]): SweepSetting[] => values.map((lgTcacheMax) => ({ lgTcacheMax }));

async function fixture(trace: string): Promise<CallLog> {
  return { ...(await readCallLogFile(`test/fixtures/alloc/traces/${trace}.trace`)), name: trace };
}

async function textOf(log: CallLog, settings: readonly SweepSetting[]): Promise<string> {
  return sweepText([await sweep(log, settings)]);
}

/** Lines of the list, each with what it was wrapped to. */
function sentences(text: string): string[] {
  return text.split(/^ {2}- /m).slice(1).map((part) => part.split(/\n\n/)[0]!.replaceAll(/\s*\n\s+/g, ' ').trim());
}

describe('the text of a sweep', () => {
  test('is a table, and what the option changed in the run that moved the hang', async () => {
    expect(await textOf(await fixture('lg-3107.bad'), limits(13, 14, 15))).toBe(
      `lg-3107.bad on jemalloc-4.5.0: 9,304 calls

lg_tcache_max  outcome  call  returned                        waits for            locked for good
           13  hang     3856    41.4 %  ████████············  arena0.bin[25].lock  call 3741: tcache_bin_flush_small(bin 24), the cache is full
           14  hang     3856    41.4 %  ████████············  arena0.bin[25].lock  call 3847: tcache_bin_flush_small(bin 24), the cache is full
           15  hang     3590    38.5 %  ███████·············  arena0.bin[25].lock  call 3562: tcache_bin_flush_small(bin 24), the cache is full

What lg_tcache_max changed from 14 (hang in call 3856) to 15 (hang in call 3590)
  - Thread caches hold 37 size classes at 14, up to 16,384 bytes, and 41 size classes at 15, up to
    32,768 bytes; their collector looks at a class again after 8,473 of their calls, and after
    9,389.
  - Of the 3,589 calls that return at both, 946 are for blocks of 16,385 to 32,768 bytes, which go
    past the caches at 14 only; the first is call 2, mallocx(size 20704).
  - The first lock or unlock that differs is that of call 4, sdallocx(block 2, claimed 20704): at 14
    it locks arena0.lock (sdallocx › arena_dalloc_large), at 15 nothing more.
  - Blocks of 2,560 bytes lie elsewhere from call 130, mallocx(size 2560) on: 0x7ffff7840000 at 14,
    0x7ffff7842000 at 15. From call 292, mallocx(size 2560) on, their order in memory differs too,
    so that other blocks are neighbours.
  - At 15, call 3562, sdallocx(block 986, claimed 2048) locks arena0.bin[25].lock for good: sdallocx
    › tcache_dalloc_small › tcache_bin_flush_small(bin 24) › arena_dalloc_bin_run(bin 25) (the cache
    is full).
  - At 14, call 3562 makes the same flush, and leaves arena0.bin[25].lock free.
`,
    );
  });

  test('says which values of the option come to the same', async () => {
    const text = await textOf(await fixture('tiny-reuse.ok'), limits(11, 12, 13, 14, 21, 22));
    expect(text.split('\n').slice(-4)).toEqual(['', 'Thread caches hold the same at 11 to 13.', 'Thread caches hold the same at 21 and 22.', '']);
  });

  test('says which flush of the collector decided, and when the other run makes it', async () => {
    expect(sentences(await textOf(collectedProgram(), limits(13, 15))).slice(3)).toEqual([
      'In call 14656, mallocx(size 24), the collector makes tcache_bin_flush_small(bin 27) at 13, and not at 15.',
      'At 13, call 14656, mallocx(size 24) locks arena0.bin[28].lock for good: mallocx › tcache_event_hard(bin 27) › tcache_bin_flush_small(bin 27) › arena_dalloc_bin_run(bin 28) (the collector).',
      'At 15, call 14656 does not make tcache_bin_flush_small(bin 27): none is before it, the next is in call 15801 (the collector).',
    ]);
  });

  test('says where both lose the lock, and one asks for it later', async () => {
    expect(sentences(await textOf(refilledProgram(), limits(13, 15))).at(-1)).toBe('At 15, call 15267 does the same, and call 15270 does not ask for the lock.');
  });

  test('says whose blocks overlap, where all calls return', async () => {
    const text = await textOf(overlapInCaches(), [{ tcache: true }, { tcache: false }]);
    expect(text).toContain('\nWhat tcache changed from tcache on (ok, first overlap in call 4) to tcache off (ok, no overlap)\n');
    expect(sentences(text)[1]).toMatch(/^Of the 4 calls that return at both, 4 are for blocks of 1 to 32,768 bytes,/);
  });

  test.each([
    ['does not ask for the lock', undefined],
    ['gets the lock, which is free again by then', 'got'],
    ['waits for the lock, too', 'waits'],
  ] as const)('says that the other run loses the lock, too, and %s', async (told, asked) => {
    const result = await sweep(refilledProgram(), limits(13, 15));
    const [move] = result.moves;
    const { asked: _, ...otherAtLoss } = move!.otherAtLoss!;
    const text = sweepText([{ ...result, moves: [{ ...move!, otherAtLoss: { ...otherAtLoss, ...(asked === undefined ? {} : { asked }) } }] }]);
    expect(sentences(text).at(-1)).toBe(`At 15, call 15267 does the same, and call 15270 ${told}.`);
  });

  test('says that no thread has a cache', async () => {
    const text = await textOf(collectedProgram(), [{ tcache: true }, { tcache: false }]);
    expect(text).toContain('\nWhat tcache changed from tcache on (hang in call 15888) to tcache off (ok)\n');
    expect(sentences(text).slice(0, 2)).toEqual([
      'Thread caches hold 41 size classes at tcache on, up to 32,768 bytes, and nothing at tcache off.',
      'Of the 15,887 calls that return at both, 15,887 are for blocks of 1 to 32,768 bytes, which go past the caches at tcache off only; the first is call 1, mallocx(size 4096).',
    ]);
  });

  test('says it where the other run loses another lock', async () => {
    const text = await textOf(await fixture('prodcons-exit.bad'), [{ narenas: 1 }, { narenas: 2 }, {}]);
    expect(text).toContain('What narenas changed from 1 (hang in call 341) to 2 (hang in call 341)\n');
    expect(text).toMatch(/^default {2}hang/m);
    expect(sentences(text)).toContain('At 2, call 341 locks arena1.bin[20].lock for good instead.');
  });

  test('names the other options of neighbours where several are swept', async () => {
    const settings = [1, 2].flatMap((narenas) => limits(14, 15).map((limit) => ({ narenas, ...limit })));
    const heads = (await textOf(await fixture('lg-2001.bad'), settings)).split('\n').filter((line) => line.startsWith('What'));
    expect(heads).toEqual([1, 2].map((narenas) => `What lg_tcache_max changed from 14 (hang in call 5533) to 15 (ok), with narenas ${narenas}`));
  });

  test('has a column for what overlaps, and says once what allocators said', async () => {
    expect(await textOf(await fixture('over-small.bad'), [{}, { allocator: 'system' }])).toMatch(/first overlap\njemalloc-4\.5\.0 .* 260\nsystem .*·*\n$/);
    const text = await textOf(await fixture('lg-2001.bad'), [{ allocator: 'jemalloc-4.5.0-debug' }, { allocator: 'jemalloc-4.5.0-debug', lgTcacheMax: 11 }]);
    expect(text).toContain('lg-2001.bad on jemalloc-4.5.0-debug: ');
    expect(text.match(/^At .*/gm)).toEqual(['At default and 11: <jemalloc>: src/jemalloc.c:2654: Failed assertion: "usize ==']);
  });

  test('is the table alone where nothing moves, and says that sizes were not told', async () => {
    const text = await textOf(await fixture('tiny-48as32.bad'), limits(11, 12).map((limit) => ({ ...limit, unsized: true })));
    expect(text.split('\n').slice(4)).toEqual(['           12  ok       3600   100.0 %  ████████████████████', '', 'Thread caches hold the same at 11 and 12.', '']);
    expect(text).toContain('tiny-48as32.bad on jemalloc-4.5.0, without sizes: 3,600 calls\n');
  });

  test('never says 100 % where a call did not return', async () => {
    const hung: Sweep = {
      trace: 'x',
      calls: 100_000,
      rows: [{ setting: {}, result: { trace: 'x', allocator: 'jemalloc-4.5.0', options: { lgTcacheMax: null }, outcome: 'hang', call: 100_000, calls: 100_000, mutex: 'm' } }],
      moves: [],
    };
    expect(sweepText([hung])).toContain('  99.9 %  ███████████████████·  m');
  });

  test('escapes names', () => {
    expect(sweepText([{ trace: '\u001b[2Jx', calls: 1, rows: [], moves: [] }])).toContain('\\u001b[2Jx');
  });
});
