/** Curves as SVG: one panel each, side by side, both axes from zero. */

export interface Curve {
  /** What `x` counts. */
  readonly name: string;
  readonly points: readonly { readonly x: number; readonly y: number }[];
}

const WIDTH = 240;
const HEIGHT = 160;
const MARGIN = 48;

export function plot(title: string, curves: readonly Curve[]): string {
  const width = curves.length * (WIDTH + MARGIN) + MARGIN;
  const panels = curves.map((curve, index) => `<g transform="translate(${MARGIN + index * (WIDTH + MARGIN)} ${MARGIN})">${panel(curve)}</g>`);
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${HEIGHT + 2 * MARGIN}" font-family="sans-serif" font-size="11">
<text x="${MARGIN}" y="20" font-size="14">${title}</text>
${panels.join('\n')}
</svg>
`;
}

function panel({ name, points }: Curve): string {
  const most = { x: Math.max(...points.map(({ x }) => x)), y: Math.max(...points.map(({ y }) => y)) };
  const at = points.map(({ x, y }) => [(x / most.x) * WIDTH, HEIGHT - (y / most.y) * HEIGHT] as const);
  return [
    `<path d="M0 0V${HEIGHT}H${WIDTH}" fill="none" stroke="gray"/>`,
    `<text x="-4" y="8" text-anchor="end">${most.y.toFixed(1)} s</text>`,
    `<text x="${WIDTH}" y="${HEIGHT + 16}" text-anchor="end">${most.x.toLocaleString('en-US')} ${name}</text>`,
    `<polyline points="${at.map(([x, y]) => `${x.toFixed(1)},${y.toFixed(1)}`).join(' ')}" fill="none" stroke="steelblue" stroke-width="2"/>`,
    ...at.map(([x, y]) => `<circle cx="${x.toFixed(1)}" cy="${y.toFixed(1)}" r="3" fill="steelblue"/>`),
  ].join('');
}
