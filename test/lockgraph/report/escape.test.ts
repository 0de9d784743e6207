import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { escapeName, escapeText } from '../../../packages/lockgraph/src/report/escape.js';

describe('escapeName', () => {
  it.each([
    ['\u001b[2J', '\\u001b[2J'],
    ['a\nb\r', 'a\\u000ab\\u000d'],
    ['admin\u202enimda', 'admin\\u202enimda'],
    ['a\u200bb\ufeff', 'a\\u200bb\\ufeff'],
    ['a\u0085b\u2028c', 'a\\u0085b\\u2028c'],
    ['\u00a0', '\\u00a0'],
    ['\u{e0041}', '\\u{e0041}'],
    ['\ud800', '\\ud800'],
    ['\\u001b', '\\u005cu001b'],
    ['', '""'],
  ])('shows %j as %s', (name, shown) => {
    expect(escapeName(name)).toBe(shown);
  });

  it.each(['arena0.bin[3].lock', 'transfer(alice → bob)', '__proto__', 'C:\\users\\me', 'Schlüssel 鍵 🔑'])('leaves %s as it is', (name) => {
    expect(escapeName(name)).toBe(name);
  });

  it.each(['', ' ', '  ', ' a', 'a '])('puts %j in quotes, of which something would not show', (name) => {
    expect(escapeName(name)).toBe(`"${name}"`);
  });

  it('keeps head and tail of a very long name', () => {
    expect(escapeName(`head${'x'.repeat(1_000_000)}tail`)).toMatch(/^headx{44}…x{20}tail$/);
  });

  it('never lets a character through that acts on a terminal', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (name) => {
        expect(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u.test(escapeText(name))).toBe(false);
      }),
    );
  });

  it('shows different names differently', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 20 }), fc.string({ unit: 'binary', maxLength: 20 }), (one, other) => {
        fc.pre(one !== other);
        expect(escapeText(one)).not.toBe(escapeText(other));
      }),
    );
  });
});
