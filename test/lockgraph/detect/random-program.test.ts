import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Monitor } from '../../../packages/lockgraph/src/detect/monitor.js';
import { EventKind, Mode } from '../../../packages/lockgraph/src/trace/event.js';
import type { EventSink } from '../../../packages/lockgraph/src/trace/event.js';
import type { EventLog } from '../../../packages/lockgraph/src/trace/event-log.js';
import { JsonlReader } from '../../../packages/lockgraph/src/trace/jsonl-reader.js';
import { JsonlWriter } from '../../../packages/lockgraph/src/trace/jsonl-writer.js';
import { Recorder } from '../../../packages/lockgraph/src/trace/recorder.js';
import { Registry } from '../../../packages/lockgraph/src/trace/registry.js';
import { PlainLog } from './plain-log.js';
import { asWaits, prepare, steps, take } from './random-program.js';
import type { Step } from './random-program.js';
import { Run } from './run.js';

const isDeadlock = (kind: string) => kind === 'deadlock' || kind === 'self-deadlock';
const isMisuse = (kind: string) => ['unlock-not-held', 'unlock-foreign', 'exit-holding'].includes(kind);
const sum = (counts: readonly number[]) => counts.reduce((one, other) => one + other, 0);

test('at each step the deadlocks found are those that a naive search finds', () => {
  fc.assert(
    fc.property(steps, (program) => {
      const run = new Run();
      const twin = prepare(run);
      let before = new Set<string>();
      let sightings = 0;
      for (const step of program) {
        take(run, twin, step);
        const now = twin.cycles();
        for (const cycle of now) {
          if (before.has(cycle)) continue;
          sightings++;
          expect(run.findings.map(({ cycle: found }) => asWaits(found))).toContain(cycle);
        }
        before = now;
        const found = run.findings.filter(({ kind, evidence, broken }) => isDeadlock(kind) && (evidence === 'observed' || broken === true));
        expect(sum(found.map(({ count }) => count))).toBe(sightings);
        for (const { cycle, evidence, broken } of found) {
          expect([evidence, broken]).toEqual(now.has(asWaits(cycle)) ? ['observed', undefined] : ['possible', true]);
        }
        for (const { kind, cycle } of found) expect(kind).toBe(cycle.length === 1 ? 'self-deadlock' : 'deadlock');
      }
    }),
    { numRuns: 500 },
  );
});

test('at each step the misuse found is that which was made', () => {
  fc.assert(
    fc.property(steps, (program) => {
      const run = new Run();
      const twin = prepare(run);
      const made: string[] = [];
      for (const step of program) made.push(...take(run, twin, step));
      const found = run.findings.filter(({ kind }) => isMisuse(kind)).flatMap(({ kind, count }) => Array<string>(count).fill(kind));
      expect(found.toSorted()).toEqual(made.toSorted());
    }),
    { numRuns: 500 },
  );
});

test('when a run has stalled, each thread that waits is in a finding, or waits for one that is', () => {
  fc.assert(
    fc.property(steps, (program) => {
      const run = new Run();
      const twin = prepare(run);
      for (const step of program) take(run, twin, step);
      run.monitor.finish({ stalled: true });
      const told = new Set(run.findings.filter(({ evidence }) => evidence === 'observed').flatMap(({ cycle }) => cycle.map(({ thread }) => thread)));
      const hung = new Set(run.findings.filter(({ kind }) => kind === 'hang').flatMap(({ cycle }) => cycle.map(({ thread }) => thread)));
      for (const thread of twin.waiting.keys()) {
        let at: string | undefined = thread;
        for (let i = 0; i < 5 && at !== undefined && !told.has(at); i++) at = twin.blocker(at);
        expect(at).toBeDefined();
        const inCycle = [...twin.cycles()].some((cycle) => cycle.includes(`${thread} `));
        if (inCycle) expect(hung.has(thread)).toBe(false);
      }
      for (const thread of hung) expect(twin.waiting.has(thread)).toBe(true);
    }),
    { numRuns: 500 },
  );
});

test('a run that has not stalled has no hang with mutexes and joins alone', () => {
  fc.assert(
    fc.property(steps, (program) => {
      const run = new Run();
      const twin = prepare(run);
      for (const step of program) take(run, twin, step);
      run.monitor.finish();
      expect(run.kinds).not.toContain('hang');
    }),
    { numRuns: 300 },
  );
});

/** Gives the rows of a log to a new monitor, as a trace reader does. */
function readBack(log: EventLog, registry: Registry, stalled: boolean): Monitor {
  const monitor = new Monitor({ registry, log: new Recorder(registry) });
  for (let row = 0; row < log.size; row++) {
    const note = log.noteAt(row);
    const [event, thread, call, operation] = [log.eventAt(row), log.thread(row), log.call(row), log.operation(row)];
    if (note !== undefined) monitor.note(event, thread, call, operation, note);
    else monitor.event(event, log.kind(row), thread, log.object(row), log.mode(row), call, operation, log.a(row), log.b(row));
  }
  monitor.end(stalled);
  return monitor;
}

