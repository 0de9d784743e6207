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
