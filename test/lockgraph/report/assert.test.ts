import { describe, expect, it } from 'vitest';
import { Mutex, Simulation } from 'lockgraph';
import { assertNoFindings } from '../../../packages/lockgraph/src/report/assert.js';
import { renderText } from '../../../packages/lockgraph/src/report/text.js';
import { analysisOf, transfers } from './analyses.js';

describe('assertNoFindings', () => {
  it('throws the text report', () => {
    expect(() => assertNoFindings(transfers())).toThrow(renderText(transfers()).trimEnd());
  });

  it('tells the schedule of a simulation, to run it again', async () => {
    const simulation = new Simulation({ name: 'x' });
    const lock = new Mutex(simulation.monitor, { name: 'm' });
    simulation.spawn('one thread', async (thread) => {
      await lock.acquire(thread);
      await lock.acquire(thread);
    });
    const run = await simulation.run();
    expect(() => assertNoFindings(run.analysis, run)).toThrow(`new Simulation({ schedule: { schedule: '${run.schedule}' } })`);
  });

  it('accepts an analysis without findings', () => {
    expect(() => assertNoFindings(analysisOf([]))).not.toThrow();
  });
});
