// The script of gdb-script on real programs.
import { expect, test } from 'vitest';
import { allocModel } from '../cli/alloc-model.js';
import { lockgraph } from '../../lockgraph/cli/harness.js';
import { describeNative, libjemalloc } from '../native.js';
import { capture, compile } from './harness.js';

/** The calls that calls.c makes, in the words of a call log, without the ids of their blocks. */
const CALLS = [
  'mallocx 1001 0', 'mallocx 1002 64', 'mallocx 3009 64', 'mallocx 1024 6', 'rallocx 5001 0', 'rallocx 5002 0', 'mallocx 1006 8',
  'mallocx 100 0', 'dallocx 0', 'mallocx 101 0', 'dallocx 0', 'mallocx 102 0', 'dallocx 0', 'mallocx 1111 0',
  'sdallocx 1111 0 t1', 'mallocx 1212 0 t1', 'texit t1', 'dallocx 0', 'sdallocx 5001 0', 'dallocx 0', 'dallocx 0', 'sdallocx 1024 6', 'dallocx 0',
];

/** Those of a trace that calls.c made itself, and not the C library for it. */
function ofProgram(trace: string): string[] {
  const own = new Set(CALLS);
  const calls = trace.trim().split('\n').map((line) => line.split(' '));
  const ours = new Set<string>();
  return calls.flatMap(([name, ...words]) => {
    const ids = name === 'rallocx' ? 2 : name === 'texit' ? 0 : 1;
    const said = [name, ...words.slice(ids)].join(' ');
    const isOurs = name === 'mallocx' ? own.has(said) : ids === 0 || ours.has(words[0]!);
    if (!isOurs) return [];
    if (ids > 0) ours.add(words[ids - 1]!);
    return [said];
  });
}

describeNative('capture of a program linked to jemalloc', ['gdb', 'gcc', 'libjemalloc'], () => {
  test('gives the calls that it makes, its output and its exit code', async () => {
    const { file, log, code, stdout, stderr } = await capture([compile('calls', libjemalloc()!)]);
    expect(stdout).toContain("the program's own words\n");
    expect(code).toBe(3);
    expect(stderr).toMatch(/alloc-model: \d+ calls and 0 locks and unlocks are in .*alloc\.log\n/);
    expect(log).toMatch(/\n--- exited with code 3\n$/);
    const trace = await allocModel('import', file);
    expect(ofProgram(trace.stdout)).toEqual(CALLS);
    expect(trace.code).toBe(0);
  });

  test('finds a jemalloc that LD_PRELOAD brings in, also where the program is started by another', async () => {
    const program = compile('crash');
    const { log, code, stderr } = await capture(['/usr/bin/env', `LD_PRELOAD=${libjemalloc()!}`, program]);
    expect(log).toContain('\nmalloc(7007)\n');
    expect(log).toMatch(/--- stopped: SIGABRT\n/);
    expect(log).toMatch(/\n#\d+ .*\bmain\b/);
    expect(stderr).toContain('stopped: SIGABRT');
    expect(code).toBe(134);
  });

  test('logs its locks, each unlock by whoever has the lock', async () => {
    const { file, log } = await capture([compile('calls', libjemalloc()!)], { locks: true });
    expect(log).toMatch(/^ {4}lock {3}\S+ \[\S+\]$/m);
    expect(JSON.parse((await lockgraph(['report', '--format', 'json', file])).stdout)).toMatchObject({ findings: [], source: { complete: true } });
    expect(ofProgram((await allocModel('import', file)).stdout)).toEqual(CALLS);
  });
});

describeNative('capture of locks', ['gdb', 'gcc'], () => {
  test('ends a program that deadlocks, and lockgraph says which threads', async () => {
    const { file, log, code, stderr } = await capture([compile('deadlock', '-static')], { locks: true });
    expect(code).toBe(124);
    expect(stderr).toContain('stopped: no call and no lock for 2 s');
    expect(log).toMatch(/^\[t1\] {5}wait {3}right \[left_first\] held by t2$/m);
    expect(log).toMatch(/^\[t2\] {5}wait {3}left \[right_first\] held by t1$/m);
    expect(log).toMatch(/^#\d+ .*\bright_first\b/m);
    const { findings } = JSON.parse((await lockgraph(['report', '--format', 'json', file])).stdout);
    expect(findings).toMatchObject([{ kind: 'deadlock', evidence: 'observed' }]);
    expect(findings[0].threads.toSorted()).toEqual(['t1', 't2']);
  });

  test('lets a program be that computes while its threads wait', async () => {
    const { log, code } = await capture([compile('computes'), '25'], { locks: true, stall: 1 });
    expect(log).toMatch(/^\[t1\] {5}wait {3}taken \[waits_for_mutex\] held by t0$/m);
    expect(log).toMatch(/^\[t2\] {5}lock {3}finishing \[waits_for_end\]$/m);
    expect(log).toMatch(/\n--- exited with code 6\n$/);
    expect(code).toBe(6);
  });

  test('names the call in which a thread waits for the lock that it has, and the unlock before', async () => {
    const { file, log, code } = await capture([compile('own-lock')], { locks: true });
    expect(code).toBe(124);
    expect(log).toContain('\n--- t0 is in mallocx(64, 0x0)\n');
    expect(log).toContain('    lock   arena_lock [_rjem_mallocx] HELD-ALREADY (self deadlock)\n');
    expect(log).toContain('    unlock arena_lock [_rjem_sdallocx] NOT-HELD\n');
    const { findings } = JSON.parse((await lockgraph(['report', '--format', 'json', file])).stdout);
    expect(findings).toMatchObject([
      { kind: 'unlock-not-held', locks: ['arena_lock'] },
      { kind: 'self-deadlock', locks: ['arena_lock'], cycle: [{ requestedAt: { operation: 'mallocx #5' }, acquiredAt: { operation: 'sdallocx #4' } }] },
    ]);
    expect((await allocModel('import', file)).stdout).toBe('mallocx 1 32 0\nmallocx 2 48 0\nsdallocx 2 48 0\nsdallocx 1 32 0\nmallocx 3 64 0\n');
  });

  test('looks for the prefix that it is told, and says where there is none', async () => {
    const program = compile('own-lock');
    expect((await capture([program], { prefix: '_rjem_' })).log).toContain('\nmallocx(32, 0x0)\n');
    const { log, stderr, code } = await capture([program], { prefix: 'je_' });
    expect(code).toBe(124);
    expect(log).not.toContain('\nmallocx(');
    expect(stderr).toContain('alloc-model: no jemalloc was found in the program or its libraries with the prefix "je_"; ');
  });
});
