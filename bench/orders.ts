/** What watching the order of locks costs a live run: in time for each acquire, and in memory for each order. */
import { EventKind, Mode, Monitor, Mutex, Registry, Simulation } from 'lockgraph';
import { median, takeTurns, usedMebibytes } from './measure.js';

const PAIRS = 500_000;
const ROUNDS = 9;

/** Nanoseconds, at most: what a known order adds. */
const LIMIT = 100;

/** Lines to print. */
export async function* orderLines(): AsyncIterable<string> {
  const times = await takeTurns(
    [
      { name: 'emit', run: () => emits(false) },
      { name: 'emit, nested', run: () => emits(true) },
      { name: 'Mutex', run: () => pairs(false) },
      { name: 'Mutex, nested', run: () => pairs(true) },
    ],
    ROUNDS,
  );
  const cost = (name: string): number => median(times.get(name)!);
  yield '\nAcquire and release of a lock, ns              alone   in another one   added';
  for (const [what, name] of [
    ['Monitor.emit of the two events', 'emit'],
    ['Mutex', 'Mutex'],
  ] as const) {
    const [alone, nested] = [cost(name), cost(`${name}, nested`)];
    yield `  ${what.padEnd(40)} ${alone.toFixed(0).padStart(9)} ${nested.toFixed(0).padStart(16)} ${(nested - alone).toFixed(0).padStart(7)}   (at most ${LIMIT})`;
  }
  const { orders, seconds, mebibytes } = manyOrders(1_000_000);
  yield `\n${orders.toLocaleString('en-US')} orders of two locks: ${seconds.toFixed(2)} s (at most 2), ${mebibytes.toFixed(0)} MiB (at most 64)`;
}

function emits(nested: boolean): number {
  const registry = new Registry();
  const monitor = new Monitor({ registry });
  const thread = registry.threads.id('t');
  const [outer, inner] = [registry.addLock({ name: 'outer' }), registry.addLock({ name: 'inner' })];
  if (nested) monitor.emit(EventKind.take, thread, outer, Mode.exclusive, 0, 0, 0, 0);
  for (let i = 0; i < PAIRS; i++) {
    monitor.emit(EventKind.take, thread, inner, Mode.exclusive, 0, 0, 0, 0);
    monitor.emit(EventKind.release, thread, inner, Mode.exclusive, 0, 0, 0, 0);
  }
  return PAIRS;
}

async function pairs(nested: boolean): Promise<number> {
  const monitor = new Monitor({ registry: new Registry() });
  const simulation = new Simulation({ monitor, sites: false });
  const thread = simulation.thread('t');
  const outer = new Mutex(monitor, { name: 'outer' });
  const inner = new Mutex(monitor, { name: 'inner' });
  await simulation.drive(async () => {
    if (nested) await outer.acquire(thread);
    for (let i = 0; i < PAIRS; i++) {
      const waits = inner.acquire(thread);
      if (waits !== undefined) await waits;
      inner.release(thread);
    }
    if (nested) outer.release(thread);
  });
  return PAIRS;
}

/** Each lock is taken while each that was made before it is held. */
function manyOrders(count: number): { orders: number; seconds: number; mebibytes: number } {
  const registry = new Registry();
  const locks = Array.from({ length: Math.ceil(Math.sqrt(2 * count)) + 1 }, (_, index) => registry.addLock({ name: `L${index}` }));
  const thread = registry.threads.id('t');
  const before = usedMebibytes();
  const started = process.hrtime.bigint();
  const monitor = new Monitor({ registry });
  let orders = 0;
  for (const [index, outer] of locks.entries()) {
    monitor.emit(EventKind.take, thread, outer, Mode.exclusive, 0, 0, 0, 0);
    for (const inner of locks.slice(index + 1, index + 1 + count - orders)) {
      monitor.emit(EventKind.take, thread, inner, Mode.exclusive, 0, 0, 0, 0);
      monitor.emit(EventKind.release, thread, inner, Mode.exclusive, 0, 0, 0, 0);
      orders++;
    }
    monitor.emit(EventKind.release, thread, outer, Mode.exclusive, 0, 0, 0, 0);
  }
  const seconds = Number(process.hrtime.bigint() - started) / 1e9;
  const mebibytes = usedMebibytes() - before;
  if (monitor.findings.length > 0) throw new Error('locks that are all taken in one order have findings');
  return { orders, seconds, mebibytes };
}
