import { Mutex, renderText, Simulation } from 'lockgraph';
import { expect, test } from 'vitest';

test('a hang says who has the lock that is waited for', async () => {
  const simulation = new Simulation({ sites: false });
  const keeper = simulation.thread('keeper');
  const waiter = simulation.thread('waiter');
  const mutex = new Mutex(simulation.monitor, { name: 'm' });
  const { analysis } = await simulation.drive(async () => {
    await mutex.acquire(keeper);
    await mutex.acquire(waiter);
  });
  expect(analysis.findings.map(({ kind }) => kind)).toEqual(['hang']);
  expect(renderText(analysis)).toContain('held by keeper');
});

test('a crowd that waits for one lock is told on one screen', async () => {
  const simulation = new Simulation({ sites: false });
  const mutex = new Mutex(simulation.monitor, { name: 'm' });
  for (let i = 0; i < 500; i++) simulation.spawn(`t${i}`, (thread) => mutex.acquire(thread));
  const { analysis } = await simulation.run();
  const text = renderText(analysis);
  expect(text).toContain('orphaned-lock (observed)');
  expect(text.split('\n').length).toBeLessThan(45);
});
