import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Finding } from '../../../packages/lockgraph/src/detect/finding.js';
import { Monitor } from '../../../packages/lockgraph/src/detect/monitor.js';
import { JsonlReader } from '../../../packages/lockgraph/src/trace/jsonl-reader.js';
import { JsonlWriter, writeLog } from '../../../packages/lockgraph/src/trace/jsonl-writer.js';
import { Recorder } from '../../../packages/lockgraph/src/trace/recorder.js';
import { Registry } from '../../../packages/lockgraph/src/trace/registry.js';
import { prepareReaders, readerSteps, takeReaderStep } from './random-readers.js';
import type { ReaderTwin } from './random-readers.js';
import { Run } from './run.js';

const isMisuse = (kind: string) => ['unlock-not-held', 'unlock-foreign', 'exit-holding'].includes(kind);
/** Deadlocks that are there now. */
const standing = (findings: readonly Finding[]) =>
  findings.filter(({ kind, evidence }) => (kind === 'deadlock' || kind === 'self-deadlock') && evidence === 'observed');

/** Each deadlock that is told is there, and each that is there is told, or holds one that is. */
function expectTold(findings: readonly Finding[], twin: ReaderTwin): void {
  const told = standing(findings);
  for (const finding of told) {
    expect(twin.stands(finding), `${finding.id} stands`).toBe(true);
    if (finding.kind === 'deadlock') expect(finding.cycle.length).toBeGreaterThan(1);
    else expect(new Set(finding.cycle.map(({ wants }) => wants)).size).toBe(1);
  }
  const ofThemselves = told.filter(({ kind, cycle }) => kind === 'self-deadlock' && cycle[0]!.mode !== 'join').map(({ cycle }) => cycle[0]!.wants);
  expect(ofThemselves.length, 'one finding for all who share a lock and want it').toBe(new Set(ofThemselves).size);
  for (const [thread, knot] of twin.knots()) {
    // Of those who wait for themselves, some may have given up since.
    const of = told.some(({ kind, cycle }) => {
      if (kind === 'deadlock') return cycle.every((waiter) => knot.has(waiter.thread));
      return cycle.some((waiter) => knot.has(waiter.thread) && twin.waitsForItself(waiter));
    });
    expect(of, `the deadlock of ${thread} is told`).toBe(true);
  }
}

test('at each step the deadlocks told are there, and none that is there is not told', () => {
  fc.assert(
    fc.property(readerSteps, (program) => {
      const run = new Run();
      const twin = prepareReaders(run);
      for (const step of program) {
        takeReaderStep(run, twin, step);
        expectTold(run.findings, twin);
      }
    }),
    { numRuns: 300 },
  );
});

test('at each step the misuse found is that which was made', () => {
  fc.assert(
    fc.property(readerSteps, (program) => {
      const run = new Run();
      const twin = prepareReaders(run);
      const made: string[] = [];
      for (const step of program) made.push(...takeReaderStep(run, twin, step));
      const found = run.findings.filter(({ kind }) => isMisuse(kind)).flatMap(({ kind, count }) => Array<string>(count).fill(kind));
      expect(found.toSorted()).toEqual(made.toSorted());
    }),
    { numRuns: 300 },
  );
});

test('when a run has stalled, each thread that waits is in a finding, or waits for one that is', () => {
  fc.assert(
    fc.property(readerSteps, (program) => {
      const run = new Run();
      const twin = prepareReaders(run);
      for (const step of program) takeReaderStep(run, twin, step);
      run.monitor.finish({ stalled: true });
      const told = new Set(
        run.findings.filter(({ evidence }) => evidence === 'observed').flatMap(({ cycle }) => cycle.map(({ thread }) => thread)),
      );
      const hung = run.findings.filter(({ kind }) => kind === 'hang').flatMap(({ cycle }) => cycle.map(({ thread }) => thread));
      const reaches = (thread: string, seen = new Set<string>()): boolean => {
        if (told.has(thread)) return true;
        seen.add(thread);
        return twin.blockers(thread).some((other) => !seen.has(other) && reaches(other, seen));
      };
      for (const thread of twin.waiting.keys()) expect([thread, reaches(thread)]).toEqual([thread, true]);
      const ofThemselves = run.findings.filter(({ kind, evidence }) => kind === 'self-deadlock' && evidence === 'observed').flatMap(({ cycle }) => cycle);
      for (const waiter of ofThemselves) expect([waiter.thread, twin.waitsForItself(waiter)]).toEqual([waiter.thread, true]);
      const knots = twin.knots();
      for (const thread of hung) expect([twin.waiting.has(thread), knots.has(thread)]).toEqual([true, false]);
    }),
    { numRuns: 300 },
  );
});

test('the findings of a run that was written as JSONL are those of the run', () => {
  fc.assert(
    fc.property(readerSteps, fc.boolean(), (program, stalled) => {
      const registry = new Registry();
      const run = new Run(new Recorder(registry), registry);
      let text = '';
      run.monitor.addSink(new JsonlWriter(registry, (chunk) => (text += chunk)));
      const twin = prepareReaders(run);
      for (const step of program) takeReaderStep(run, twin, step);
      run.monitor.finish({ stalled });
      expect(readBack(text).analysis('x')).toEqual(run.monitor.analysis('x'));
    }),
    { numRuns: 200 },
  );
});

test('what a small recorder retains has the deadlocks that stand, and no others', () => {
  fc.assert(
    fc.property(readerSteps, fc.integer({ min: 1, max: 20 }), (program, capacity) => {
      const registry = new Registry();
      const log = new Recorder(registry, { capacity });
      const run = new Run(log, registry);
      const twin = prepareReaders(run);
      for (const step of program) takeReaderStep(run, twin, step);
      let text = '';
      const writer = new JsonlWriter(registry, (chunk) => (text += chunk));
      writeLog(log, writer);
      writer.end(true);
      expectTold(readBack(text).findings, twin);
    }),
    { numRuns: 300 },
  );
});

function readBack(text: string): Monitor {
  const registry = new Registry();
  const monitor = new Monitor({ registry, log: new Recorder(registry) });
  const reader = new JsonlReader('run.jsonl', monitor, registry);
  reader.push(Buffer.from(text));
  reader.finish();
  return monitor;
}
