// The script of gdb-script on programs that make it hard for a debugger, and on what is no program for it.
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { allocModel } from '../cli/alloc-model.js';
import { lockgraph } from '../../lockgraph/cli/harness.js';
import { describeNative, libjemalloc } from '../native.js';
import { capture, compile, folder } from './harness.js';

function count(log: string, line: RegExp): number {
  return log.split('\n').filter((each) => line.test(each)).length;
}

describeNative('capture of a program that makes it hard', ['gdb', 'gcc', 'libjemalloc'], () => {
  test('logs each lock and call once, though signals come between', async () => {
    const { file, log, code } = await capture([compile('signals', libjemalloc()!)], { locks: true });
    expect(code).toBe(0);
    expect([count(log, /^ {4}lock {3}mutex /), count(log, /^ {4}unlock mutex /), count(log, /^malloc\(10\d\d\)$/)]).toEqual([60, 60, 60]);
    expect(JSON.parse((await lockgraph(['report', '--format', 'json', file])).stdout)).toMatchObject({ findings: [] });
  });

  test('logs every call of twenty threads that begin together, each with its thread', async () => {
    const { file, log, code } = await capture([compile('crowd', libjemalloc()!)]);
    expect(code).toBe(0);
    for (let thread = 1; thread <= 20; thread++) {
      const own = log.split('\n').filter((line) => line.startsWith(`[t${thread}] `) && new RegExp(`\\((0x\\w+, )?${thread}00\\d\\)$`).test(line));
      expect(own.map((line) => line.replace(/^\S+ |0x\w+/g, ''))).toEqual([0, 1, 2].map((i) => `malloc(${thread * 1000 + i})`).concat(`_Znwm(${thread * 1000 + 3})`, `_ZdlPvm(, ${thread * 1000 + 3})`));
    }
    const { code: replayed, stdout } = await allocModel('replay', file);
    expect([replayed, stdout.split('\n')[0]]).toEqual([0, expect.stringContaining('No finding')]);
  });

  test('follows the parent of a fork, gives the program its input and long words, and ends as it was killed', async () => {
    const { log, code, stdout } = await capture([compile('forks', libjemalloc()!), "a word's \"quotes\" $HOME", 'x'.repeat(50_000)], { stdin: 'some input\n' });
    expect(stdout).toContain('3 words, the last of 50000 characters; read some ; child: 7\n');
    expect([count(log, /^malloc\(1001\)/), count(log, /^malloc\(2002\)/)]).toEqual([1, 0]);
    expect(log).toMatch(/\n--- exited, ended by signal 9\n$/);
    expect(code).toBe(137);
  });

  test('sees a program end whose threads are still at work', async () => {
    const { file, log, code, stderr } = await capture([compile('leaving', libjemalloc()!)]);
    expect(stderr).not.toContain('stopped');
    expect(log).toMatch(/\n--- exited with code 3\n$/);
    expect(log).toMatch(/^malloc\(6006\)$/m);
    expect(code).toBe(3);
    expect((await allocModel('import', file)).code).toBe(0);
  });

  test('ends with whole lines and backtraces when it is interrupted', async () => {
    const { file, log, code, stderr } = await capture([compile('endless', libjemalloc()!)], { interruptAt: 5000 });
    expect(code).toBe(130);
    expect(stderr).toContain('stopped: SIGINT');
    expect(log).toMatch(/\n--- stopped: SIGINT\n/);
    expect(log).toMatch(/\n#\d+ .*\bmain\b/);
    expect((await allocModel('import', file)).stderr).not.toMatch(/cut off|damaged|half/);
  });
});

describeNative('capture that has nothing to log', ['gdb', 'gcc'], () => {
  test('says so of a stripped program, and does not end as if all went well', async () => {
    const { file, code, stderr } = await capture([compile('glibc', '-static', '-s')]);
    expect(stderr).toContain('alloc-model: no jemalloc was found in the program or its libraries; a stripped program does not show its functions\n');
    expect(stderr).toContain('alloc-model: 0 calls and 0 locks and unlocks are in ');
    expect(code).toBe(2);
    const { code: imported, stderr: why } = await allocModel('check', file);
    expect([imported, why]).toEqual([2, expect.stringContaining('nothing was logged, or this is no log of a gdb script')]);
  });

  test.each([
    ['a folder that is not there', join(folder, 'none', 'a.log'), 'No such file or directory'],
    ['a full disk', '/dev/full', 'No space left on device'],
  ])('says that the log cannot be written: %s', async (_, file, reason) => {
    const { code, stderr } = await capture([compile('own-lock')], { file });
    expect(stderr).toContain(`alloc-model: ${file} cannot be written: ${reason}\n`);
    expect(stderr).not.toContain('Traceback');
    expect(code).toBe(2);
  });

  test('says that a file is no program', async () => {
    const { code, stderr } = await capture([join(folder, 'capture.py')]);
    expect(stderr).toContain('alloc-model: no program that gdb can run; as in: gdb -batch -x capture.py --args PROGRAM');
    expect(code).toBe(2);
  });
});
