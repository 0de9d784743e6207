import { EventKind, Mode, Monitor, Mutex, Simulation } from 'lockgraph';
import { describe, expect, test } from 'vitest';
import { LockEventWriter } from '../../../../packages/alloc-model/src/lab/replay/lock-events.js';

async function written(body: (simulation: Simulation, monitor: Monitor) => unknown): Promise<string[]> {
  const monitor = new Monitor();
  const lines: string[] = [];
  monitor.addSink(new LockEventWriter(monitor.registry, (line) => lines.push(line)));
  const simulation = new Simulation({ monitor, sites: false });
  await simulation.drive(() => body(simulation, monitor));
  return lines;
}

describe('the lock events', () => {
  test('are a line for a lock and one for an unlock, with the call, the thread and the function', async () => {
    const lines = await written(async (simulation, monitor) => {
      const thread = simulation.thread('t7');
      const mutex = new Mutex(monitor, { name: 'arena0.lock' });
      thread.begin(monitor.registry.operation('mallocx'));
      thread.enter(monitor.registry.calls.frame('arena_malloc(class 3)'));
      await mutex.acquire(thread);
      mutex.release(thread);
    });
    expect(lines).toEqual([
      '{"op":1,"thr":7,"ev":"lock","mutex":"arena0.lock","fn":"arena_malloc"}\n',
      '{"op":1,"thr":7,"ev":"unlock","mutex":"arena0.lock","fn":"arena_malloc"}\n',
    ]);
  });

  test('end with the lock that is never granted', async () => {
    const lines = await written(async (simulation, monitor) => {
      const thread = simulation.thread('t0');
      const mutex = new Mutex(monitor, { name: 'm' });
      await mutex.acquire(thread);
      await mutex.acquire(thread);
    });
    expect(lines.map((line) => (JSON.parse(line) as { ev: string }).ev)).toEqual(['lock', 'lock_blocked']);
  });

  test('of a request and its acquire in one event are those of an acquire', async () => {
    const lines = await written((simulation, monitor) => {
      const { id } = new Mutex(monitor, { name: 'm' });
      monitor.emit(EventKind.take, simulation.thread('t0').id, id, Mode.exclusive, 0, 0, 0, 0);
    });
    expect(lines).toEqual(['{"op":0,"thr":0,"ev":"lock","mutex":"m","fn":""}\n']);
  });

  test('of a second thread with a name are those of its number', async () => {
    const lines = await written(async (simulation, monitor) => {
      simulation.thread('t1').exit();
      await new Mutex(monitor, { name: 'm' }).acquire(simulation.thread('t1'));
    });
    expect(lines).toEqual(['{"op":0,"thr":1,"ev":"lock","mutex":"m","fn":""}\n']);
  });
});
