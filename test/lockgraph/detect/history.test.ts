import { expect, test } from 'vitest';
import type { Finding } from '../../../packages/lockgraph/src/detect/finding.js';
import { HISTORY_LIMIT } from '../../../packages/lockgraph/src/detect/history.js';
import { Mode } from '../../../packages/lockgraph/src/trace/event.js';
import { PlainLog } from './plain-log.js';
import { Run, story } from './run.js';

/** What `tiny-48as32` does, in small: wrong frees fill a cache, its flush releases the wrong lock and keeps another. */
function wrongFrees(): Run {
  const run = new Run(new PlainLog());
  run.lock('bin2', { unlock: 'pthread' });
  run.lock('bin3', { unlock: 'pthread' });
  run.registry.declareNote('alloc/size-mismatch', 'the block has {usable} bytes');
  run.registry.declareNote('alloc/foreign-flush', '{count} blocks of another bin');
  run.take('t0', 'bin3');
  run.release('t0', 'bin3');
  for (const block of [1, 2]) {
    run.begin('t0', 'sdallocx', { block, claimed: 32 });
    run.note('t0', { kind: 'alloc/size-mismatch', data: { usable: 48 } });
    run.end('t0');
  }
  run.begin('t0', 'sdallocx', { block: 3, claimed: 32 });
  run.enter('t0', 'flush');
  run.take('t0', 'bin2');
  run.note('t0', { kind: 'alloc/foreign-flush', data: { count: 2 }, operations: [1, 2] });
  run.release('t0', 'bin3');
  run.take('t0', 'bin3');
  run.release('t0', 'bin2');
  run.leave('t0');
  run.end('t0');
  run.begin('t0', 'mallocx', { size: 48 });
  run.want('t0', 'bin3');
  return run;
}

test('a deadlock tells the operation that took the lock, and the operations that its notes blame', () => {
  const run = wrongFrees();
  expect(story(run.findings.find(({ kind }) => kind === 'self-deadlock'))).toEqual([
    '4 t0 sdallocx #1 alloc/size-mismatch !',
    '7 t0 sdallocx #2 alloc/size-mismatch',
    '11 t0 request bin2',
    '12 t0 acquire bin2',
    '13 t0 note alloc/foreign-flush',
    '14 t0 release bin3 (unlock-not-held)',
    '15 t0 request bin3',
    '16 t0 acquire bin3',
    '17 t0 release bin2',
    '20 t0 request bin3',
  ]);
});

test('a place has its stack, its operation with arguments by name, and the line of the trace', () => {
  const run = wrongFrees();
  const finding = run.findings.find(({ kind }) => kind === 'self-deadlock')!;
  expect(finding.cycle[0]!.acquiredAt).toEqual({
    event: 16,
    line: 116,
    stack: ['flush'],
    operation: 'sdallocx #3',
    operationNumber: 3,
    arguments: { block: 3, claimed: 32 },
  });
  expect(finding.history[0]).toMatchObject({ arguments: { block: 1, claimed: 32 }, line: 104 });
});

test('a note in a history has its data, the operations that it blames and its template', () => {
  const run = wrongFrees();
  const finding = run.findings.find(({ kind }) => kind === 'self-deadlock')!;
  expect(finding.history.find(({ what }) => what === 'note')!.note).toEqual({
    kind: 'alloc/foreign-flush',
    data: { count: 2 },
    operations: [1, 2],
    template: '{count} blocks of another bin',
  });
});

test('a misuse tells who had the lock last', () => {
  const run = wrongFrees();
  expect(story(run.findings.find(({ kind }) => kind === 'unlock-not-held')).slice(0, 4)).toEqual([
    '2 t0 acquire bin3',
    '3 t0 release bin3',
    '4 t0 sdallocx #1 alloc/size-mismatch !',
    '7 t0 sdallocx #2 alloc/size-mismatch',
  ]);
});

test('each kind of note is a finding; the first is told, the others are counted', () => {
  const run = wrongFrees();
  const notes = run.findings.filter(({ kind }) => kind.includes('/'));
  expect(notes.map(({ kind, count, threads }) => [kind, count, ...threads])).toEqual([
    ['alloc/size-mismatch', 2, 't0'],
    ['alloc/foreign-flush', 1, 't0'],
  ]);
  expect(story(notes[0])).toEqual(['5 t0 note alloc/size-mismatch !']);
  expect(story(notes[1])).toEqual([
    '4 t0 sdallocx #1 alloc/size-mismatch !',
    '7 t0 sdallocx #2 alloc/size-mismatch',
    '13 t0 note alloc/foreign-flush',
  ]);
});

