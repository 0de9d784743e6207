import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { checkLog, LogCheck } from '../../../../packages/alloc-model/src/lab/check/check.js';
import type { CheckResult } from '../../../../packages/alloc-model/src/lab/check/check-result.js';
import { readCallLogFile, readCallsFile } from '../../../../packages/alloc-model/src/trace/read.js';

const fixtures = 'test/fixtures/alloc';
const align = (bytes: number): number => Math.log2(bytes);

function check(calls: (log: LogCheck) => void): CheckResult {
  const log = new LogCheck('x');
  calls(log);
  return log.result();
}

/** By log: the call at which the build with assertions stopped, or undefined. */
function stops(): Map<string, number | undefined> {
  const rows = readFileSync(`${fixtures}/results.tsv`, 'utf8').trimEnd().split('\n').map((line) => line.split('\t'));
  return new Map(rows.filter((row) => row[1] === 'jemalloc-4.5.0-debug').map((row) => [row[0]!, row[3] === 'abort' ? Number(row[4]) : undefined]));
}

describe('the first claim of another class is where the real debug build stops', () => {
  test.each([...stops()])('%s: %s', async (trace, call) => {
    const log = new LogCheck(trace);
    await readCallsFile(`${fixtures}/traces/${trace}.trace`, log);
    const { mismatches, doubleFrees, unknownBlocks, reusedIds, zeroSizes } = log.result();
    expect(mismatches.first?.call).toBe(call);
    expect([doubleFrees.count, unknownBlocks.count, reusedIds.count, zeroSizes.count]).toEqual([0, 0, 0, 0]);
  });
});

