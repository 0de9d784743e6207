import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UndefinedBehaviour } from '../../../../packages/alloc-model/src/allocator.js';
import { AddressSpace } from '../../../../packages/alloc-model/src/jemalloc/address-space.js';
import { BIN_INFO } from '../../../../packages/alloc-model/src/jemalloc/bin-info.js';
import { Edata } from '../../../../packages/alloc-model/src/jemalloc/v5/edata.js';
import { Memory } from '../../../../packages/alloc-model/src/jemalloc/v5/memory.js';
import { EdataList } from '../../../../packages/alloc-model/src/jemalloc/v5/ring.js';
import { slabInit, slabRegAlloc, slabRegFree, slabRegind } from '../../../../packages/alloc-model/src/jemalloc/v5/slab.js';

const BASE = 0x7fff_f780_8000;
const bin = fc.integer({ min: 0, max: 35 });

function slabOf(binind: number, memory = new Memory(new AddressSpace()), address = 0x7fff_f7a1_6500): Edata {
  const slab = new Edata(address, 0, memory);
  memory.add(slab);
  slab.addr = BASE;
  slab.szind = binind;
  slab.slab = true;
  slabInit(slab, BIN_INFO[binind]!);
  return slab;
}

function take(slab: Edata, binind: number, n: number): number[] {
  const taken: number[] = [];
  slabRegAlloc(slab, BIN_INFO[binind]!, n, taken, 0);
  return taken.map((address) => (address - BASE) / BIN_INFO[binind]!.regSize);
}

describe('a slab', () => {
  it('gives the lowest free region first, as a list of free numbers does', () => {
    fc.assert(
      fc.property(bin, fc.array(fc.tuple(fc.nat(40), fc.nat())), (binind, steps) => {
        const { nregs } = BIN_INFO[binind]!;
        const slab = slabOf(binind);
        const free = new Set(Array.from({ length: nregs }, (_, i) => i));
        const used: number[] = [];
        for (const [n, pick] of steps) {
          const want = Math.min(n, slab.nfree);
          const lowest = [...free].toSorted((a, b) => a - b).slice(0, want);
          expect(take(slab, binind, want)).toEqual(lowest);
          for (const region of lowest) free.delete(region);
          used.push(...lowest);
          const [back] = used.splice(pick % (used.length || 1), 1);
          if (back !== undefined) {
            slabRegFree(slab, back);
            free.add(back);
          }
          expect(slab.nfree).toBe(free.size);
          expect(slab.out).toBe(nregs - free.size);
        }
      }),
    );
  });

  it('has a region in use where a free one is freed, and counts one more free', () => {
    const slab = slabOf(3);
    take(slab, 3, 2);
    slabRegFree(slab, 0);
    slabRegFree(slab, 0);
    expect(slab.nfree).toBe(BIN_INFO[3]!.nregs);
    expect(take(slab, 3, 1)).toEqual([2]);
  });

  it('finds regions of another bin by that bin’s size', () => {
    fc.assert(
      fc.property(bin, bin, fc.nat(), (own, claimed, nth) => {
        const { nregs, regSize } = BIN_INFO[own]!;
        const offset = (nth % nregs) * regSize;
        expect(slabRegind(slabOf(own), BIN_INFO[claimed]!, BASE + offset)).toBe(Math.floor(offset / BIN_INFO[claimed]!.regSize));
      }),
    );
  });

  it('is read beyond its bitmap if it counts more free regions than it has bits', () => {
    const slab = slabOf(35);
    slab.nfree = 3;
    expect(() => take(slab, 35, 3)).toThrow(UndefinedBehaviour);
  });

  it('changes a bit of what lies behind its bitmap, for a region beyond 512', () => {
    const memory = new Memory(new AddressSpace());
    const slab = slabOf(0, memory);
    const behind = slabOf(3, memory, slab.address + 128);
    // Word 4 of the edata behind is the serial number of its extent; word 8 begins its bitmap.
    slabRegFree(slab, 512 + 4 * 64 + 1);
    slabRegFree(slab, 512 + 8 * 64 + 5);
    expect([behind.sn, behind.bitmap[0]]).toEqual([2, 0xffff_ffdf]);
    slabRegFree(slab, 512 + 5 * 64);
    expect(() => behind.prev!.next).toThrow("is damaged, as the bits of its neighbour's regions: a link of a heap, which is followed now");
    slabRegFree(slab, 512 + 5 * 64);
    expect(behind.prev).toBeNull();
    expect(() => slabRegFree(slab, 512 + 16 * 64)).toThrow('and holds no edata');
  });

  it('hands out what bits behind its bitmap stand for, and clears them', () => {
    const addresses = new AddressSpace();
    const memory = new Memory(addresses);
    const base = addresses.map(2 ** 21, 2 ** 21);
    const slab = slabOf(35, memory);
    slab.addr = base;
    const behind = slabOf(3, memory, slab.address + 128);
    Object.assign(behind, { slab: false, szind: 0, nfree: 0, addr: 0, sn: 5 });
    slab.bitmap.fill(0);
    slab.nfree = 1;
    const taken: number[] = [];
    slabRegAlloc(slab, { ...BIN_INFO[35]!, regSize: 8 }, 1, taken, 0);
    expect(taken).toEqual([base + 8 * (512 + 4 * 64)]);
    expect(behind.sn).toBe(4);
    slab.nfree = 1;
    expect(() => slabRegAlloc(slab, BIN_INFO[35]!, 1, taken, 0)).toThrow('nothing is mapped');
  });

  it('keeps the groups of bits that it does not need, and with them the links of a list', () => {
    const memory = new Memory(new AddressSpace());
    const first = slabOf(0, memory);
    const second = slabOf(0, memory, 0x7fff_f7a1_6580);
    const list = new EdataList('free extents', 'inactive');
    list.append(first);
    list.append(second);
    slabInit(first, BIN_INFO[35]!);
    // Two regions; the second group is where the link to the one before it was.
    expect(first.bitmap.slice(0, 4)).toEqual(Uint32Array.of(3, 0, 0xf7a1_6580, 0x7fff));
  });

  it('damages a list that it is in while one of its regions is freed', () => {
    const memory = new Memory(new AddressSpace());
    const [a, b] = [slabOf(0, memory), slabOf(0, memory, 0x7fff_f7a1_6580)];
    const list = new EdataList('free extents', 'inactive');
    list.append(a);
    list.append(b);
    slabRegFree(a, 20);
    expect(() => list.remove(a)).toThrow('the bits of a region were changed in the extent at 0x7ffff7808000 while they were a link');
  });
});