test('without operations the history is what happened to the locks since they were taken', () => {
  const run = new Run(new PlainLog());
  run.take('t1', 'A');
  run.release('t1', 'A');
  run.take('t1', 'A');
  run.take('t2', 'B');
  run.want('t3', 'A');
  run.want('t1', 'B');
  run.want('t2', 'A');
  expect(story(run.findings[0])).toEqual([
    '5 t1 acquire A',
    '7 t2 acquire B',
    '8 t3 request A',
    '9 t1 request B',
    '10 t2 request A',
  ]);
});

test('without a log the history is what the lock state knows', () => {
  const run = new Run();
  run.begin('t1', 'f', { x: 1 });
  run.enter('t1', 'g', 'src/a.ts:3:7');
  run.take('t1', 'A');
  run.want('t1', 'A');
  expect(story(run.findings[0])).toEqual(['3 t1 acquire A', '4 t1 request A']);
  expect(run.findings[0]!.cycle[0]!.requestedAt).toEqual({
    event: 4,
    site: 'src/a.ts:3:7',
    stack: ['g'],
    operationNumber: 1,
  });
});

test('a history tells who is joined', () => {
  const run = new Run(new PlainLog());
  run.take('t1', 'A');
  run.want('t2', 'A');
  run.wantJoin('t1', 't2');
  expect(story(run.findings[0])).toEqual(['2 t1 acquire A', '3 t2 request A', '4 t1 request t2']);
});

test('an exit that was a misuse is marked in its history', () => {
  const run = new Run(new PlainLog());
  run.take('t1', 'A');
  run.exit('t1');
  expect(story(run.findings[0])).toEqual(['2 t1 acquire A', '3 t1 exit (exit-holding) !']);
});

test('of very many blamed operations the oldest are told, and the note has the numbers of all', () => {
  const run = new Run(new PlainLog());
  const blamed = Array.from({ length: HISTORY_LIMIT + 500 }, (_, i) => {
    const operation = run.begin('t0', 'free', { block: i });
    run.end('t0');
    return operation;
  });
  run.begin('t0', 'flush');
  run.note('t0', { kind: 'x/blame', operations: blamed });
  const { history } = run.findings[0]!;
  expect(history.filter(({ what }) => what === 'operation')).toHaveLength(HISTORY_LIMIT);
  expect(history[0]).toMatchObject({ operation: 'free #1', first: true });
  expect(history.at(-1)!.note!.operations).toHaveLength(HISTORY_LIMIT + 500);
});

/** What is done to which lock, and how. */
function modes(finding: Finding | undefined): string[] {
  return (finding?.history ?? []).map(({ what, lock, mode }) => `${what} ${lock} ${mode ?? '-'}`);
}

test('a history says how locks are wanted, held and given back', () => {
  const run = new Run(new PlainLog());
  run.lock('rw', { kind: 'rwlock' });
  run.takeIn(Mode.upgradable, 't1', 'rw');
  run.takeIn(Mode.shared, 't1', 'rw');
  run.release('t1', 'rw', Mode.shared);
  run.want('t1', 'rw', Mode.upgradable);
  expect(modes(run.findings[0])).toEqual(['acquire rw upgradable', 'request rw shared', 'acquire rw shared', 'release rw shared', 'request rw upgradable']);
  expect(run.findings[0]!.cycle[0]).toMatchObject({ mode: 'upgradable', holds: 'rw', holdsMode: 'upgradable' });
});

test('a history says of permits that they are permits', () => {
  const run = new Run(new PlainLog());
  run.lock('slots', { kind: 'semaphore', permits: 1 });
  run.takeIn(Mode.permits, 't1', 'slots');
  run.want('t1', 'slots', Mode.permits);
  run.monitor.finish({ stalled: true });
  expect(modes(run.findings[0])).toEqual(['acquire slots permits', 'request slots permits']);
});

test('what could happen says how the locks are held and wanted', () => {
  const run = new Run();
  run.lock('rw', { kind: 'rwlock' });
  run.takeIn(Mode.shared, 't1', 'rw');
  run.take('t1', 'm');
  run.release('t1', 'm');
  run.release('t1', 'rw', Mode.shared);
  run.take('t2', 'm');
  run.takeIn(Mode.exclusive, 't2', 'rw');
  expect(modes(run.findings[0])).toEqual(['acquire rw shared', 'request m -', 'acquire m -', 'request rw -']);
  expect(run.findings[0]!.cycle.map(({ holds, holdsMode }) => [holds, holdsMode])).toEqual([
    ['rw', 'shared'],
    ['m', undefined],
  ]);
});
