/** A sweep as a plot (SVG): a panel for each log, the settings from left to right, and how many of the calls return upwards. */
import type { Sweep, SweepRow } from '../../lab/sweep/sweep.js';
import { optionName, percent, progress, sameInAll, settingLabel, sweptOptions } from './names.js';
import { legend, marks } from './marks.js';
import { element, label, tail, tooltip } from '../svg.js';
import { counted } from '../words.js';

/** Pixels. The plot is made for about this width; panels that need more make it wider. */
const WIDTH = 1000;
const MOST_COLUMNS = 3;
const LEGEND = 34;
const PLOT_HEIGHT = 140;
const ABOVE = 50;
const LEFT = 62;
const RIGHT = 18;
/** Below the axis, but for its labels: ticks, the title, and room to the next panel. */
const BELOW = 44;
const CHARACTER = 6.3;
const BOLD_CHARACTER = 7.6;
const LONGEST_LABEL = 30;

/** What all panels have in common. */
interface Layout {
  readonly slot: number;
  readonly plotWidth: number;
  readonly labels: readonly string[];
  /** A label for every so many settings. */
  readonly step: number;
  readonly slanted: boolean;
  readonly labelHeight: number;
  readonly axisTitle: string;
  /** What all names begin with, which the titles leave out. */
  readonly folder: string;
}

/** @param sweeps of the same settings; ends in a newline */
export function sweepPlot(sweeps: readonly Sweep[]): string {
  const layout = layoutOf(sweeps);
  const panelWidth = LEFT + layout.plotWidth + RIGHT;
  const panelHeight = ABOVE + PLOT_HEIGHT + layout.labelHeight + BELOW;
  const columns = Math.max(1, Math.min(sweeps.length, Math.floor(WIDTH / panelWidth)));
  const width = Math.max(columns * panelWidth, 420);
  const height = LEGEND + Math.ceil(sweeps.length / columns) * panelHeight;
  const outcomes = new Set(sweeps.flatMap(({ rows }) => rows.map(({ result }) => result.outcome)));
  const panels = sweeps.map((sweep, i) => {
    const x = (i % columns) * panelWidth;
    const y = LEGEND + Math.floor(i / columns) * panelHeight;
    return element('g', { transform: `translate(${x} ${y})` }, panel(sweep, layout));
  });
  const content = [
    tooltip(`How many calls return, by ${layout.axisTitle}`),
    element('rect', { width, height, fill: '#fff' }),
    legend(outcomes, LEFT, 24),
    ...panels,
  ];
  const attributes = { xmlns: 'http://www.w3.org/2000/svg', width, height, viewBox: `0 0 ${width} ${height}`, 'font-family': 'sans-serif', 'font-size': 11, fill: '#222', role: 'img' };
  return `${element('svg', attributes, `\n${content.join('\n')}\n`)}\n`;
}

function layoutOf(sweeps: readonly Sweep[]): Layout {
  const rows = sweeps[0]?.rows ?? [];
  const options = sweptOptions(rows);
  const labels = rows.map((row) => tail(settingLabel(row, options), LONGEST_LABEL));
  const wanted = WIDTH / Math.min(Math.max(sweeps.length, 1), MOST_COLUMNS) - LEFT - RIGHT;
  const slot = Math.min(Math.max(wanted / Math.max(rows.length, 1), 9), 60);
  const widest = labels.reduce((most, text) => Math.max(most, text.length), 1) * CHARACTER;
  // Numbers are understood where some are left out, names are not.
  const slanted = widest > 4 * CHARACTER && widest + 4 > slot;
  return {
    slot,
    plotWidth: Math.max(rows.length * slot, 200),
    labels,
    step: Math.ceil((slanted ? 12 : widest + 5) / slot),
    slanted,
    labelHeight: slanted ? widest * 0.75 + 8 : 12,
    folder: commonFolder(sweeps.map(({ trace }) => trace)),
    axisTitle: options.map(optionName).join(', '),
  };
}