describe('a claim', () => {
  test('of another class is told with its block, and the call that made the block', () => {
    const { mismatches } = check((log) => {
      log.mallocx(7, 48, 0, 0);
      log.rallocx(7, 8, 100, 0, 1);
      log.sdallocx(8, 48, 0, 2);
    });
    expect(mismatches).toEqual({
      count: 1,
      first: {
        call: 3,
        name: 'sdallocx',
        thread: 't2',
        block: { id: 8, asked: 100, usable: 112, born: { call: 2, name: 'rallocx', thread: 't1' } },
        claimed: 48,
        claimedUsable: 48,
      },
      versions: [{ version: '4.5.0', count: 1, firstCall: 3 }, { version: '5.3.0', count: 1, firstCall: 3 }],
      pairs: [{ usable: 112, claimedUsable: 48, count: 1, firstCall: 3, lastCall: 3 }],
    });
  });

  test('of other bytes in the right class is harmless', () => {
    const { mismatches, harmless } = check((log) => {
      log.mallocx(1, 33, 0, 0);
      log.sdallocx(1, 48, 0, 0);
    });
    expect(mismatches).toEqual({ count: 0, versions: [], pairs: [] });
    expect(harmless).toMatchObject({ count: 1, first: { call: 2, claimed: 48, block: { asked: 33, usable: 48 } } });
  });

  test('is rounded with its own alignment, as the block with its', () => {
    const { mismatches } = check((log) => {
      log.mallocx(1, 100, align(64), 0);
      log.mallocx(2, 100, align(64), 0);
      log.sdallocx(1, 100, align(64), 0);
      log.sdallocx(2, 100, 0, 0);
    });
    expect(mismatches).toMatchObject({ count: 1, first: { call: 4, block: { usable: 128, alignment: 64 }, claimedUsable: 112 } });
  });

  test.each([
    ['a page', 100, 4096, 16384],
    ['a page, of a large block', 17000, 4096, 20480],
    ['a chunk', 100, 2 ** 21, 2 ** 21],
    ['less than the size', 100, 8, 112],
  ])('aligned to %s has the class that jemalloc gives it', (_, size, alignment, usable) => {
    const { mismatches } = check((log) => {
      log.mallocx(1, size, align(alignment), 0);
      log.sdallocx(1, 1, 0, 0);
    });
    expect(mismatches.first!.block.usable).toBe(usable);
  });

  test('is doubtful, if 4.5.0 may have left the block in its place, in the class of its size alone', () => {
    for (const claimed of [[100, 64], [128, 0], [100, 0]] as const) {
      const { mismatches, doubtful, harmless } = check((log) => {
        log.mallocx(1, 100, 0, 0);
        log.rallocx(1, 2, 100, align(64), 0);
        log.sdallocx(2, claimed[0], claimed[1] === 0 ? 0 : align(claimed[1]), 0);
      });
      expect(doubtful).toMatchObject({ count: 1, first: { call: 3, block: { id: 2, usable: 128, usableInPlace: 112 } } });
      // 5.3.0 gives the block the class of its alignment in any place.
      expect(mismatches.versions).toEqual(claimed[1] === 0 && claimed[0] === 100 ? [{ version: '5.3.0', count: 1, firstCall: 3 }] : []);
      expect(harmless.count).toBe(0);
    }
  });

  test('is wrong, if it fits neither of the classes that the block may have', () => {
    const { mismatches, doubtful } = check((log) => {
      log.mallocx(1, 100, 0, 0);
      log.rallocx(1, 2, 100, align(64), 0);
      log.sdallocx(2, 96, 0, 0);
    });
    expect([mismatches.versions.length, mismatches.first?.onlyFor, doubtful.count]).toEqual([2, undefined, 0]);
  });

  test.each([
    ['the block had another small class', 200, 100, 64, 0],
    ['the class is the same with the alignment', 100, 128, 64, 0],
    ['the block was large', 20_000, 100, 4096, 0],
    ['the block was small, and has a large class', 100, 20_000, 2 ** 21, 0],
    ['the block was large, and stays large', 20_000, 30_000, 2 ** 21, 1],
    ['the block was huge, and has a large class', 2 ** 21, 30_000, 2 ** 21, 0],
  ])('after an aligned rallocx: %s', (_, before, after, alignment, doubts) => {
    const { doubtful } = check((log) => {
      log.mallocx(1, before, 0, 0);
      log.rallocx(1, 2, after, align(alignment), 0);
      log.sdallocx(2, after, align(alignment), 0);
    });
    expect(doubtful.count).toBe(doubts);
  });

  test('is doubtful as well after a second rallocx of a block in doubt', () => {
    const { doubtful } = check((log) => {
      log.mallocx(1, 100, 0, 0);
      log.rallocx(1, 2, 100, align(64), 0);
      log.rallocx(2, 3, 104, align(64), 0);
      log.sdallocx(3, 104, align(64), 0);
    });
    expect(doubtful).toMatchObject({ count: 1, first: { call: 4 } });
  });

  test('is judged by the classes of each version', () => {
    const { mismatches } = check((log) => {
      log.mallocx(1, 100, align(4096), 0);
      log.sdallocx(1, 16_384, 0, 0);
      log.mallocx(2, 100, align(4096), 0);
      log.sdallocx(2, 4096, 0, 0);
      log.mallocx(3, 100, align(4096), 0);
      log.sdallocx(3, 100, 0, 0);
    });
    expect(mismatches.first).toMatchObject({ call: 2, onlyFor: '5.3.0', block: { usable: 16_384, usable530: 4096 } });
    expect(mismatches.versions).toEqual([{ version: '4.5.0', count: 2, firstCall: 4 }, { version: '5.3.0', count: 2, firstCall: 2 }]);
    expect(mismatches.pairs).toEqual([
      { usable: 4096, claimedUsable: 16_384, count: 1, firstCall: 2, lastCall: 2, onlyFor: '5.3.0' },
      { usable: 16_384, claimedUsable: 4096, count: 1, firstCall: 4, lastCall: 4, onlyFor: '4.5.0' },
      { usable: 16_384, claimedUsable: 112, count: 1, firstCall: 6, lastCall: 6 },
    ]);
  });

  test('is wrong, if no class is as large', () => {
    const { mismatches } = check((log) => {
      log.mallocx(1, 48, 0, 0);
      log.sdallocx(1, 48, align(2 ** 63), 0);
    });
    expect(mismatches).toMatchObject({ count: 1, first: { call: 2, claimedUsable: 0, claimedAlignment: 2 ** 63 } });
  });

  test('is not judged for a block that is unknown, freed, or of no size', () => {
    const { mismatches, sizedFrees } = check((log) => {
      log.sdallocx(1, 48, 0, 0);
      log.sdallocx(1, 4800, 0, 0);
      log.mallocx(2, 0, 0, 0);
      log.sdallocx(2, 48, 0, 0);
      log.mallocx(3, 8, align(2 ** 63), 0);
      log.sdallocx(3, 48, 0, 0);
    });
    expect([mismatches.count, sizedFrees]).toEqual([0, 4]);
  });
});

