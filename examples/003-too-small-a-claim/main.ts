/** Prints the call log of the server: `npx tsx examples/003-too-small-a-claim/main.ts`; with the argument `repaired`, that of the repaired one. */
import { callLogText } from 'alloc-model';
import { serverCalls } from './server.js';
import { boxAsItIs, boxToFit } from './vec.js';

const box = process.argv[2] === 'repaired' ? boxToFit : boxAsItIs;
for (const piece of callLogText(serverCalls(box))) process.stdout.write(piece);
