import fc from 'fast-check';
import { expect, it } from 'vitest';
import { ByteInterner, HASH_SEED, hashed } from '../../../packages/lockgraph/src/trace/byte-interner.js';

function hashOf(bytes: Uint8Array): number {
  return bytes.reduce(hashed, HASH_SEED);
}

it('an interner of bytes knows what a map knows, as it grows', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 6 }), { maxLength: 2000 }), fc.nat(3), (names, shift) => {
      const interner = new ByteInterner();
      const map = new Map<string, number>();
      for (const [i, name] of names.entries()) {
        const key = Buffer.from(name).toString('latin1');
        const bytes = Uint8Array.from([...Array<number>(shift).fill(7), ...name, 7]);
        const [from, to] = [shift, shift + name.length];
        const known = interner.find(bytes, from, to, hashOf(name));
        expect(known).toBe(map.get(key) ?? -1);
        if (known !== -1) continue;
        // Ids are whoever's; here, neither dense nor rising.
        const id = 5000 - i;
        interner.add(bytes, from, to, hashOf(name), id);
        map.set(key, id);
        bytes.fill(0);
      }
      for (const [key, id] of map) {
        const name = Buffer.from(key, 'latin1');
        expect(interner.find(name, 0, name.length, hashOf(name))).toBe(id);
      }
    }),
    { numRuns: 30 },
  );
});

it('names of one hash are told apart by their bytes', () => {
  const interner = new ByteInterner();
  const names = Array.from({ length: 3000 }, (_, i) => Buffer.from(`n${i}`));
  for (const [i, name] of names.entries()) interner.add(name, 0, name.length, 42, i);
  expect(names.map((name) => interner.find(name, 0, name.length, 42))).toEqual(names.map((_, i) => i));
  expect(interner.find(Buffer.from('n'), 0, 1, 42)).toBe(-1);
});
