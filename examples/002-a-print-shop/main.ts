/** Prints the report of the first bad day, and its schedule: `npx tsx examples/002-a-print-shop/main.ts`. */
import { renderText, sourceLines } from 'lockgraph';
import { bookInTwoSteps } from './book.js';
import { badDay } from './day.js';

const found = await badDay(bookInTwoSteps);
if (found !== undefined) {
  process.stdout.write(renderText(found.analysis, { sourceLine: sourceLines(process.cwd()) }));
  process.stdout.write(`\nSeed ${found.seed}; the same again: new Simulation({ schedule: { schedule: '${found.schedule}' } })\n`);
}
