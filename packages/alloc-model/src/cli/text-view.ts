/** How a text is laid out for where it goes. */
import { env } from 'node:process';
import { styleFor } from 'lockgraph';
import { plainView, type TextView } from '../report/text-view.js';
import type { Output } from './output.js';

/** @param output the file that the text goes to; undefined: `stdout` */
export function viewFor(stdout: Output, output?: string): TextView {
  return output === undefined ? { style: styleFor(stdout, env), columns: stdout.columns } : plainView;
}
