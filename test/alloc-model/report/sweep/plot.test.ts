import type { ReplayResult, Sweep, SweepRow, SweepSetting } from 'alloc-model';
import { escapeText } from 'lockgraph';
import { describe, expect, test } from 'vitest';
import { sweepPlot } from '../../../../packages/alloc-model/src/report/sweep/plot.js';
import { elementsOf, parseXml, type XmlElement } from '../xml.js';

type End = Pick<ReplayResult, 'outcome' | 'call'> & Partial<ReplayResult>;

function row(setting: SweepSetting, end: End): SweepRow {
  return { setting, result: { trace: 'x', allocator: setting.allocator ?? 'jemalloc-4.5.0', options: { lgTcacheMax: setting.lgTcacheMax ?? null }, calls: 100, ...end } };
}

const sweepOf = (trace: string, rows: SweepRow[]): Sweep => ({ trace, calls: 100, rows, moves: [] });

const ends: readonly End[] = [
  { outcome: 'ok', call: 100 },
  { outcome: 'hang', call: 51, mutex: 'm' },
  { outcome: 'abort', call: 26, message: 'x' },
  { outcome: 'undefined', call: 1, reason: 'x' },
];
const four = ends.map((end, i) => row({ lgTcacheMax: 11 + i }, end));

const plot = (...sweeps: Sweep[]): XmlElement => parseXml(sweepPlot(sweeps));
const texts = (svg: XmlElement): string[] => elementsOf(svg, 'text').map(({ text }) => text);
const marksOf = (svg: XmlElement, outcome: string): XmlElement[] => elementsOf(svg, 'g').filter(({ attributes }) => attributes['class'] === outcome);

