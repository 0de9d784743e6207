/** What every section of the text knows about the reader's screen and wishes. */
import type { Style } from './style.js';

export interface View {
  /** Columns of a line. */
  readonly width: number;
  /** Everything, however long; else about one screen. */
  readonly verbose: boolean;
  readonly style: Style;
  /** The source line at a site, if there is such a source. */
  readonly sourceLine: (site: string) => string | undefined;
  /** How many calls the program would have made in all, where that is known. */
  readonly calls: number | undefined;
}
