import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { crc32, tableCrc32 } from '../../../packages/lockgraph/src/trace/binary-checksum.js';

describe('the checksum', () => {
  it('of the digits 1 to 9 is the one that the standard gives', () => {
    expect(crc32(Buffer.from('123456789'), 0)).toBe(0xcbf43926);
    expect(tableCrc32(Buffer.from('123456789'), 0)).toBe(0xcbf43926);
  });

  it('is the same by the table as by what Node has, and goes on from that of the bytes before', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), fc.nat(60), (bytes, where) => {
        const whole = tableCrc32(bytes, 0);
        expect(crc32(bytes, 0)).toBe(whole);
        expect(tableCrc32(bytes.subarray(where), tableCrc32(bytes.subarray(0, where), 0))).toBe(whole);
        expect(crc32(bytes.subarray(where), crc32(bytes.subarray(0, where), 0))).toBe(whole);
      }),
    );
  });
});
