import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AddressSpace } from '../../../../packages/alloc-model/src/jemalloc/address-space.js';
import { DirtyList } from '../../../../packages/alloc-model/src/jemalloc/v4/dirty-list.js';
import type { DirtyLink } from '../../../../packages/alloc-model/src/jemalloc/v4/dirty-list.js';
import { ExtentNode, ExtentTree, byAddress, bySizeAgeAddress } from '../../../../packages/alloc-model/src/jemalloc/v4/extent.js';
import { alignmentOf, arenaOf, bypassesTcache } from '../../../../packages/alloc-model/src/jemalloc/flags.js';
import { Prng } from '../../../../packages/alloc-model/src/jemalloc/prng.js';
import { Ticker } from '../../../../packages/alloc-model/src/jemalloc/ticker.js';

const CHUNK = 2 * 1024 * 1024;

describe('a ticker', () => {
  it('fires every n + 1 ticks', () => {
    const ticker = new Ticker(3);
    expect(Array.from({ length: 9 }, () => ticker.ticks(1))).toEqual([false, false, false, true, false, false, false, true, false]);
  });

  it('fires when several ticks are more than are left, and forgets the rest', () => {
    const ticker = new Ticker(10);
    expect(ticker.ticks(8)).toBe(false);
    expect(ticker.ticks(3)).toBe(true);
    expect(ticker.ticks(10)).toBe(false);
    expect(ticker.ticks(1)).toBe(true);
  });
});

describe('the generator of offsets', () => {
  it('is the 64-bit one, exactly', () => {
    fc.assert(
      fc.property(fc.maxSafeInteger().map(Math.abs), fc.integer({ min: 1, max: 32 }), (seed, bits) => {
        const prng = new Prng(seed);
        let state = BigInt(seed);
        for (let i = 0; i < 5; i++) {
          state = BigInt.asUintN(64, state * 6364136223846793005n + 1442695040888963407n);
          if (BigInt(prng.next(bits)) !== state >> BigInt(64 - bits)) return false;
        }
        return true;
      }),
    );
  });
});

describe('flags', () => {
  it('name an alignment, an arena, or the way past the cache', () => {
    expect([alignmentOf(0), alignmentOf(12), alignmentOf(0x40)]).toEqual([0, 4096, 0]);
    expect([arenaOf(0), arenaOf(1 << 20), arenaOf(0xfff << 20)]).toEqual([-1, 0, 4094]);
    expect([bypassesTcache(0), bypassesTcache(0x100), bypassesTcache(0x140)]).toEqual([false, true, true]);
  });

  it('may not name an explicit cache', () => {
    expect(() => bypassesTcache(0x500)).toThrow('flags 0x500 name the explicit thread cache 3');
  });
});

describe('the address space', () => {
  it('is used downward, without gaps', () => {
    const space = new AddressSpace();
    const first = space.map(CHUNK, CHUNK);
    expect(space.map(3 * CHUNK, CHUNK)).toBe(first - 3 * CHUNK);
    expect(space.map(CHUNK, CHUNK)).toBe(first - 4 * CHUNK);
  });

  it('has gaps where more than a chunk was to be aligned, and uses them if they have room to spare', () => {
    const space = new AddressSpace();
    const first = space.map(CHUNK, CHUNK);
    const alignment = 8 * CHUNK;
    const aligned = space.map(CHUNK, alignment);
    expect(aligned % alignment).toBe(0);
    const gap = first - (aligned + CHUNK);
    if (gap > CHUNK) expect(space.map(gap - CHUNK, CHUNK)).toBe(first - (gap - CHUNK));
    else expect(space.map(CHUNK, CHUNK)).toBeLessThan(aligned);
  });

  it('gives an address that is wished for only if it is free', () => {
    const space = new AddressSpace();
    const first = space.map(CHUNK, CHUNK);
    expect(space.mapAt(first, CHUNK)).toBe(false);
    expect(space.mapAt(first - 2 * CHUNK, CHUNK)).toBe(true);
    expect(space.mapAt(first - 2 * CHUNK, CHUNK)).toBe(false);
    expect(space.map(2 * CHUNK, CHUNK)).toBe(first - 4 * CHUNK);
  });

  it('ends', () => {
    expect(new AddressSpace().map(2 ** 47, CHUNK)).toBe(0);
  });
});

describe('the dirty list', () => {
  it('keeps the order in which links were added, whatever is taken out', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(20)), (steps) => {
        const list = new DirtyList();
        const model: DirtyLink[] = [];
        const links = Array.from({ length: 21 }, (): DirtyLink => ({ isExtent: false, dirtyPrevious: undefined, dirtyNext: undefined }));
        for (const step of steps) {
          const link = links[step]!;
          const at = model.indexOf(link);
          if (at < 0) {
            list.add(link);
            model.push(link);
          } else {
            list.remove(link);
            model.splice(at, 1);
          }
          const found: DirtyLink[] = [];
          for (let each = list.oldest; each !== undefined; each = each.dirtyNext) found.push(each);
          if (found.length !== model.length || found.some((each, i) => each !== model[i])) return false;
        }
        return true;
      }),
    );
  });
});

describe('extents', () => {
  it('fit best by class of size, then by age, then by address', () => {
    const tree = new ExtentTree(bySizeAgeAddress);
    const nodes = [new ExtentNode(9 * CHUNK, 5 * CHUNK, 3), new ExtentNode(0, 4 * CHUNK, 9), new ExtentNode(20 * CHUNK, 9 * CHUNK, 1), new ExtentNode(40 * CHUNK, 8 * CHUNK, 2)];
    for (const node of nodes) tree.insert(node);
    const fit = (chunks: number): number | undefined => tree.nsearch(new ExtentNode(0, chunks * CHUNK, 0))?.address;
    expect(fit(4)).toBe(0);
    expect(fit(5)).toBe(9 * CHUNK);
    // Nine chunks are in the class of eight, and older.
    expect(fit(8)).toBe(20 * CHUNK);
    expect(fit(10)).toBeUndefined();
  });

  it('are found by address, with the one before', () => {
    const tree = new ExtentTree(byAddress);
    const [low, high] = [new ExtentNode(0, CHUNK, 0), new ExtentNode(5 * CHUNK, CHUNK, 0)];
    tree.insert(high);
    tree.insert(low);
    expect(tree.previous(high)).toBe(low);
    expect(tree.previous(low)).toBeUndefined();
    tree.remove(low);
    expect([...tree]).toEqual([high]);
    expect(() => tree.remove(low)).toThrow('is not in the tree');
  });
});
