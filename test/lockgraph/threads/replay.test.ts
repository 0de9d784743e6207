import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Condition, Mutex, Simulation } from '../../../packages/lockgraph/src/index.js';
import type { SchedulePolicy, SimulatedThread } from '../../../packages/lockgraph/src/index.js';
import { eventsOf } from './programs.js';

/** A step of a random program; `lock` counts modulo the locks that there are. */
type Step = { readonly what: 'lock' | 'unlock' | 'try' | 'yield' | 'spawn' | 'wait' | 'notify' | 'fail'; readonly lock: number };
type Program = readonly (readonly Step[])[];

const LOCKS = 3;
const step = fc.record({
  what: fc.constantFrom('lock', 'lock', 'lock', 'unlock', 'unlock', 'try', 'yield', 'spawn', 'wait', 'notify', 'fail') as fc.Arbitrary<Step['what']>,
  lock: fc.nat(LOCKS - 1),
});
const programs: fc.Arbitrary<Program> = fc.array(fc.array(step, { maxLength: 8 }), { minLength: 1, maxLength: 4 });

test('a random program under a seed, and the replay of its schedule, give the same events and findings', async () => {
  const property = fc.asyncProperty(programs, fc.nat(), async (program, seed) => {
    const first = await runOf(program, { seed });
    const second = await runOf(program, { schedule: first.schedule });
    expect(second).toEqual(first);
  });
  await fc.assert(property, { numRuns: 300 });
});

test('what run() says does not depend on what ran before it', async () => {
  const property = fc.asyncProperty(programs, async (program) => {
    const alone = await runOf(program, 'round-robin');
    const [one, other] = await Promise.all([runOf(program, 'round-robin'), runOf(program, 'round-robin')]);
    expect(one).toEqual(alone);
    expect(other).toEqual(alone);
  });
  await fc.assert(property, { numRuns: 50 });
});

async function runOf(program: Program, schedule: SchedulePolicy) {
  const simulation = new Simulation({ schedule, sites: false, capacity: 200 });
  const events = eventsOf(simulation);
  const locks = Array.from(
    { length: LOCKS },
    (_, n) =>
      new Mutex(simulation.monitor, { name: `m${n}`, recursive: n === 1, unlock: n === 2 ? 'pthread' : 'throw' }),
  );
  const condition = new Condition(simulation.monitor, { name: 'c' });
  const perform = async (thread: SimulatedThread, { what, lock: n }: Step): Promise<void> => {
    const lock = locks[n]!;
    if (what === 'lock') await lock.acquire(thread);
    else if (what === 'unlock') lock.release(thread);
    else if (what === 'try') lock.tryAcquire(thread);
    else if (what === 'yield') await thread.yield();
    else if (what === 'spawn') await thread.join(thread.spawn('child', (child) => lock.acquire(child)));
    else if (what === 'wait') await condition.wait(thread, lock);
    else if (what === 'notify') condition.notify();
    else throw new Error('broken');
  };
  program.forEach((steps, n) =>
    simulation.spawn(`t${n}`, async (thread) => {
      for (const one of steps) await perform(thread, one);
    }),
  );
  const end = await simulation.run().then(
    ({ outcome }) => outcome,
    (error: unknown) => String(error),
  );
  return { end, schedule: simulation.schedule, findings: simulation.monitor.findings, events };
}
