import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UndefinedBehaviour } from '../../../../packages/alloc-model/src/allocator.js';
import { AddressSpace } from '../../../../packages/alloc-model/src/jemalloc/address-space.js';
import { bySnAddress, Edata } from '../../../../packages/alloc-model/src/jemalloc/v5/edata.js';
import { Memory } from '../../../../packages/alloc-model/src/jemalloc/v5/memory.js';
import { PairingHeap } from '../../../../packages/alloc-model/src/jemalloc/v5/pairing-heap.js';

function edatas(n: number): Edata[] {
  const memory = new Memory(new AddressSpace());
  return Array.from({ length: n }, (_, i) => {
    const edata = new Edata(i * 128, 0, memory);
    edata.sn = (i * 7) % 5;
    edata.addr = ((i * 13) % 37) * 4096;
    return edata;
  });
}

const step = fc.record({ do: fc.constantFrom('insert', 'remove', 'removeFirst', 'first'), at: fc.nat(30) });

describe('a pairing heap', () => {
  it('has the least first, as a sorted list has', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const all = edatas(31);
        const heap = new PairingHeap('test', bySnAddress);
        const twin = new Set<Edata>();
        const least = (): Edata | null => [...twin].toSorted(bySnAddress)[0] ?? null;
        for (const { do: what, at } of steps) {
          const edata = all[at]!;
          if (what === 'insert' && !twin.has(edata)) {
            heap.insert(edata);
            twin.add(edata);
          } else if (what === 'remove' && twin.delete(edata)) heap.remove(edata);
          else if (what === 'removeFirst') {
            const first = heap.removeFirst();
            expect(first).toBe(least());
            if (first !== null) twin.delete(first);
          } else if (what === 'first') expect(heap.first()).toBe(least());
          expect(heap.root === null).toBe(twin.size === 0);
        }
        while (twin.size > 0) {
          const first = heap.removeFirst()!;
          expect(first).toBe(least());
          twin.delete(first);
        }
      }),
    );
  });

  it('is followed over a null link if what is removed was in no heap yet', () => {
    const [inside, never] = edatas(2);
    const heap = new PairingHeap('slabs', bySnAddress);
    heap.insert(inside!);
    expect(() => heap.remove(never!)).toThrow(
      new UndefinedBehaviour('the heap of slabs is damaged: a null link is followed, at which the process is killed'),
    );
  });

  it('unlinks the old neighbours of what was in another heap before', () => {
    const [a, b, c] = edatas(3);
    const other = new PairingHeap('others', bySnAddress);
    for (const edata of [a!, b!]) other.insert(edata);
    other.remove(b!);
    other.insert(c!);
    // The links of b still say that it hangs behind a.
    new PairingHeap('slabs', bySnAddress).remove(b!);
    expect(a!.next).toBeNull();
    expect([other.removeFirst(), other.removeFirst()]).toEqual([a, null]);
  });

  it('tells of damage whatever is removed and inserted, and never of anything else', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(1), step), { maxLength: 60 }), (steps) => {
        const all = edatas(6);
        const heaps = [new PairingHeap('a', bySnAddress), new PairingHeap('b', bySnAddress)];
        try {
          for (const [which, { do: what, at }] of steps) {
            const heap = heaps[which]!;
            if (what === 'insert') heap.insert(all[at % 6]!);
            else if (what === 'remove') heap.remove(all[at % 6]!);
            else heap[what as 'first' | 'removeFirst']();
          }
        } catch (error) {
          expect(error).toBeInstanceOf(UndefinedBehaviour);
        }
      }),
    );
  });
});
