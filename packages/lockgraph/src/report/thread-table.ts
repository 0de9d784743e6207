/** A table with one column a thread, steps downwards, each with its number. Where it is too wide for the screen, a list. */
import { columns, counted, pad, wrapWords } from './layout.js';
import type { View } from './view.js';

export interface ThreadRow {
  /** Its place among all rows, from 1. */
  readonly number: number;
  /** Index of the thread. */
  readonly thread: number;
  readonly text: string;
}

export interface ThreadTable {
  readonly heading: string;
  /** The threads as they are shown, from left to right. One without a row has no column. */
  readonly threads: readonly string[];
  /** The rows that are shown, in order. */
  readonly rows: readonly ThreadRow[];
  /** How many rows there are, those that are not shown among them. */
  readonly total: number;
  /** What a row is called where it is left out: a step. */
  readonly noun: string;
}

const GAP = 2;

/** The heading is the first line. Where rows are left out, a line says how many. */
export function threadTable({ heading, threads, rows, total, noun }: ThreadTable, view: View): string[] {
  const widths = threads.map(() => 0);
  for (const { thread, text } of rows) widths[thread] = Math.max(widths[thread]!, columns(threads[thread]!), columns(text));
  const shown = threads.flatMap((_, thread) => (widths[thread] === 0 ? [] : [thread]));
  const margin = String(rows.at(-1)?.number ?? 0).length + 2;
  const fits = shown.reduce((sum, thread) => sum + widths[thread]! + GAP, 2 + margin - GAP) <= view.width;
  const across = (cell: (thread: number) => string): string => shown.map((thread) => pad(cell(thread), widths[thread]! + GAP)).join('').trimEnd();
  const lines = fits ? [heading, ' '.repeat(2 + margin) + view.style.heading(across((thread) => threads[thread]!))] : [heading];
  let last = 0;
  for (const { number, thread, text } of rows) {
    if (number > last + 1) lines.push(leftOut(number - last - 1, noun, view));
    last = number;
    const start = `  ${String(number).padStart(margin - 2)}  `;
    if (fits) lines.push(start + across((other) => (other === thread ? text : '')));
    else {
      const [first, ...rest] = wrapWords(`${threads[thread]!}: ${text}`, view.width - 2 - margin);
      lines.push(start + first!, ...rest.map((line) => ' '.repeat(2 + margin) + line));
    }
  }
  if (total > last) lines.push(leftOut(total - last, noun, view));
  return lines;
}

function leftOut(count: number, noun: string, view: View): string {
  return view.style.quiet(`  … ${counted(count, noun)} more (--verbose shows them)`);
}
