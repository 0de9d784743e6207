import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { Monitor } from '../../../packages/lockgraph/src/detect/monitor.js';
import type { Analysis, Finding } from '../../../packages/lockgraph/src/detect/finding.js';
import { readTrace } from '../../../packages/lockgraph/src/trace/open.js';
import { Recorder } from '../../../packages/lockgraph/src/trace/recorder.js';
import { Registry } from '../../../packages/lockgraph/src/trace/registry.js';
import type { TraceSummary } from '../../../packages/lockgraph/src/trace/trace-summary.js';

const PERSON = readFileSync(new URL('../../fixtures/alloc/gdb/tiny-14336as8192.bad.calls.txt', import.meta.url));

async function analysed(content: string | Uint8Array): Promise<{ analysis: Analysis; summary: TraceSummary; monitor: Monitor }> {
  async function* chunks(): AsyncGenerator<Uint8Array> {
    yield Buffer.from(content);
  }
  const registry = new Registry();
  const position = { line: 0 };
  const monitor = new Monitor({ registry, log: new Recorder(registry, { position }) });
  const summary = await readTrace({ name: 'x', chunks: chunks() }, monitor, registry, position);
  monitor.finish();
  return { analysis: monitor.analysis('x'), summary, monitor };
}

async function findings(...lines: string[]): Promise<readonly Finding[]> {
  return (await analysed(`${lines.join('\n')}\n`)).analysis.findings;
}

async function kinds(...lines: string[]): Promise<string[]> {
  return (await findings(...lines)).map(({ kind, threads }) => `${kind} ${threads.toSorted().join(' ')}`);
}

describe('the log that a person printed on the real jemalloc 4.5.0', () => {
  it('holds the self-deadlock, and the unlock that led there, each at its line and call', async () => {
    const { analysis, summary } = await analysed(PERSON);
    expect(summary).toMatchObject({ format: 'gdb log', cutOff: false, complete: true, accessesRecorded: false });
    expect(analysis.source).toMatchObject({ threads: 1, locks: 7, operations: 81 });
    const [first, second] = analysis.findings;
    expect(analysis.findings).toHaveLength(2);
    expect(first).toMatchObject({ kind: 'unlock-not-held', evidence: 'observed', threads: ['t0'], locks: ['arena0.bin[35].lock'] });
    expect(first!.history.at(-1)).toMatchObject({ line: 219, stack: ['arena_dalloc_bin_run'], operation: 'sdallocx #61', operationNumber: 61, misuse: 'unlock-not-held' });
    expect(second).toMatchObject({ kind: 'self-deadlock', evidence: 'observed', threads: ['t0'], locks: ['arena0.bin[35].lock'] });
    expect(second!.cycle[0]).toMatchObject({
      wants: 'arena0.bin[35].lock',
      requestedAt: { line: 282, operation: 'mallocx #81', operationNumber: 81, arguments: { size: 14_336 } },
      acquiredAt: { line: 270, operation: 'sdallocx #71', operationNumber: 71, arguments: { block: 31, claimed: 8192 } },
    });
  });

  it('is read from gzip as well, and from behind much that the program printed', async () => {
    expect((await analysed(gzipSync(PERSON))).analysis.findings).toHaveLength(2);
    expect((await analysed(Buffer.concat([Buffer.from('Reading symbols from ./replay...\n'), Buffer.alloc(100_000, 'hello\n'), Buffer.from('\n'), PERSON]))).analysis.findings).toHaveLength(2);
  });

  it('has classes of locks without their numbers, which pthread_mutex_unlock frees for anybody', async () => {
    const { registry } = (await analysed(PERSON)).monitor;
    const lock = registry.lock(registry.findLock('arena0.bin[35].lock')!);
    expect(lock).toMatchObject({ class: 'arena.bin.lock', unlock: 'pthread' });
  });
});

