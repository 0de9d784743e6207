/** Runs transfers under a hundred schedules: the report of the first run that hangs, or whose locks could hang on another schedule. */
import { assertNoFindings, Simulation } from 'lockgraph';
import { Account, type transfer } from './bank.js';

/** @throws Error with the report, if a run has findings */
export async function hunt(move: typeof transfer): Promise<void> {
  for (let seed = 0; seed < 100; seed++) {
    const simulation = new Simulation({ name: 'bank', schedule: { seed } });
    const alice = new Account(simulation.monitor, 'alice', 100);
    const bob = new Account(simulation.monitor, 'bob', 100);
    simulation.spawn('alice pays bob', (thread) => move(thread, alice, bob, 10));
    simulation.spawn('bob pays alice', (thread) => move(thread, bob, alice, 25));
    const run = await simulation.run();
    assertNoFindings(run.analysis, run);
  }
}
