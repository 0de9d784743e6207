/** Prints a run as a trace: `npx tsx examples/001-two-locks/record.ts | npx lockgraph report -`. */
import { JsonlWriter, Simulation } from 'lockgraph';
import { Account, transfer } from './bank.js';

const simulation = new Simulation({ name: 'bank', schedule: 'round-robin' });
const writer = new JsonlWriter(simulation.monitor.registry, (text) => process.stdout.write(text));
simulation.monitor.addSink(writer);
const alice = new Account(simulation.monitor, 'alice', 100);
const bob = new Account(simulation.monitor, 'bob', 100);
simulation.spawn('alice pays bob', (thread) => transfer(thread, alice, bob, 10));
simulation.spawn('bob pays alice', (thread) => transfer(thread, bob, alice, 25));
await simulation.run();
writer.close();
