import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BIN_INFO } from '../../../../packages/alloc-model/src/jemalloc/bin-info.js';
import { ArenaChunk, compareRuns } from '../../../../packages/alloc-model/src/jemalloc/v4/page-map.js';
import type { Run } from '../../../../packages/alloc-model/src/jemalloc/v4/page-map.js';
import { extentQuantizeCeil, extentQuantizeFloor, RUN_BUCKET, RUN_SEARCH_BUCKET } from '../../../../packages/alloc-model/src/jemalloc/v4/quantize.js';
import { RunHeap } from '../../../../packages/alloc-model/src/jemalloc/v4/run-heap.js';

const CHUNK = 2 * 1024 * 1024;

describe('a small run', () => {
  it('hands out the lowest free region, and counts', () => {
    const steps = fc.array(fc.nat(999), { maxLength: 300 });
    fc.assert(
      fc.property(fc.nat(35), steps, (binind, choices) => {
        const { nregs, regSize } = BIN_INFO[binind]!;
        const run = new ArenaChunk(10 * CHUNK, 0, 0).runAt(13);
        run.reset(binind);
        const free = new Set(Array.from({ length: nregs }, (_, region) => region));
        const used: number[] = [];
        for (const choice of choices) {
          if (used.length > 0 && (choice % 3 === 0 || free.size === 0)) {
            const [address] = used.splice(choice % used.length, 1);
            if (!run.give(address!) || run.give(address!)) return false;
            free.add((address! - run.address) / regSize);
          } else {
            const lowest = Math.min(...free);
            if (run.take() !== run.address + lowest * regSize) return false;
            free.delete(lowest);
            used.push(run.address + lowest * regSize);
          }
          if (run.nfree !== free.size) return false;
        }
        return true;
      }),
    );
  });
});

describe('a heap of runs', () => {
  it('has the oldest, lowest run first', () => {
    const chunks = [new ArenaChunk(9 * CHUNK, 0, 1), new ArenaChunk(4 * CHUNK, 0, 2), new ArenaChunk(5 * CHUNK, 0, 0)];
    const runs = chunks.flatMap((chunk) => Array.from({ length: 20 }, (_, i) => chunk.runAt(13 + i)));
    fc.assert(
      fc.property(fc.array(fc.nat(runs.length - 1)), (steps) => {
        const heap = new RunHeap();
        for (const run of runs) run.heapIndex = -1;
        const model: Run[] = [];
        for (const step of steps) {
          const run = runs[step]!;
          const at = model.indexOf(run);
          if (at < 0) {
            heap.insert(run);
            model.push(run);
          } else {
            heap.remove(run);
            model.splice(at, 1);
          }
          model.sort(compareRuns);
          if (heap.first !== model[0] || heap.size !== model.length) return false;
        }
        return model.every((run) => heap.removeFirst() === run) && heap.removeFirst() === undefined;
      }),
    );
  });

  it('refuses a run that is not in it', () => {
    expect(() => new RunHeap().remove(new ArenaChunk(CHUNK, 0, 0).runAt(13))).toThrow('is not in the heap');
  });
});

describe('the buckets of free runs', () => {
  const classes = [1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 14, 16, 20, 24, 28, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384, 448, 512];
  /** The largest large run that fits into a free run, by definition. */
  const floor = (pages: number): number => (pages === 1 ? 1 : Math.max(...classes.filter((size) => size + 1 <= pages)) + 1);

  it('hold runs by the largest large run that they have room for', () => {
    for (let pages = 1; pages <= 499; pages++) {
      expect(RUN_BUCKET[pages]).toBe(classes.findIndex((size) => size >= floor(pages)));
    }
  });

  it('are searched from the first in which every run is large enough', () => {
    for (let pages = 1; pages <= 499; pages++) {
      const wanted = floor(pages) === pages ? pages : classes.find((size) => size + 1 > pages)! + 1;
      const bucket = classes.findIndex((size) => size >= wanted);
      expect(RUN_SEARCH_BUCKET[pages]).toBe(bucket < 0 ? classes.length : bucket);
    }
  });
});

describe('the classes of extents', () => {
  it('are rounded down for what lies in a bucket, and up for what is searched', () => {
    expect([extentQuantizeFloor(9 * CHUNK), extentQuantizeCeil(9 * CHUNK)]).toEqual([8 * CHUNK, 10 * CHUNK]);
    expect([extentQuantizeFloor(8 * CHUNK), extentQuantizeCeil(8 * CHUNK)]).toEqual([8 * CHUNK, 8 * CHUNK]);
  });
});
