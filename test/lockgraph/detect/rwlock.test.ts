import { expect, test } from 'vitest';
import type { Finding } from '../../../packages/lockgraph/src/detect/finding.js';
import { Mode } from '../../../packages/lockgraph/src/trace/event.js';
import { Run, story, waits } from './run.js';
import { Recorder } from '../../../packages/lockgraph/src/trace/recorder.js';
import { Registry } from '../../../packages/lockgraph/src/trace/registry.js';

const { exclusive, shared, upgradable } = Mode;
const names = { exclusive, shared, upgradable };
type Name = keyof typeof names;

function rwRun(recursive = false): Run {
  const run = new Run();
  run.lock('rw', { kind: 'rwlock', recursive });
  run.lock('m');
  return run;
}

/** The deadlocks that were there, and not only could be. */
const happened = (run: Run) => run.findings.filter(({ evidence, broken }) => evidence === 'observed' || broken === true);

/** Held by one thread, wanted by another; held and wanted by one thread; the same of a recursive lock. `waits` or `has it`. */
test.each<[Name, Name, string, string, string]>([
  ['exclusive', 'exclusive', 'waits', 'waits', 'has it'],
  ['exclusive', 'shared', 'waits', 'waits', 'has it'],
  ['exclusive', 'upgradable', 'waits', 'waits', 'has it'],
  ['shared', 'exclusive', 'waits', 'waits', 'waits'],
  ['shared', 'shared', 'has it', 'has it', 'has it'],
  ['shared', 'upgradable', 'has it', 'has it', 'has it'],
  ['upgradable', 'exclusive', 'waits', 'has it', 'has it'],
  ['upgradable', 'shared', 'has it', 'has it', 'has it'],
  ['upgradable', 'upgradable', 'waits', 'waits', 'has it'],
])('held %s and wanted %s: another thread %s, the thread itself %s, and of a recursive lock %s', (held, wanted, other, own, recursive) => {
  // Who holds the lock wants what the other thread has: if that waits for the lock, they wait for each other. It comes first, or last.
  for (const last of [true, false]) {
    const run = rwRun();
    run.takeIn(names[held], 't1', 'rw');
    run.take('t2', 'm');
    const steps = [() => run.want('t1', 'm'), () => run.want('t2', 'rw', names[wanted])];
    for (const step of last ? steps : steps.toReversed()) step();
    expect(run.kinds).toEqual(other === 'waits' ? ['deadlock'] : []);
    if (other === 'waits') expect(run.findings[0]!.cycle.find(({ thread }) => thread === 't2')!.mode).toBe(wanted);
  }
  const alone = (of: Run): string[] => {
    of.takeIn(names[held], 't1', 'rw');
    of.want('t1', 'rw', names[wanted]);
    return of.kinds;
  };
  expect(alone(rwRun())).toEqual(own === 'waits' ? ['self-deadlock'] : []);
  expect(alone(rwRun(true))).toEqual(recursive === 'waits' ? ['self-deadlock'] : []);
});

test('the writer of a recursive lock may read it, and write again', () => {
  const run = rwRun(true);
  run.takeIn(exclusive, 't1', 'rw');
  run.takeIn(shared, 't1', 'rw');
  run.takeIn(exclusive, 't1', 'rw');
  for (const mode of [exclusive, exclusive, shared]) run.release('t1', 'rw', mode);
  run.takeIn(exclusive, 't2', 'rw');
  expect(run.kinds).toEqual([]);
});

test('a writer waits for every reader, so that one which waits for it is enough', () => {
  const run = rwRun();
  run.take('writer', 'm');
  for (const reader of ['r1', 'r2', 'r3']) run.takeIn(shared, reader, 'rw');
  run.want('writer', 'rw');
  expect(run.kinds).toEqual([]);
  run.want('r2', 'm');
  expect(run.kinds).toEqual(['deadlock']);
  expect(waits(run.findings[0])).toBe('r2 has rw wants m, writer has m wants rw');
  expect(run.findings[0]!.threads).toEqual(['r2', 'writer']);
});

test('a writer that comes last finds the reader that waits for it among those that do not', () => {
  const run = rwRun();
  run.take('writer', 'm');
  for (const reader of ['r1', 'r2', 'r3']) run.takeIn(shared, reader, 'rw');
  run.want('r3', 'm');
  run.want('writer', 'rw');
  expect(waits(run.findings[0])).toBe('writer has m wants rw, r3 has rw wants m');
});

test('a reader does not wait for a writer that waits', () => {
  const run = rwRun();
  run.takeIn(shared, 't1', 'rw');
  run.want('t2', 'rw');
  run.want('t1', 'rw', shared);
  run.acquire('t1', 'rw', shared);
  run.monitor.finish();
  expect(run.kinds).toEqual([]);
});

test('of several cycles that one request closes, a shortest is told', () => {
  const run = rwRun();
  run.takeIn(shared, 'a', 'rw');
  run.takeIn(shared, 'b', 'rw');
  run.take('c', 'x');
  run.take('writer', 'm');
  run.want('c', 'm');
  run.want('a', 'x');
  run.want('b', 'm');
  run.want('writer', 'rw');
  expect(happened(run).map(waits)).toEqual(['writer has m wants rw, b has rw wants m']);
});

