/** How parts of a report stand out. The renderer asks for a role; whoever knows the stream says how it looks. */
import { styleText } from 'node:util';

type Paint = (text: string) => string;

export interface Style {
  /** What went wrong: the kind of a finding. */
  readonly alarm: Paint;
  /** Heads of sections and names of threads. */
  readonly heading: Paint;
  /** Marks at the edge: the first anomaly, where it stands still. */
  readonly mark: Paint;
  /** What most readers skip: stacks, hints. */
  readonly quiet: Paint;
}

const same: Paint = (text) => text;

export const plainStyle: Style = { alarm: same, heading: same, mark: same, quiet: same };

/** The stream is looked at in {@link styleFor}; newer Nodes would look at standard output, whatever the report goes to. */
const unchecked = { validateStream: false };

const colours: Style = {
  alarm: (text) => styleText(['bold', 'red'], text, unchecked),
  heading: (text) => styleText('bold', text, unchecked),
  mark: (text) => styleText('yellow', text, unchecked),
  quiet: (text) => styleText('dim', text, unchecked),
};

/** Colours if `stream` is a terminal and NO_COLOR (no-color.org) is unset or empty. */
export function styleFor(stream: { readonly isTTY?: boolean }, environment: { readonly NO_COLOR?: string | undefined }): Style {
  return stream.isTTY === true && (environment.NO_COLOR ?? '') === '' ? colours : plainStyle;
}
