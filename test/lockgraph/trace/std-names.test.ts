import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeStdName, encodeStdName } from '../../../packages/lockgraph/src/trace/std-names.js';
import { readStd } from './std-reading.js';

const anyName = fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: fc.constantFrom('%', 'u', 'D', '8', '2', '0', ' ', '|', '(', ')', '\n', '\uD800', '\uDC00', 'a') }));

describe('a name in STD', () => {
  it.each([
    ['arena0.bin[2].lock', 'arena0.bin[2].lock'],
    ['100%', '100%25'],
    ['a|b', 'a%7Cb'],
    ['f(x)', 'f%28x%29'],
    ['my lock', 'my%20lock'],
    ['a\r\nb\t', 'a%0D%0Ab%09'],
    ['\u0000\u001b\u007f\u0085', '%00%1B%7F%C2%85'],
    ['a\u00a0b\u2028\ufeff', 'a%C2%A0b%E2%80%A8%EF%BB%BF'],
    ['é→🔒', 'é→🔒'],
    ['\ud83d', '%uD83D'],
    ['', '%'],
    ['%', '%25'],
  ])('%j is written as %s', (name, text) => {
    expect(encodeStdName(name)).toBe(text);
    expect(decodeStdName(text)).toBe(name);
  });

  it('of whatever characters can be decoded', () => {
    fc.assert(fc.property(anyName, (name) => decodeStdName(encodeStdName(name)) === name), { numRuns: 2000 });
  });

  it('is another one for every other string', () => {
    fc.assert(fc.property(anyName, anyName, (one, other) => (encodeStdName(one) === encodeStdName(other)) === (one === other)));
  });

  it('is what a reader reads, as a thread and as an operand', () => {
    fc.assert(
      fc.property(anyName, (name) => {
        const text = encodeStdName(name);
        const { registry, summary } = readStd(`${text}|acq(${text})|1\n${text}|w(${text})|1`);
        expect([registry.threads.names(), registry.lock(0).name, registry.variables.names(), summary.events]).toEqual([[text], text, [text], 2]);
      }),
    );
  });

  it.each(['50%', '%7', '%zz', '%ff', '%u12', '%C3'])('%j, which is no encoding, stays as it is when it is decoded', (text) => {
    expect(decodeStdName(text)).toBe(text);
  });
});