/** Readers that all want to write. */
function upgrade(run: Run, ...threads: readonly string[]): void {
  for (const thread of threads) run.takeIn(shared, thread, 'rw');
  for (const thread of threads) run.want(thread, 'rw');
}

const told = (run: Run) => run.findings.map(({ kind, evidence, ...finding }) => `${kind} ${evidence}: ${waits(finding as Finding)}`);

test('readers that all want to write are one finding: they wait for themselves', () => {
  const run = rwRun();
  upgrade(run, 't1', 't2', 't3');
  expect(told(run)).toEqual(['self-deadlock observed: t1 has rw wants rw, t2 has rw wants rw, t3 has rw wants rw']);
  expect(run.findings[0]).toMatchObject({ threads: ['t1', 't2', 't3'], locks: ['rw'], count: 1 });
  run.monitor.finish({ stalled: true });
  expect(run.findings).toHaveLength(1);
});

test('a reader that gives up leaves the others waiting, and the finding of the rest is told at the end', () => {
  const run = rwRun();
  upgrade(run, 't1', 't2');
  run.cancel('t1', 'rw');
  expect(run.findings.map(({ kind, evidence }) => [kind, evidence])).toEqual([['self-deadlock', 'observed']]);
  run.monitor.finish({ stalled: true });
  expect(told(run)).toEqual(['self-deadlock observed: t2 has rw wants rw']);
});

test('when the last of such readers gives up, the finding is broken', () => {
  const run = rwRun();
  upgrade(run, 't1', 't2');
  run.cancel('t1', 'rw');
  run.cancel('t2', 'rw');
  expect(run.findings).toMatchObject([{ kind: 'self-deadlock', broken: true, brokenBy: { thread: 't2', what: 'cancel' } }]);
});

test('a reader that waits for who wants to write is in a deadlock of its own', () => {
  const run = rwRun();
  run.take('t2', 'm');
  upgrade(run, 't1', 't2');
  run.takeIn(shared, 't3', 'rw');
  run.want('t3', 'm');
  expect(happened(run).map((finding) => `${finding.kind}: ${waits(finding)}`)).toEqual([
    'self-deadlock: t2 has rw wants rw, t1 has rw wants rw',
    'deadlock: t3 has rw wants m, t2 has m wants rw',
  ]);
});

test('of hundreds of such readers all are told at the end', () => {
  const run = rwRun();
  const threads = Array.from({ length: 300 }, (_, i) => `t${i}`);
  upgrade(run, ...threads);
  run.monitor.finish({ stalled: true });
  expect(run.findings).toHaveLength(1);
  expect(run.findings[0]!.cycle).toHaveLength(300);
});

test('who may become the writer waits for the other readers, and a reader that waits for it makes a deadlock', () => {
  const run = rwRun();
  run.takeIn(upgradable, 't1', 'rw');
  run.takeIn(shared, 't2', 'rw');
  run.want('t1', 'rw');
  expect(run.kinds).toEqual([]);
  run.want('t2', 'rw', upgradable);
  expect(waits(run.findings[0])).toBe('t2 has rw wants rw, t1 has rw wants rw');
  expect(run.findings[0]!.cycle.map(({ mode, held }) => [mode, held])).toEqual([
    ['upgradable', ['rw']],
    ['exclusive', ['rw']],
  ]);
});

test('a writer that gives the write back still has the lock upgradable', () => {
  const run = rwRun();
  run.takeIn(upgradable, 't1', 'rw');
  run.takeIn(exclusive, 't1', 'rw');
  run.release('t1', 'rw');
  run.takeIn(shared, 't2', 'rw');
  run.take('t2', 'm');
  run.want('t1', 'm');
  run.want('t2', 'rw', upgradable);
  // Had t1 written when t2 read and wanted the right to upgrade, each would have waited for the other, too.
  expect(run.kinds).toEqual(['deadlock', 'lock-order']);
  run.cancel('t2', 'rw', upgradable);
  run.release('t1', 'rw', upgradable);
  expect(run.findings.map(({ kind, broken }) => [kind, broken])).toEqual([['deadlock', true]]);
});

test('a lock that is shared twice by one thread is held until its second release', () => {
  const run = rwRun();
  run.takeIn(shared, 't1', 'rw');
  run.takeIn(shared, 't1', 'rw');
  run.release('t1', 'rw', shared);
  run.take('t2', 'm');
  run.want('t2', 'rw');
  run.want('t1', 'm');
  expect(run.kinds).toEqual(['deadlock']);
});

