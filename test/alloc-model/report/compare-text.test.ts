import { describe, expect, test } from 'vitest';
import type { ComparedRun, CompareResult } from '../../../packages/alloc-model/src/lab/compare/compare-result.js';
import { compareText } from '../../../packages/alloc-model/src/report/compare-text.js';

const run = (allocator: string, more: Partial<ComparedRun> = {}): ComparedRun =>
  ({ trace: 'x.trace', allocator, options: { lgTcacheMax: null }, outcome: 'ok', call: 3600, calls: 3600, ...more }) as ComparedRun;

const hang = run('jemalloc-4.5.0', { outcome: 'hang', call: 1201, mutex: 'arena0.bin[3].lock' });
const well = run('jemalloc-4.5.0');
const unsized = run('jemalloc-4.5.0', { options: { lgTcacheMax: null, unsized: true } });
const debug = run('jemalloc-4.5.0-debug', {
  outcome: 'abort',
  call: 601,
  message: '<jemalloc>: src/jemalloc.c:2654: Failed assertion: "usize == isalloc(tsd_tsdn(tsd), ptr, config_prof)"',
} as Partial<ComparedRun>);
const overlaps = run('jemalloc-5.3.0', { firstOverlap: 332 });

const claim = (call: number, claimed: number): object => ({ call, operation: 'sdallocx', arguments: { block: 1, claimed } });
const mismatches = {
  count: 600,
  first: {
    call: 601,
    name: 'sdallocx',
    thread: 't0',
    block: { id: 1, asked: 48, usable: 48, born: { call: 1, name: 'mallocx', thread: 't0' } },
    claimed: 30,
    claimedUsable: 32,
  },
  versions: [{ version: '4.5.0', count: 600, firstCall: 601 }, { version: '5.3.0', count: 600, firstCall: 601 }],
  pairs: [{ usable: 48, claimedUsable: 32, count: 600, firstCall: 601, lastCall: 1200 }],
};

const none = { count: 0, versions: [], pairs: [] };

const result = (more: object): CompareResult =>
  ({ trace: 'x.trace', calls: 3600, runs: [hang, unsized], cause: { kind: 'claimed-size' }, mismatches, met: [], damaged: [], flagsDropped: 0, parts: {}, ...more }) as CompareResult;

