/** What an event costs, in nanoseconds, and what memory a run of many events takes. */
import { EventKind, Mode, Monitor, Mutex, Recorder, Registry, Simulation } from 'lockgraph';
import { median, takeTurns, usedMebibytes } from './measure.js';

const EVENTS = 1_000_000;
const ROUNDS = 9;

export interface EventCost {
  readonly what: string;
  readonly nanoseconds: number;
}

export async function eventCosts(): Promise<EventCost[]> {
  const times = await takeTurns(
    [
      { name: 'Monitor.emit of an operation', run: () => emits(new Registry(), false) },
      { name: 'Monitor.emit of an operation, recorded', run: () => emits(new Registry(), true) },
      { name: 'Recorder.event', run: appends },
      { name: 'Mutex acquire and release', run: () => pairs(false) },
      { name: 'Mutex acquire and release, recorded', run: () => pairs(true) },
    ],
    ROUNDS,
  );
  return [...times].map(([what, all]) => ({ what, nanoseconds: median(all) }));
}

function monitorOf(registry: Registry, recorded: boolean): Monitor {
  return new Monitor({ registry, ...(recorded ? { log: new Recorder(registry) } : {}) });
}

function emits(registry: Registry, recorded: boolean): number {
  const monitor = monitorOf(registry, recorded);
  const thread = registry.threads.id('t');
  const operation = registry.operation('call', ['size']);
  for (let i = 1; i <= EVENTS; i++) monitor.emit(EventKind.operation, thread, operation, Mode.exclusive, 0, i, i, 0);
  return EVENTS;
}

function appends(): number {
  const registry = new Registry();
  const recorder = new Recorder(registry);
  const thread = registry.threads.id('t');
  const operation = registry.operation('call', ['size']);
  for (let i = 1; i <= EVENTS; i++) recorder.event(i, EventKind.operation, thread, operation, Mode.exclusive, 0, i, i, 0);
  return EVENTS;
}

async function pairs(recorded: boolean): Promise<number> {
  const monitor = monitorOf(new Registry(), recorded);
  const simulation = new Simulation({ monitor, sites: false });
  const thread = simulation.thread('t');
  const mutex = new Mutex(monitor, { name: 'm' });
  await simulation.drive(async () => {
    for (let i = 0; i < EVENTS; i++) {
      const waits = mutex.acquire(thread);
      if (waits !== undefined) await waits;
      mutex.release(thread);
    }
  });
  return EVENTS;
}

export interface MemoryUse {
  readonly events: number;
  /** Heap and buffers after a collection, over what there was before the run. */
  readonly mebibytes: number;
}

/** What a run takes that records so many events and goes on. */
export function memoryUse(counts: readonly number[]): MemoryUse[] {
  const before = usedMebibytes();
  const registry = new Registry();
  const monitor = monitorOf(registry, true);
  const thread = registry.threads.id('t');
  const lock = registry.addLock({ name: 'm' });
  const operation = registry.operation('call', ['size']);
  let events = 0;
  return counts.map((count) => {
    for (; events < count; events += 5) {
      const number = events / 5 + 1;
      monitor.emit(EventKind.begin, thread, operation, Mode.exclusive, 0, number, number, 0);
      monitor.emit(EventKind.request, thread, lock, Mode.exclusive, 0, number, 0, 0);
      monitor.emit(EventKind.acquire, thread, lock, Mode.exclusive, 0, number, 0, 0);
      monitor.emit(EventKind.release, thread, lock, Mode.exclusive, 0, number, 0, 0);
      monitor.emit(EventKind.end, thread, 0, Mode.exclusive, 0, number, 0, 0);
    }
    return { events, mebibytes: usedMebibytes() - before };
  });
}
