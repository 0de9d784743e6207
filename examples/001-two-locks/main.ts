/** Prints the report of the transfers that hang: `pnpm tsx examples/001-two-locks/main.ts`. */
import { transfer } from './bank.js';
import { hunt } from './hunt.js';

try {
  await hunt(transfer);
} catch (error) {
  process.stdout.write(`${(error as Error).message.trimStart()}\n`);
}
