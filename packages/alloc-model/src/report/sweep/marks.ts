/** The marks of a sweep's plot: a shape for each outcome, so that they can be told apart without colour. */
import type { Outcome } from '../../lab/replay/replay.js';
import { element, label } from '../svg.js';

interface Mark {
  readonly colour: string;
  readonly meaning: string;
  readonly draw: (x: number, y: number, radius: number) => string;
}

/** The colours are of Okabe and Ito's palette, made for colour-blind readers. */
export const marks: Readonly<Record<Outcome, Mark>> = {
  ok: {
    colour: '#009e73',
    meaning: 'ok: all calls return',
    draw: (cx, cy, r) => element('circle', { cx, cy, r, fill: '#009e73' }),
  },
  hang: {
    colour: '#d55e00',
    meaning: 'hang',
    draw: (x, y, r) => element('path', { d: cross(x, y, r), stroke: '#d55e00', 'stroke-width': r / 2, 'stroke-linecap': 'round', fill: 'none' }),
  },
  abort: {
    colour: '#0072b2',
    meaning: 'abort',
    draw: (x, y, r) => element('rect', { x: x - r * 0.85, y: y - r * 0.85, width: r * 1.7, height: r * 1.7, fill: '#0072b2' }),
  },
  undefined: {
    colour: '#8f4a78',
    meaning: 'undefined from here on',
    draw: (x, y, r) => element('path', { d: `M${x} ${y - r * 1.2}L${x + r * 1.1} ${y + r * 0.8}H${x - r * 1.1}Z`, fill: '#fff', stroke: '#8f4a78', 'stroke-width': r / 2.5 }),
  },
};

function cross(x: number, y: number, r: number): string {
  return `M${x - r} ${y - r}L${x + r} ${y + r}M${x - r} ${y + r}L${x + r} ${y - r}`;
}

/** One line: the marks of these outcomes, with what they mean. */
export function legend(outcomes: ReadonlySet<Outcome>, x: number, y: number): string {
  let at = x;
  const entries: string[] = [];
  for (const outcome of Object.keys(marks) as Outcome[]) {
    if (!outcomes.has(outcome)) continue;
    const { meaning, draw } = marks[outcome];
    entries.push(draw(at + 6, y - 4, 5), label(meaning, at + 18, y));
    at += 34 + meaning.length * 6.5;
  }
  return entries.join('');
}