function live(program: readonly Step[], log: (registry: Registry) => EventSink & EventLog) {
  const registry = new Registry();
  const kept = log(registry);
  const run = new Run(kept, registry);
  const twin = prepare(run);
  for (const step of program) take(run, twin, step);
  run.monitor.finish({ stalled: true });
  return { run, twin, log: kept };
}

test('the findings of a recorded run are those of the run', () => {
  fc.assert(
    fc.property(steps, (program) => {
      const { run, log } = live(program, (registry) => new Recorder(registry));
      expect(readBack(log, run.registry, true).analysis('x')).toEqual(run.monitor.analysis('x'));
    }),
    { numRuns: 300 },
  );
});

test('the findings of a run that was written as JSONL are those of the run', () => {
  fc.assert(
    fc.property(steps, fc.boolean(), (program, stalled) => {
      const registry = new Registry();
      const run = new Run(new Recorder(registry), registry);
      let text = '';
      run.monitor.addSink(new JsonlWriter(registry, (chunk) => (text += chunk)));
      const twin = prepare(run);
      for (const step of program) take(run, twin, step);
      run.monitor.finish({ stalled });

      const read = new Registry();
      const monitor = new Monitor({ registry: read, log: new Recorder(read) });
      const reader = new JsonlReader('run.jsonl', monitor, read);
      reader.push(Buffer.from(text));
      expect(reader.finish().complete).toBe(true);
      expect(monitor.analysis('x')).toEqual(run.monitor.analysis('x'));
    }),
    { numRuns: 200 },
  );
});

test('the recorder looks back as an array of all events does', () => {
  fc.assert(
    fc.property(steps, (program) => {
      const recorded = live(program, (registry) => new Recorder(registry)).run.monitor.analysis('x');
      const plain = live(program, () => new PlainLog()).run.monitor.analysis('x');
      const withoutLines = JSON.parse(JSON.stringify(plain, (key, value: unknown) => (key === 'line' ? undefined : value))) as unknown;
      expect(JSON.parse(JSON.stringify(recorded))).toEqual(withoutLines);
    }),
    { numRuns: 300 },
  );
});

test('what fell out of a small recorder takes no finding that still stands, and adds none', () => {
  fc.assert(
    fc.property(steps, fc.integer({ min: 1, max: 20 }), (program, capacity) => {
      const { run, twin, log } = live(program, (registry) => new Recorder(registry, { capacity }));
      const read = readBack(log, run.registry, true);
      const ids = new Set(run.findings.map(({ id }) => id));
      for (const { id } of read.findings) expect(ids).toContain(id);
      const standing = twin.cycles();
      const readIds = new Set(read.findings.map(({ id }) => id));
      for (const { id, kind, cycle } of run.findings) {
        const stands = isDeadlock(kind) && standing.has(asWaits(cycle));
        if (stands || kind === 'hang') expect(readIds).toContain(id);
      }
      expect(read.analysis('x').source.complete).toBe(log.dropped === 0);
    }),
    { numRuns: 500 },
  );
});

test('a release of which the trace says that it was wrong is misuse even after a gap; another is not', () => {
  const monitor = new Monitor();
  const lock = monitor.registry.addLock({ name: 'm' });
  const thread = monitor.registry.threads.id('t0');
  monitor.event(100, EventKind.release, thread, lock, 0, 0, 0, 0, 0);
  expect(monitor.findings).toEqual([]);
  monitor.event(101, EventKind.release, thread, lock, Mode.unheld, 0, 0, 0, 0);
  expect(monitor.findings.map(({ kind }) => kind)).toEqual(['unlock-not-held']);
});

test('a release of what was taken before a gap takes back the order that was learned since: it was wanted with more locks held than are known', () => {
  const monitor = new Monitor();
  const [gate, one, other] = ['gate', 'one', 'other'].map((name) => monitor.registry.addLock({ name }));
  const [first, second] = ['t0', 't1'].map((name) => monitor.registry.threads.id(name));
  let event = 100;
  const step = (kind: EventKind, thread: number, lock: number) => monitor.event(event++, kind, thread, lock, 0, 0, 0, 0, 0);
  const nest = (thread: number, outer: number, inner: number) => {
    step(EventKind.take, thread, outer);
    step(EventKind.take, thread, inner);
    step(EventKind.release, thread, inner);
    step(EventKind.release, thread, outer);
  };
  nest(first!, one!, other!);
  step(EventKind.release, first!, gate!);
  step(EventKind.take, second!, gate!);
  nest(second!, other!, one!);
  step(EventKind.release, second!, gate!);
  expect(monitor.findings).toEqual([]);
  nest(first!, one!, other!);
  expect(monitor.findings.map(({ kind }) => kind)).toEqual(['lock-order']);
});
