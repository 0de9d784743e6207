import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AddressSpace } from '../../../../packages/alloc-model/src/jemalloc/address-space.js';
import { Edata } from '../../../../packages/alloc-model/src/jemalloc/v5/edata.js';
import { Eset } from '../../../../packages/alloc-model/src/jemalloc/v5/eset.js';
import { Memory } from '../../../../packages/alloc-model/src/jemalloc/v5/memory.js';
import { binOf, PAGE_CLASSES, searchBinOf } from '../../../../packages/alloc-model/src/jemalloc/v5/page-classes.js';
import { PAGE } from '../../../../packages/alloc-model/src/jemalloc/size-classes.js';

const pages = fc.oneof(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 3000 }));
const step = fc.oneof(
  fc.record({ do: fc.constant('insert' as const), pages, sn: fc.nat(3) }),
  fc.record({ do: fc.constant('fit' as const), pages, lg: fc.constantFrom(6, 63) }),
);

describe('free extents', () => {
  it('lie in bins of which all have the size that is looked for', () => {
    fc.assert(
      fc.property(pages, pages, (size, want) => {
        if (binOf(size * PAGE) >= searchBinOf(want * PAGE)) expect(size).toBeGreaterThanOrEqual(want);
        if (PAGE_CLASSES.includes((want - 1) * PAGE) && size >= want) expect(binOf(size * PAGE)).toBeGreaterThanOrEqual(searchBinOf(want * PAGE));
      }),
    );
  });

  it('are taken the oldest first, then the lowest, from all bins that are large enough and not too large', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
        const eset = new Eset('test');
        const twin: Edata[] = [];
        let top = 0;
        for (const [i, now] of steps.entries()) {
          if (now.do === 'insert') {
            const edata = new Edata(i * 128, 0, new Memory(new AddressSpace()));
            Object.assign(edata, { sn: now.sn, addr: (top += 8192 * PAGE), size: now.pages * PAGE });
            eset.insert(edata);
            twin.push(edata);
            continue;
          }
          const size = now.pages * PAGE;
          const fits = twin.filter((edata) => {
            const bin = binOf(edata.size);
            return bin >= searchBinOf(size) && Math.floor(PAGE_CLASSES[bin]! / 2 ** now.lg) <= size;
          });
          const [best] = fits.toSorted((a, b) => a.sn - b.sn || a.addr - b.addr);
          const got = eset.fit(size, PAGE, now.lg);
          expect(got).toBe(best ?? null);
          if (got === null) continue;
          eset.remove(got);
          twin.splice(twin.indexOf(got), 1);
        }
        expect(eset.npages).toBe(twin.reduce((sum, { size }) => sum + size / PAGE, 0));
        for (const edata of twin) {
          expect(eset.lru.first).toBe(edata);
          eset.remove(edata);
        }
        expect(eset.lru.first).toBeNull();
      }),
    );
  });
});