describe('locks of several threads', () => {
  it('make a deadlock where each waits for what the other has', async () => {
    const log = ['    lock   a [f]', '[t1]     lock   b [g]', '    wait   b [f] held by t1', '[t1]     wait   a [g] held by t0', '--- stopped: no call for 10 s'];
    expect(await kinds(...log)).toEqual(['deadlock t0 t1']);
    expect((await findings(...log))[0]!.cycle).toMatchObject([
      { wants: 'a', requestedAt: { line: 4, stack: ['g'] }, acquiredAt: { line: 2 } },
      { wants: 'b', requestedAt: { line: 3, stack: ['f'] }, acquiredAt: { line: 1 } },
    ]);
  });

  it('make one also in the log of a script that says "lock" when a lock is asked for', async () => {
    expect(await kinds('    lock   a [f]', '[t1]     lock   b [g]', '    lock   b [f]', '[t1]     lock   a [g]')).toEqual(['deadlock t0 t1']);
  });

  it('make none where the one that waited goes on', async () => {
    expect(
      await kinds('    lock   a [f]', '[t1]     lock   a [g]', '    unlock a [f]', '[t2]     lock   a [g]', '[t1]     unlock a [g]', '[t2]     unlock a [g]'),
    ).toEqual([]);
    expect(await kinds('    lock   a [f]', '[t1]     wait   a [g] held by t0', '    unlock a [f]', '[t1]     lock   a [g]', '[t1]     unlock a [g]')).toEqual([]);
  });

  it('are told apart from locks that were held before the log began', async () => {
    expect(await kinds('    unlock a [f]', '    lock   a [f]', '    unlock a [f]')).toEqual([]);
    expect(await kinds('    unlock a [f] NOT-HELD')).toEqual(['unlock-not-held t0']);
    expect(await kinds('[t1]     lock   b [g]', '[t1]     wait   a [g] held by t0', '    wait   b [f] held by t1')).toEqual(['deadlock t0 t1']);
  });

  it('are reported where another one unlocks them', async () => {
    expect(await kinds('    lock   a [f]', '[t1]     unlock a [g] held by t0')).toEqual(['unlock-foreign t0 t1']);
  });

  it('are orphaned where a thread ends with one that another waits for', async () => {
    expect(await kinds('[t1]     lock   a [g]', '[t1] texit', '[t1]   texit returned', '    wait   a [f] held by t1', '--- stopped: no lock for 10 s')).toContain(
      'orphaned-lock t0 t1',
    );
  });

  it('are waited for without end only where nothing moved any more, and not where a signal or somebody stopped the program', async () => {
    const log = ['[t1]     lock   a [g]', '    wait   a [f] held by t1'];
    expect(await kinds(...log, '--- stopped: no call for 10 s')).toEqual(['hang t0 t1']);
    for (const why of ['SIGINT', 'SIGSEGV', 'gdb was ended']) expect(await kinds(...log, `--- stopped: ${why}`)).toEqual([]);
  });
});

describe('calls', () => {
  it('are operations of their thread, from their line to that of their return', async () => {
    const log = ['malloc(5)', '[t1] malloc(6)', '    lock   a [f]', '[t1]     lock   b [f]', '  malloc(5) = 0x10', '    wait   b [g] held by t1', '[t1]     wait   a [g] held by t0'];
    const [finding] = await findings(...log);
    expect(finding!.cycle.find(({ thread }) => thread === 't0')).toMatchObject({ requestedAt: { line: 6 } });
    expect(finding!.cycle.find(({ thread }) => thread === 't0')!.requestedAt.operation).toBeUndefined();
    expect(finding!.cycle.find(({ thread }) => thread === 't1')).toMatchObject({ requestedAt: { operation: 'malloc #2', arguments: { size: 6 } } });
  });
});

describe('what is no log', () => {
  it('is refused, where gdb ran but nothing was logged', async () => {
    await expect(analysed('GNU gdb (Debian 13.1-3) 13.1\nhello\n')).rejects.toThrow('x: no line of it is a call of an allocator or a lock: nothing was logged, or this is no log of a gdb script');
  });

  it('is refused as a log without lines, where only the script itself says something', async () => {
    await expect(analysed('# A log of alloc-model gdb-script: calls and locks of ./x\n--- exited with code 0\n')).rejects.toThrow('nothing was logged');
  });

  it('says half a line at the end', async () => {
    const { summary } = await analysed('    lock   a [f]\n    unlock a [');
    expect(summary).toMatchObject({ cutOff: true, complete: false, unreadBytes: 14 });
  });
});