describe('totals', () => {
  test('are there for each pair of classes, most calls first', () => {
    const { mismatches } = check((log) => {
      for (const [id, size, claimed] of [[1, 48, 32], [2, 20000, 64], [3, 40, 30], [4, 48, 32]] as const) {
        log.mallocx(id, size, 0, 0);
        log.sdallocx(id, claimed, 0, 0);
      }
    });
    expect(mismatches.pairs).toEqual([
      { usable: 48, claimedUsable: 32, count: 3, firstCall: 2, lastCall: 8 },
      { usable: 20480, claimedUsable: 64, count: 1, firstCall: 4, lastCall: 4 },
    ]);
  });

  test('are there for each class of live blocks, most bytes first', () => {
    const { neverFreed } = check((log) => {
      for (const [id, size] of [[1, 16], [2, 4000], [3, 10], [4, 64]] as const) log.mallocx(id, size, 0, 0);
    });
    expect(neverFreed.classes).toEqual([
      { usable: 4096, count: 1, bytes: 4000 },
      { usable: 64, count: 1, bytes: 64 },
      { usable: 16, count: 2, bytes: 26 },
    ]);
  });

  test('are exact where lists are cut', () => {
    const { unknownBlocks, neverFreed } = check((log) => {
      for (let id = 0; id < 5000; id++) log.dallocx(id, 0, 0);
      for (let id = 5000; id > 0; id--) log.mallocx(id, 16, 0, 3);
    });
    expect(unknownBlocks).toMatchObject({ count: 5000, omitted: 4990, first: { length: 10 } });
    expect(neverFreed).toMatchObject({ count: 5000, bytes: 80000, omitted: 4990, classes: [{ usable: 16, count: 5000, bytes: 80000 }] });
    expect(neverFreed.first.map(({ id }) => id)).toEqual([5000, 4999, 4998, 4997, 4996, 4995, 4994, 4993, 4992, 4991]);
  });
});

describe('calls that do not fit together', () => {
  test('a block is freed twice, and moved after its free', () => {
    const { doubleFrees, neverFreed } = check((log) => {
      log.mallocx(1, 48, 0, 0);
      log.rallocx(1, 2, 64, 0, 0);
      log.dallocx(1, 0, 1);
      log.dallocx(2, 0, 0);
      log.rallocx(2, 3, 64, 0, 0);
    });
    expect(doubleFrees.first).toEqual([
      { call: 3, name: 'dallocx', thread: 't1', id: 1, freed: { call: 2, name: 'rallocx', thread: 't0' } },
      { call: 5, name: 'rallocx', thread: 't0', id: 2, freed: { call: 4, name: 'dallocx', thread: 't0' } },
    ]);
    expect(neverFreed.first.map(({ id }) => id)).toEqual([3]);
  });

  test('an unknown block is freed, and once more', () => {
    const { unknownBlocks, doubleFrees } = check((log) => {
      log.sdallocx(9, 16, 0, 0);
      log.dallocx(9, 0, 0);
    });
    expect(unknownBlocks.first).toEqual([{ call: 1, name: 'sdallocx', thread: 't0', id: 9 }]);
    expect(doubleFrees.first).toMatchObject([{ call: 2, freed: { call: 1 } }]);
  });

  test('an id is given out while it is live', () => {
    const { reusedIds } = check((log) => {
      log.mallocx(1, 16, 0, 0);
      log.mallocx(1, 16, 0, 0);
      log.mallocx(2, 16, 0, 0);
      log.rallocx(2, 1, 16, 0, 0);
      log.rallocx(1, 1, 32, 0, 0);
    });
    expect(reusedIds.first).toMatchObject([{ call: 2, id: 1, born: { call: 1 } }, { call: 4, id: 1, born: { call: 2 } }]);
  });

  test('a size is 0', () => {
    const { zeroSizes } = check((log) => {
      log.mallocx(1, 0, 0, 0);
      log.rallocx(1, 1, 0, 0, 0);
      log.sdallocx(1, 0, 0, 0);
    });
    expect(zeroSizes.first).toMatchObject([{ call: 1, name: 'mallocx' }, { call: 2, name: 'rallocx' }, { call: 3, name: 'sdallocx' }]);
  });
});

test('a log that is read already is judged as its file', async () => {
  const file = `${fixtures}/traces/prodcons-exit.bad.trace`;
  const told = new LogCheck(file);
  await readCallsFile(file, told);
  expect(checkLog(await readCallLogFile(file))).toEqual(told.result());
});
