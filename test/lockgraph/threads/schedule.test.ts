import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ScheduleError, Simulation } from '../../../packages/lockgraph/src/index.js';
import { formatSchedule, parseSchedule, ScheduleRecorder } from '../../../packages/lockgraph/src/threads/schedule.js';
import { abba, eventsOf, kinds } from './programs.js';

test('a schedule is run-length coded', () => {
  expect(parseSchedule(' t1*3 t2\n"odd name"*2 ')).toEqual([
    { thread: 't1', count: 3 },
    { thread: 't2', count: 1 },
    { thread: 'odd name', count: 2 },
  ]);
});

test('a printed schedule reads back, whatever the names', () => {
  const run = fc.record({ thread: fc.string({ unit: 'binary' }), count: fc.integer({ min: 1, max: 1e9 }) });
  fc.assert(
    fc.property(fc.array(run), (runs) => {
      const text = formatSchedule(runs);
      expect(text).toMatch(/^[\x20-\x7e]*$/);
      expect(parseSchedule(text)).toEqual(runs);
    }),
  );
});

test('no text makes the parser fail in another way than it says', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom('t', '1', '*', '"', '\\', ' ', '\n', 'é') }), (text) => {
      try {
        parseSchedule(text);
      } catch (error) {
        expect(error).toBeInstanceOf(ScheduleError);
      }
    }),
  );
});

test.each([
  ['t1 *2', 'the schedule has "*2" at column 4, where a thread should be'],
  ['t1*', 'the schedule has "t1*" at column 1, where a count from 1 should be'],
  ['t1*-1', 'a count from 1'],
  ['t1*99999999999999999999', 'a count from 1'],
  ['"t1', 'the schedule has "\\"t1" at column 1, where a thread should be'],
  ['t1 "\\x"', 'at column 4, where a name in JSON quotes should be'],
])('%j is no schedule', (text, message) => {
  expect(() => parseSchedule(text)).toThrow(message);
});

test('steps on end of one thread are one run', () => {
  const recorder = new ScheduleRecorder();
  for (const task of [0, 0, 0, 1, 0]) recorder.step(task);
  expect(recorder.steps).toBe(5);
  expect(formatSchedule(recorder.runs((task) => `t${task + 1}`))).toBe('t1*3 t2 t1');
});

test('a schedule may be the beginning of one: the run goes on in order', async () => {
  const simulation = abba({ schedule: { schedule: 't2' } });
  expect((await simulation.run()).schedule).toBe('t2*3 t1*3');
});

test('a schedule written by hand reaches the deadlock', async () => {
  const simulation = abba({ schedule: { schedule: 't1*2 t2*2' } });
  expect((await simulation.run()).outcome).toBe('stopped');
  expect(kinds(simulation)).toEqual(['deadlock']);
});

test('a schedule that does not fit says at which step, and what was enabled', async () => {
  await expect(abba({ schedule: { schedule: 't1*2 t2*3' } }).run()).rejects.toThrow(
    "step 5 of the schedule is t2's, but it waits for a; enabled: none",
  );
  await expect(abba({ schedule: { schedule: 't1 t3' } }).run()).rejects.toThrow(
    "step 2 of the schedule is t3's, but there is no such thread, or it has ended; enabled: t1, t2",
  );
});

test('a schedule that goes on after the end of the run is an error', async () => {
  await expect(abba({ schedule: { schedule: 't1*3 t2*3 t2' } }).run()).rejects.toThrow(ScheduleError);
});

test('a run that did not fit its schedule has no finding of it', async () => {
  const simulation = abba({ schedule: { schedule: 't3' } });
  await expect(simulation.run()).rejects.toThrow(ScheduleError);
  expect(kinds(simulation)).toEqual([]);
});

test('the schedule of a run with timers replays', async () => {
  const program = (options: object): Simulation => {
    const simulation = new Simulation(options);
    simulation.spawn('t1', async (thread) => {
      await new Promise((resolve) => setTimeout(resolve, 5));
      await thread.yield();
    });
    simulation.spawn('t2', (thread) => thread.yield());
    return simulation;
  };
  const { schedule } = await program({ schedule: { seed: 3 } }).run();
  const again = program({ schedule: { schedule } });
  const events = eventsOf(again);
  expect((await again.run()).schedule).toBe(schedule);
  expect(events.length).toBeGreaterThan(0);
});
