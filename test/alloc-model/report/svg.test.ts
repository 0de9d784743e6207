import { describe, expect, test } from 'vitest';
import { element, label, tail, tooltip } from '../../../packages/alloc-model/src/report/svg.js';
import { parseXml } from './xml.js';

const NASTY = `<b a="1" c='2'>&amp;</b>`;

describe('a piece of SVG', () => {
  test('keeps an attribute within its quotes', () => {
    const svg = element('g', { class: NASTY, x: 1 });
    expect(parseXml(svg)).toMatchObject({ name: 'g', attributes: { class: NASTY, x: '1' } });
    expect(svg.slice(svg.indexOf('=') + 2).split('"')[0]).not.toMatch(/[<>']/);
  });

  test('keeps text text', () => {
    expect(parseXml(label(NASTY, 1, 2))).toMatchObject({ name: 'text', children: [], text: NASTY });
    expect(parseXml(tooltip(NASTY))).toMatchObject({ name: 'title', children: [], text: NASTY });
    expect(label(NASTY, 1, 2)).toContain('&lt;b a=&quot;1&quot; c=&#39;2&#39;&gt;&amp;amp;&lt;/b&gt;');
  });

  test('has numbers of one digit behind the point, and content as it is', () => {
    expect(element('g', { x: 1 / 3, y: -0.01 }, '<a/>')).toBe('<g x="0.3" y="0"><a/></g>');
  });
});

test('the tail of a name is its end', () => {
  expect([tail('abcdef', 6), tail('abcdef', 4), tail('😀😀😀', 2)]).toEqual(['abcdef', '…def', '…😀']);
});
