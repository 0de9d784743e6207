/** Small programs that the tests of threads share. */
import { Mutex, Simulation } from '../../../packages/lockgraph/src/index.js';
import type { SimulatedThread, SimulationOptions } from '../../../packages/lockgraph/src/index.js';

/** Two threads that take two locks, each in its own order. */
export function abba(options: SimulationOptions): Simulation {
  const simulation = new Simulation(options);
  const a = new Mutex(simulation.monitor, { name: 'a' });
  const b = new Mutex(simulation.monitor, { name: 'b' });
  simulation.spawn('t1', (thread) => takeBoth(thread, a, b));
  simulation.spawn('t2', (thread) => takeBoth(thread, b, a));
  return simulation;
}

export async function takeBoth(thread: SimulatedThread, first: Mutex, second: Mutex): Promise<void> {
  await first.acquire(thread);
  await second.acquire(thread);
  second.release(thread);
  first.release(thread);
}

export function kinds(simulation: Simulation): string[] {
  return simulation.monitor.findings.map((finding) => finding.kind);
}

/** Records every event of a run as a line of numbers. */
export function eventsOf(simulation: Simulation): string[] {
  const events: string[] = [];
  simulation.monitor.addSink({
    event: (...columns) => events.push(columns.join(' ')),
    note: () => {},
    end: () => {},
  });
  return events;
}