describe('a comparison as text', () => {
  test('is a table, the cause, and where the runs part', () => {
    const parts = {
      claim: { call: claim(601, 30), thread: 't0', claimed: 30, usable: 48, claimedClass: 2, trueClass: 3, where: "it went to the thread cache's bin 2, its run is bin 3's" },
      lock: {
        call: claim(801, 30),
        from: { what: 'lock', lock: 'arena0.bin[2].lock', stack: ['sdallocx', 'tcache_bin_flush_small(bin 2)'] },
        to: { what: 'lock', lock: 'arena0.bin[3].lock', stack: ['dallocx', 'tcache_bin_flush_small(bin 3)'] },
      },
      address: { call: { call: 801, operation: 'sdallocx', arguments: { block: 1, claimed: 30 } }, sized: 0x1000, unsized: 0x2000 },
    };
    const met = [
      { allocator: 'jemalloc-4.5.0', claim: parts.claim },
      { allocator: 'jemalloc-4.5.0-debug', claim: { ...parts.claim, where: 'an assertion stops the process' } },
      { allocator: 'jemalloc-5.3.0', claim: { ...parts.claim, usable: 4096, where: 'where' } },
    ];
    expect(compareText(result({ runs: [hang, unsized, debug, overlaps, run('system')], met, parts }))).toBe(`x.trace, 3,600 calls

  allocator                 ends    call
  jemalloc-4.5.0            hangs   1201  waits for arena0.bin[3].lock
  jemalloc-4.5.0 --unsized  well    3600
  jemalloc-4.5.0-debug      aborts   601  <jemalloc>: src/jemalloc.c:2654: Failed assertion: "usize
                                          == isalloc(tsd_tsdn(tsd), ptr, config_prof)"
  jemalloc-5.3.0            well    3600  returns a block in use at call 332
  system                    well    3600

The one difference: the claimed size.
600 sdallocx calls claim 32 bytes for blocks of 48 (first: call 601, sdallocx(block 1, claimed 30)).
The same calls through malloc and free end well on the very same jemalloc.

What each did at the first wrong claim that it met
  jemalloc-4.5.0        601  it went to the thread cache's bin 2, its run is bin 3's
  jemalloc-4.5.0-debug  601  an assertion stops the process
  jemalloc-5.3.0        601  the block has 4,096 bytes there: where

Where jemalloc-4.5.0 and jemalloc-4.5.0 --unsized part (left: number of the call)
  601  sdallocx(block 1, claimed 30)
         the block has 48 bytes, 30 were claimed: it went to the thread cache's bin 2, its run is
         bin 3's
         without sizes: freed as what it is, of bin 3
  801  sdallocx(block 1, claimed 30)
         with sizes: returns 0x1000
         without sizes: returns 0x2000
         with sizes: locks arena0.bin[2].lock in tcache_bin_flush_small(bin 2)
         without sizes: locks arena0.bin[3].lock in tcache_bin_flush_small(bin 3)
`);
  });

  test('tells of a run that ends well, and is damaged all the same', () => {
    const damaged = [
      { allocator: 'jemalloc-4.5.0', call: 1001, kind: 'alloc/wrong-bin' },
      { allocator: 'jemalloc-5.3.0', call: 801, kind: 'alloc/wrong-region' },
    ];
    const text = compareText(result({ runs: [hang, unsized, run('jemalloc-5.3.0')], damaged }));
    expect(text).toMatch(/jemalloc-5\.3\.0 +well +3600 {2}but damaged from call 801 on \(alloc\/wrong-region\)/);
    expect(text).not.toContain('wrong-bin');
  });

  test('says that sizes lie in wait, and on what they show', () => {
    const cause = { kind: 'latent', canHarm: true, shownBy: [{ allocator: 'jemalloc-4.5.0-debug', call: 601 }, { allocator: 'jemalloc-5.3.0', call: 332 }] };
    const parts = { claim: { call: claim(601, 30), thread: 't0', claimed: 30, usable: 48, claimedClass: 2, trueClass: 3, where: 'somewhere' } };
    expect(compareText(result({ runs: [well, unsized], cause, parts }))).toContain(`
Wrong sizes, and jemalloc-4.5.0 does not show it.
600 sdallocx calls claim 32 bytes for blocks of 48 (first: call 601, sdallocx(block 1, claimed 30)).
At these settings nothing stops it; it may go wrong at others (alloc-model sweep tries them). It
shows on jemalloc-4.5.0-debug (call 601), jemalloc-5.3.0 (call 332).
`);
    const harmless = compareText(result({ runs: [well, unsized], cause: { kind: 'latent', canHarm: false, shownBy: [] }, parts }));
    expect(harmless).toContain('It never minds such claims. No other allocator here shows it.\n');
  });

  test('says for which jemalloc sizes are wrong, where they differ', () => {
    const first = { ...mismatches.first, onlyFor: '5.3.0' };
    const other = { ...mismatches, first, versions: [{ version: '5.3.0', count: 600, firstCall: 601 }] };
    const cause = { kind: 'latent', canHarm: false, shownBy: [] };
    expect(compareText(result({ runs: [well, unsized], mismatches: other, cause }))).toContain(`
600 sdallocx calls claim 32 bytes for blocks of 48, for jemalloc 5.3.0 (first: call 601,
sdallocx(block 1, claimed 30)). For jemalloc 4.5.0 they are right.`);
  });

  test('says what a block has as a run met it, where the log alone leaves it open', () => {
    const parts = { claim: { call: claim(601, 30), thread: 't0', claimed: 30, usable: 112, claimedClass: 2, trueClass: 7, where: 'somewhere' } };
    expect(compareText(result({ parts }))).toContain('600 sdallocx calls claim 32 bytes for blocks of 112 (first');
    expect(compareText(result({ parts, mismatches: none }))).toContain('\nCall 601, sdallocx(block 1, claimed 30), claims 32 bytes, but the block has 112: a');
  });

  test('says that it is not the sizes', () => {
    const both = result({ runs: [hang, { ...hang, options: unsized.options }], cause: { kind: 'not-the-sizes' } });
    expect(compareText(both)).toContain(`
It is not the sizes.
The same calls through malloc and free do not end well either: jemalloc-4.5.0 --unsized hangs at
call 1201. All the same, 600 claims are of another class than the block.
`);
    const right = compareText(result({ cause: { kind: 'not-the-sizes' }, mismatches: none }));
    expect(right).toContain("It is not the sizes.\nEvery claim is of its block's size class.\n");
  });

  test('says that all is well, with the settings it was tried with', () => {
    const options = { lgTcacheMax: 12, narenas: 2, tcache: false };
    expect(compareText(result({ runs: [{ ...well, options }, unsized], cause: { kind: 'none' }, mismatches: none }))).toBe(`x.trace, 3,600 calls, lg_tcache_max 12, narenas 2, tcache false

  allocator                 ends  call
  jemalloc-4.5.0            well  3600
  jemalloc-4.5.0 --unsized  well  3600

All end well, and no claim is of another size class than its block.

jemalloc-4.5.0 and jemalloc-4.5.0 --unsized return the same addresses, and take the same locks but
for the look-up of a huge block's size.
`);
  });

  test('says that an allocator could not make the calls, and why', () => {
    const refused = { ...run('system'), outcome: 'refused', call: 7, reason: 'there is no memory' };
    const text = compareText(result({ runs: [well, unsized, refused], cause: { kind: 'none' } }));
    expect(text).toContain('  system                    not replayed     7  there is no memory\n');
    expect(text).toContain('\nAll that could be replayed end well');
  });

  test('shortens what an allocator has to say at length', () => {
    const text = compareText(result({ runs: [hang, unsized, { ...debug, message: 'word '.repeat(100).trim() }] }));
    expect(text.match(/word/g)).toHaveLength(32);
    expect(text).toContain('word …\n');
  });

  test('says nothing of what became of blocks where no run met a wrong claim', () => {
    expect(compareText(result({}))).not.toContain('What each did');
  });

  test('names the claim that only another allocator takes for wrong', () => {
    const met = [{ allocator: 'jemalloc-5.3.0', claim: { call: claim(7, 30), usable: 48, where: '' } }];
    expect(compareText(result({ cause: { kind: 'not-the-sizes' }, mismatches: none, met }))).toContain(
      'All the same, jemalloc-5.3.0 takes a claim for wrong: call 7, sdallocx(block 1, claimed 30).',
    );
  });

  test('tells of many pairs of classes by the first claim', () => {
    const pairs = [...mismatches.pairs, { usable: 64, claimedUsable: 32, count: 1, firstCall: 700, lastCall: 700 }];
    expect(compareText(result({ mismatches: { ...mismatches, count: 601, pairs } }))).toContain(`
601 sdallocx calls claim another size class than their block's, in 2 pairs of classes. The first is
call 601, sdallocx(block 1, claimed 30): 32 bytes for a block of 48. The same`);
  });

  test('says that the run without sizes has fewer flags, too', () => {
    expect(compareText(result({ flagsDropped: 2 }))).toContain('The same calls without sizes, but with all flags, end well');
    expect(compareText(result({ flagsDropped: 2 }))).toContain('\n2 calls have flags that name caches or arenas; malloc and free have none');
  });

  test('shows names from outside without effect on a terminal', () => {
    const hostile = '\u001b[2J\n';
    const runs = [{ ...hang, mutex: hostile }, { ...debug, message: hostile }, { ...well, outcome: 'undefined', reason: hostile }];
    const lock = { call: claim(1, 2), from: { what: 'wait', lock: hostile, stack: [hostile] } };
    const text = compareText(result({ trace: hostile, runs, parts: { lock } }));
    expect(text).not.toContain('\u001b');
    expect(text.match(/\\u001b\[2J\\u000a/g)).toHaveLength(6);
  });
});
