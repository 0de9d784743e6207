import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BIN_INFO, ncachedMax } from '../../../packages/alloc-model/src/jemalloc/bin-info.js';
import { largeClass, largeRunPages, sa2u } from '../../../packages/alloc-model/src/jemalloc/v4/bin-info.js';
import { CHUNK_SIZE, HUGE_MAXCLASS, HUGE_MININDEX, index2size, NBINS, NSIZES, PAGE, s2u, size2index } from '../../../packages/alloc-model/src/jemalloc/size-classes.js';

const rows = readFileSync(new URL('../../fixtures/alloc/sizeclasses.tsv', import.meta.url), 'utf8')
  .split('\n')
  .filter((line) => line.startsWith('4.5.0\t'))
  .map((line) => line.split('\t'))
  .map(([, index, kind, size, run, nregs, ncached]) => ({
    index: Number(index),
    kind: kind!,
    size: Number(size),
    run: Number(run),
    nregs: Number(nregs),
    ncached: Number(ncached),
  }));

describe('size classes', () => {
  it('are those that the real allocator reports', () => {
    expect(rows).toHaveLength(76);
    for (const row of rows) expect([row.index, index2size(row.index)]).toEqual([row.index, row.size]);
  });

  it('are small, large or huge as there', () => {
    for (const { index, kind } of rows) {
      expect(index < NBINS ? 'small' : index < HUGE_MININDEX ? 'large' : 'huge').toBe(kind);
    }
  });

  it('have runs and caches as there', () => {
    for (const { index, kind, size, run, nregs, ncached } of rows) {
      if (kind === 'small') expect({ run: BIN_INFO[index]!.pages * PAGE, nregs: BIN_INFO[index]!.nregs }).toEqual({ run, nregs });
      else if (kind === 'large') expect([largeRunPages(index) * PAGE, largeClass(run / PAGE)]).toEqual([run, index]);
      else expect(Math.ceil(size / CHUNK_SIZE) * CHUNK_SIZE).toBe(run);
      if (kind !== 'huge') expect(ncachedMax(index)).toBe(ncached);
    }
  });

  it('end at 7 * 2^60 bytes', () => {
    expect(index2size(NSIZES - 1)).toBe(HUGE_MAXCLASS);
    expect(s2u(HUGE_MAXCLASS)).toBe(HUGE_MAXCLASS);
    expect(s2u(2 ** 63)).toBe(0);
  });

  it('are the smallest that hold a size', () => {
    const size = fc.oneof(fc.integer({ min: 1, max: 20_000 }), fc.integer({ min: 1, max: 2 ** 31 }), fc.maxSafeInteger().map((n) => Math.abs(n) + 1));
    fc.assert(
      fc.property(size, (bytes) => {
        const index = size2index(bytes);
        return index2size(index) >= bytes && (index === 0 || index2size(index - 1) < bytes);
      }),
    );
  });

  it('give an aligned request a class whose blocks can be aligned', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 4 * CHUNK_SIZE }), fc.integer({ min: 1, max: 24 }), (size, lg) => {
        const usize = sa2u(size, 2 ** lg);
        if (usize < size || s2u(usize) !== usize) return false;
        return usize > 14336 || usize % 2 ** lg === 0;
      }),
    );
  });

  it('make an aligned large request huge if no chunk has room to align it', () => {
    expect(sa2u(1_835_008, 65_536)).toBe(1_835_008);
    expect(sa2u(1_835_008, 2 ** 20)).toBe(CHUNK_SIZE);
    expect(sa2u(100, 2 ** 63)).toBe(0);
  });
});
