/** What a text is laid out for. */
import { plainStyle, type Style } from 'lockgraph';

/** Columns of prose where there is no terminal. */
const USUAL_WIDTH = 100;
const LEAST_WIDTH = 60;

export interface TextView {
  readonly style: Style;
  /** Of the terminal; undefined: there is none, and a table may be as wide as it is. */
  readonly columns: number | undefined;
}

export const plainView: TextView = { style: plainStyle, columns: undefined };

/** Columns of a line of prose. A longer word makes a line longer. */
export function proseWidth({ columns }: TextView): number {
  return Math.max(LEAST_WIDTH, columns ?? USUAL_WIDTH);
}

/** Columns of a sentence that others may search for: where there is no terminal it is one line. */
export function sentenceWidth(view: TextView): number {
  return view.columns === undefined ? Infinity : proseWidth(view);
}