describe('the plot of a sweep', () => {
  test('has a mark of its own shape for each outcome', () => {
    const svg = plot(sweepOf('a.trace', four));
    const shapes = ends.map(({ outcome }) => {
      const [mark] = marksOf(svg, outcome);
      // The tooltip and the bar come first.
      const shape = mark!.children[2]!;
      return `${shape.name} ${shape.attributes['d']?.replaceAll(/[\d. -]+/g, ' ') ?? ''}`.trim();
    });
    expect(shapes).toEqual(['circle', 'path M L M L', 'rect', 'path M L H Z']);
  });

  test('shows how many calls return as the height of a bar', () => {
    const svg = plot(sweepOf('a.trace', four));
    const heights = ends.map(({ outcome }) => Number(elementsOf(marksOf(svg, outcome)[0]!, 'rect')[0]!.attributes['height']));
    expect(heights.map((height) => height / heights[0]!)).toEqual([1, 0.5, 0.25, 0]);
  });

  test('names its axes, its settings, its log, and the outcomes that there are', () => {
    const all = texts(plot(sweepOf('logs/a.trace', four.slice(0, 2))));
    expect(all).toEqual(expect.arrayContaining(['lg_tcache_max', 'calls that return', '11', '12', '0 %', '100 %', 'a.trace', '100 calls, jemalloc-4.5.0', 'ok: all calls return', 'hang']));
    expect(all).not.toContain('abort');
  });

  test('tells each end to whoever points at it', () => {
    const [hang] = marksOf(plot(sweepOf('a.trace', four)), 'hang');
    expect(hang!.children[0]).toMatchObject({ name: 'title', text: '12: hang in call 51 of 100 (50.0 % return), waiting for m' });
  });

  test.each([1, 2, 3, 40])('has a panel for each of %i logs, none over another or outside', (count) => {
    const svg = plot(...Array.from({ length: count }, (_, i) => sweepOf(`logs/${i}.trace`, four)));
    const places = elementsOf(svg, 'g').flatMap(({ attributes }) => /^translate\((\d+(?:\.\d+)?) (\d+(?:\.\d+)?)\)$/.exec(attributes['transform'] ?? '')?.slice(1).join(' ') ?? []);
    expect(new Set(places).size).toBe(count);
    const [width, height] = [Number(svg.attributes['width']), Number(svg.attributes['height'])];
    for (const place of places) {
      const [x, y] = place.split(' ').map(Number);
      expect(x! + 200).toBeLessThanOrEqual(width);
      expect(y! + 200).toBeLessThanOrEqual(height);
    }
    expect(width).toBeLessThanOrEqual(1000);
  });

  test.each([1, 8, 64, 512])('has a mark for each of %i settings, within the panel', (count) => {
    const svg = plot(sweepOf('a.trace', Array.from({ length: count }, (_, i) => row({ narenas: i + 1 }, ends[0]!))));
    const marks = marksOf(svg, 'ok');
    expect(marks).toHaveLength(count);
    const centres = marks.map((mark) => Number(elementsOf(mark, 'circle')[0]!.attributes['cx']));
    expect(new Set(centres).size).toBe(count);
    expect(Math.max(...centres)).toBeLessThan(Number(svg.attributes['width']));
  });

  test('leaves out numbers of settings rather than print one over another', () => {
    const svg = plot(sweepOf('a.trace', Array.from({ length: 64 }, (_, i) => row({ lgTcacheMax: i - 1 }, ends[0]!))));
    const ticks = elementsOf(svg, 'text').filter(({ text }) => /^-?\d+$/.test(text));
    const places = ticks.map(({ attributes }) => Number(attributes['x'])).toSorted((a, b) => a - b);
    for (const [i, x] of places.entries()) if (i > 0) expect(x - places[i - 1]!).toBeGreaterThan(15);
    expect(places.length).toBeGreaterThan(20);
  });

  test('names settings of several options by all of them', () => {
    const rows = (['jemalloc-4.5.0', 'system'] as const).flatMap((allocator) => [14, 15].map((lgTcacheMax) => row({ allocator, lgTcacheMax }, ends[0]!)));
    expect(texts(plot(sweepOf('a.trace', rows)))).toEqual(expect.arrayContaining(['allocator, lg_tcache_max', 'jemalloc-4.5.0, 14', 'system, 15']));
  });

  test.each(['<script>alert("&")</script>\'', ']]>', '\u0000\u001b[31m\u202e\ufffe\ud800', '&amp;', 'ä 日本 😀'])('is valid XML with the name %j, and shows it as text', (name) => {
    const svg = plot(sweepOf(name, [row({}, { outcome: 'hang', call: 3, mutex: name })]));
    expect(elementsOf(svg, 'script')).toEqual([]);
    expect(elementsOf(svg, 'title').map(({ text }) => text)).toContain(escapeText(name));
  });

  test('keeps the end of a long name, and has the whole for whoever points at it', () => {
    const svg = plot(sweepOf(`${'x'.repeat(500)}-end.trace`, [row({}, ends[0]!)]));
    expect(texts(svg).find((text) => text.startsWith('…'))).toMatch(/^…x*-end\.trace$/);
    expect(elementsOf(svg, 'title').some(({ text }) => text.length === 510)).toBe(true);
  });
});

describe('the reader of XML in these tests', () => {
  test.each([
    ['<a>', 'is not closed'],
    ['<a></b>', 'closes nothing'],
    ['<a/><b/>', 'one element at the top'],
    ['x<a/>', 'nothing beside it'],
    ['<a b=c/>', 'no tag'],
    ['<a><</a>', 'no tag'],
    ['<a b="1" b="2"/>', 'twice'],
    ['<a>&x;</a>', 'no such entity'],
    ['<a>\u0001</a>', 'forbids'],
  ])('refuses %j', (text, reason) => {
    expect(() => parseXml(text)).toThrow(reason);
  });

  test('resolves references', () => {
    expect(parseXml('<a b="&lt;&#39;"><c/>&amp;</a>')).toEqual({ name: 'a', attributes: { b: "<'" }, children: [{ name: 'c', attributes: {}, children: [], text: '' }], text: '&' });
  });
});