/** The folders that all paths begin with, up to the last `/`. */
function commonFolder(paths: readonly string[]): string {
  const [first = ''] = paths;
  let length = first.lastIndexOf('/') + 1;
  while (length > 0 && !paths.every((path) => path.startsWith(first.slice(0, length)))) length = first.lastIndexOf('/', length - 2) + 1;
  return first.slice(0, length);
}

function panel(sweep: Sweep, layout: Layout): string {
  const same = sameInAll(sweep);
  const room = layout.plotWidth + RIGHT;
  const bottom = ABOVE + PLOT_HEIGHT;
  const middle = LEFT + layout.plotWidth / 2;
  const facts = `${counted(sweep.calls, 'call')}${same === '' ? '' : `, ${same}`}`;
  return [
    element('g', {}, `${tooltip(sweep.trace)}${label(tail(sweep.trace.slice(layout.folder.length), Math.floor(room / BOLD_CHARACTER)), LEFT, 16, { 'font-weight': 'bold', 'font-size': 12 })}`),
    label(tail(facts, Math.floor(room / CHARACTER)), LEFT, 31, { fill: '#666' }),
    grid(layout.plotWidth),
    ...sweep.rows.map((row, i) => bar(row, layout, i)),
    ...layout.labels.map((text, i) => (i % layout.step === 0 ? settingTick(text, layout, i) : '')),
    label(layout.axisTitle, middle, bottom + layout.labelHeight + 22, { 'text-anchor': 'middle' }),
    label('calls that return', 0, 0, { 'text-anchor': 'middle', transform: `translate(16 ${ABOVE + PLOT_HEIGHT / 2}) rotate(-90)` }),
  ].join('\n');
}

function grid(plotWidth: number): string {
  return [0, 25, 50, 75, 100]
    .map((value) => {
      const y = heightOf(value / 100);
      const stroke = value === 0 ? '#222' : '#e2e2e2';
      return element('line', { x1: LEFT, y1: y, x2: LEFT + plotWidth, y2: y, stroke }) + label(`${value} %`, LEFT - 6, y + 4, { 'text-anchor': 'end' });
    })
    .join('');
}

function bar(row: SweepRow, { slot, labels }: Layout, index: number): string {
  const { result } = row;
  const { colour, draw } = marks[result.outcome];
  const x = centre(index, slot);
  const y = heightOf(progress(result));
  const radius = Math.min(5, slot * 0.35);
  const width = Math.min(slot * 0.6, 16);
  const number = result.outcome !== 'ok' && `${result.call}`.length * CHARACTER + 2 <= slot ? label(`${result.call}`, x, y - 10, { 'text-anchor': 'middle', 'font-size': 10 }) : '';
  const waits = result.mutex === undefined ? '' : `, waiting for ${result.mutex}`;
  const told = `${labels[index]}: ${result.outcome} in call ${result.call} of ${result.calls} (${percent(result)} return)${waits}`;
  const fill = element('rect', { x: x - width / 2, y, width, height: heightOf(0) - y, fill: colour, 'fill-opacity': '0.18' });
  return element('g', { class: result.outcome }, tooltip(told) + fill + draw(x, y, radius) + number);
}

function settingTick(text: string, { slot, slanted }: Layout, index: number): string {
  const x = centre(index, slot);
  const y = heightOf(0);
  if (!slanted) return label(text, x, y + 15, { 'text-anchor': 'middle' });
  return label(text, 0, 0, { 'text-anchor': 'end', transform: `translate(${Math.round(x + 3)} ${y + 12}) rotate(-50)` });
}

function centre(index: number, slot: number): number {
  return LEFT + (index + 0.5) * slot;
}

/** @param share from 0 to 1 */
function heightOf(share: number): number {
  return ABOVE + PLOT_HEIGHT * (1 - share);
}
