/** Two transfers that cross, as two simulated threads. */
import { type RunResult, type SchedulePolicy, Simulation } from 'lockgraph';
import { Account, type transfer } from './bank.js';

export interface CrossingTransfers extends RunResult {
  readonly balances: readonly [alice: number, bob: number];
}

export async function crossingTransfers(move: typeof transfer, schedule: SchedulePolicy): Promise<CrossingTransfers> {
  const simulation = new Simulation({ name: 'two transfers that cross', schedule });
  const alice = new Account(simulation.monitor, 'alice', 100);
  const bob = new Account(simulation.monitor, 'bob', 100);
  simulation.spawn('alice pays bob', (thread) => move(thread, alice, bob, 10));
  simulation.spawn('bob pays alice', (thread) => move(thread, bob, alice, 25));
  const run = await simulation.run();
  return { ...run, balances: [alice.balance, bob.balance] };
}
