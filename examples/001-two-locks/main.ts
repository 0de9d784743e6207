/** Prints the report of the transfers that stand still: `npx tsx examples/001-two-locks/main.ts`. */
import { renderText } from 'lockgraph';
import { transfer } from './bank.js';
import { crossingTransfers } from './simulate.js';

const { analysis } = await crossingTransfers(transfer, 'round-robin');
process.stdout.write(renderText(analysis));
