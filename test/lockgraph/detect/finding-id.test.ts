import fc from 'fast-check';
import { expect, test } from 'vitest';
import { findingId } from '../../../packages/lockgraph/src/detect/finding-id.js';

test('an id is the kind and a hash of eight digits', () => {
  // The published test vector of FNV-1a, 32 bits.
  expect(findingId('alloc/size-mismatch', ['foobar'])).toBe('alloc/size-mismatch-bf9cf968');
});

test('other parts give another id, and where one part ends matters', () => {
  expect(findingId('k', ['ab', 'c'])).not.toBe(findingId('k', ['a', 'bc']));
  expect(findingId('k', [])).not.toBe(findingId('k', ['a']));
});

test('any strings have an id, always the same', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'binary' })), (parts) => {
      expect(findingId('k', parts)).toMatch(/^k-[0-9a-f]{8}$/);
      expect(findingId('k', [...parts])).toBe(findingId('k', parts));
    }),
  );
});