test('where a cycle is broken up that hid another one, the other is told', () => {
  const run = rwRun();
  run.takeIn(shared, 'a', 'rw');
  run.takeIn(shared, 'b', 'rw');
  run.take('writer', 'm');
  run.want('a', 'm');
  run.want('b', 'm');
  run.want('writer', 'rw');
  expect(happened(run).map(waits)).toEqual(['writer has m wants rw, a has rw wants m']);
  run.cancel('a', 'm');
  expect(happened(run).map((finding) => [waits(finding), finding.evidence])).toEqual([
    ['writer has m wants rw, a has rw wants m', 'possible'],
    ['writer has m wants rw, b has rw wants m', 'observed'],
  ]);
});

test('a thread that is in two deadlocks breaks up both', () => {
  const run = rwRun();
  run.takeIn(shared, 'a', 'rw');
  run.takeIn(shared, 'b', 'rw');
  run.take('writer', 'm');
  run.want('writer', 'rw');
  run.want('a', 'm');
  run.want('b', 'm');
  expect(run.findings.map(({ evidence }) => evidence)).toEqual(['observed', 'observed']);
  run.cancel('writer', 'rw');
  expect(run.findings.map(({ evidence }) => evidence)).toEqual(['possible', 'possible']);
});

test('another reader that comes or goes breaks up nothing', () => {
  const run = rwRun();
  run.takeIn(shared, 'a', 'rw');
  run.take('writer', 'm');
  run.want('a', 'm');
  run.want('writer', 'rw');
  run.takeAtOnce('other', 'rw', shared);
  run.release('other', 'rw', shared);
  expect(run.findings.map(({ evidence, count }) => [evidence, count])).toEqual([['observed', 1]]);
});

test('a lock that was granted corrects what was held to exclude that', () => {
  const run = rwRun();
  run.take('t2', 'm');
  run.takeIn(exclusive, 't1', 'rw');
  run.acquire('t2', 'rw', shared);
  run.want('t1', 'm');
  run.want('t2', 'rw', shared);
  expect(run.kinds).toEqual([]);
});

test('readers that have ended orphan a writer, and not other readers', () => {
  const run = rwRun();
  run.takeIn(shared, 'gone', 'rw');
  run.takeIn(shared, 'alive', 'rw');
  run.want('writer', 'rw');
  run.exit('gone');
  run.want('reader', 'rw', shared);
  run.want('second', 'rw', upgradable);
  expect(run.findings.map(({ kind, threads }) => [kind, ...threads])).toEqual([
    ['exit-holding', 'gone'],
    ['orphaned-lock', 'writer', 'gone'],
  ]);
  run.want('late writer', 'rw');
  expect(run.findings[1]!.threads).toEqual(['writer', 'late writer', 'gone']);
});

test('a thread that ends with a lock in several modes is told once', () => {
  const run = rwRun();
  run.takeIn(upgradable, 't1', 'rw');
  run.takeIn(exclusive, 't1', 'rw');
  run.exit('t1');
  expect(run.findings.map(({ kind, count }) => [kind, count])).toEqual([['exit-holding', 1]]);
});

test('a release in a mode in which the thread does not hold the lock is misuse, and names who holds it', () => {
  const run = rwRun();
  run.takeIn(shared, 't1', 'rw');
  run.release('t1', 'rw');
  expect(run.findings[0]).toMatchObject({ kind: 'unlock-not-held', threads: ['t1'] });
  run.takeIn(shared, 't2', 'rw');
  run.takeIn(shared, 't3', 'rw');
  run.release('t1', 'rw', upgradable);
  expect(run.findings[1]).toMatchObject({ kind: 'unlock-foreign', threads: ['t1', 't2', 't3'] });
  for (const thread of ['t1', 't2', 't3']) run.release(thread, 'rw', shared);
  expect(run.kinds).toEqual(['unlock-not-held', 'unlock-foreign']);
});

test('under the policy pthread a wrong release takes the lock from all', () => {
  const run = new Run();
  run.lock('rw', { kind: 'rwlock', unlock: 'pthread' });
  run.takeIn(shared, 't1', 'rw');
  run.takeIn(shared, 't2', 'rw');
  run.release('t3', 'rw', shared);
  run.takeIn(exclusive, 't4', 'rw');
  run.want('t4', 'rw', shared);
  expect(run.kinds).toEqual(['unlock-foreign', 'self-deadlock']);
});

test('in a run that has stalled, who waits for readers that do nothing names all of them', () => {
  const registry = new Registry();
  const run = new Run(new Recorder(registry), registry);
  run.lock('rw', { kind: 'rwlock' });
  run.takeIn(shared, 't1', 'rw');
  run.takeIn(shared, 't2', 'rw');
  run.want('t3', 'rw');
  run.monitor.finish({ stalled: true });
  expect(run.findings).toMatchObject([{ kind: 'hang', threads: ['t3', 't1', 't2'], locks: ['rw'] }]);
  expect(story(run.findings[0])).toContain('4 t2 acquire rw');
});

test('a lock that readers have can be had by another reader: no hang', () => {
  const run = rwRun();
  run.takeIn(shared, 't1', 'rw');
  run.want('t2', 'rw', shared);
  run.exit('t1');
  run.monitor.finish();
  expect(run.kinds).toEqual(['exit-holding']);
});
