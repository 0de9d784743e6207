import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CallKind, type CallLog } from '../../../packages/alloc-model/src/trace/call-log.js';
import { callLogText } from '../../../packages/alloc-model/src/trace/write.js';
import { importGdbLog, type Imported } from '../../../packages/alloc-model/src/trace/read-gdb.js';
import { readCallLogFile, readCallsFile } from '../../../packages/alloc-model/src/trace/read.js';
import { allocModel } from '../cli/alloc-model.js';

const fixture = (name: string): string => fileURLToPath(new URL(`../../fixtures/alloc/${name}`, import.meta.url));
const PERSON = fixture('gdb/tiny-14336as8192.bad.calls.txt');
const folder = mkdtempSync(join(tmpdir(), 'lockgraph-import-'));

function file(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

async function imported(...lines: string[]): Promise<Imported & { readonly text: string[]; readonly met: Record<string, string> }> {
  const result = await importGdbLog(file('a.log', `${lines.join('\n')}\n`));
  const notes = Object.entries(result.summary.notes).filter(([, { count }]) => count > 0);
  return {
    ...result,
    text: [...callLogText(result.log)].join('').trimEnd().split('\n'),
    met: Object.fromEntries(notes.map(([note, { count, line }]) => [note, `${count} from ${line}`])),
  };
}

/** What a script would log of these calls, one at a time; blocks lie at 0x1000 times their life. */
function logged(log: CallLog): string[] {
  const at = (life: number): string => `0x${((life + 1) * 0x1000).toString(16)}`;
  return Array.from({ length: log.calls }, (_, row) => {
    const thread = log.threads[log.thread[row]!]!;
    const mark = thread === 0 ? '' : `[t${thread}] `;
    const flags = `0x${log.flags[row]!.toString(16)}`;
    const size = log.size[row]!;
    const block = at(log.block[row]!);
    switch (log.kind[row]) {
      case CallKind.mallocx:
        return [`${mark}mallocx(${size}, ${flags})`, `${mark}  mallocx(${size}, ${flags}) = ${block}`];
      case CallKind.rallocx: {
        const call = `rallocx(${block}, ${size}, ${flags})`;
        return [mark + call, `${mark}  ${call} = ${at(log.newBlock[row]!)}`];
      }
      case CallKind.sdallocx:
        return [`${mark}sdallocx(${block}, ${size}, ${flags})`];
      case CallKind.dallocx:
        return [`${mark}dallocx(${block}, ${flags})`, `${mark}  dallocx(${block}, ${flags}) returned`];
      default:
        return [`${mark}texit`];
    }
  }).flat();
}

describe('the log that a person printed on the real jemalloc 4.5.0', () => {
  it('gives the calls of the trace that was run, up to the hang', async () => {
    const trace = readFileSync(fixture('traces/tiny-14336as8192.bad.trace'), 'utf8').split('\n');
    const { code, stdout, stderr } = await allocModel('import', PERSON);
    expect(code).toBe(0);
    expect(stdout).toBe(`${trace.slice(0, 81).join('\n')}\n`);
    expect(stderr).toBe(
      `${PERSON}:281: a call never returned; it is a call of the trace\n${PERSON}: 81 calls; 21 of 298 lines are gdb's or the program's own\n`,
    );
  });

  it('hangs the model in the same call, on the same mutex', async () => {
    const trace = join(folder, 'person.trace');
    await allocModel('import', PERSON, '-o', trace);
    expect(JSON.parse((await allocModel('replay', '--format', 'json', trace)).stdout)).toMatchObject({ outcome: 'hang', call: 81, mutex: 'arena0.bin[35].lock' });
  });

  it('gives its whole calls wherever it is cut off, and says what is dropped', async () => {
    const bytes = readFileSync(PERSON);
    const whole = (await allocModel('import', PERSON)).stdout;
    for (let length = 400; length < bytes.length; length += 397) {
      const cut = file('cut.log', bytes.subarray(0, length));
      const { code, stdout, stderr } = await allocModel('import', cut);
      if (stdout === '') {
        expect(code).toBe(2);
        continue;
      }
      expect(whole.startsWith(stdout)).toBe(true);
      const { summary } = await importGdbLog(cut);
      if (summary.cutOff > 0) expect(stderr).toContain(`${cut}:${summary.cutOff}: the log is cut off in this line, which is left out: "`);
    }
  });
});

describe('an import', () => {
  it('knows a block from a resize on, if not before', async () => {
    const { text, met } = await imported('realloc(0x99, 50)', '  realloc(0x99, 50) = 0xa0', 'free(0xa0)', 'realloc(0x98, 0)', '  realloc(0x98, 0) = 0x0');
    expect(text).toEqual(['mallocx 1 50 0', 'dallocx 1 0']);
    expect(met).toEqual({ adopted: '2 from 1' });
  });

  it('makes the functions of C and C++ those of jemalloc that do the same', async () => {
    const { text, met } = await imported(
      'malloc(10)', '  malloc(10) = 0x1000',
      'calloc(3, 7)', '  calloc(3, 7) = 0x2000',
      'realloc(0x0, 5)', '  realloc(0x0, 5) = 0x3000',
      'realloc(0x1000, 99)', '  realloc(0x1000, 99) = 0x1000',
      'posix_memalign(0x7ff0, 64, 100)', '  posix_memalign(0x7ff0, 64, 100) = 0x4000',
      'aligned_alloc(4096, 1)', '  aligned_alloc(4096, 1) = 0x5000',
      'valloc(1)', '  valloc(1) = 0x6000',
      'reallocarray(0x6000, 4, 25)', '  reallocarray(0x6000, 4, 25) = 0x6000',
      'xallocx(0x6000, 120, 0, 0x0)', '  xallocx(0x6000, 120, 0, 0x0) = 128',
      '_Znwm(24)', '  _Znwm(24) = 0x7000',
      '_ZdlPvm(0x7000, 24)', '  _ZdlPvm(0x7000, 24) returned',
      'free(0x1000)', 'realloc(0x2000, 0)', '  realloc(0x2000, 0) = 0x0', 'sdallocx(0x4000, 100, 0x6)', 'dallocx(0x5000, 0x0)', 'free(0x3000)', 'free_sized(0x6000, 120)',
    );
    expect(text).toEqual([
      'mallocx 1 10 0', 'mallocx 2 21 64', 'mallocx 3 5 0', 'rallocx 1 4 99 0', 'mallocx 5 100 6', 'mallocx 6 1 12', 'mallocx 7 1 12', 'rallocx 7 8 100 0',
      'rallocx 8 9 120 0', 'mallocx 10 24 0', 'sdallocx 10 24 0', 'dallocx 4 0', 'dallocx 2 0', 'sdallocx 5 100 6', 'dallocx 6 0', 'dallocx 3 0', 'sdallocx 9 120 0',
    ]);
    expect(met).toEqual({});
  });

  it('takes the call that an operator of C++ made for the operator', async () => {
    const { text } = await imported(
      '_Znam(8)', 'malloc(8)', '  malloc(8) = 0x10', '  _Znam(8) = 0x10', '_ZdaPv(0x10)', '_ZdlPv(0x10)', 'free(0x10)', '  free(0x10) returned', '  _ZdlPv(0x10) returned',
      '  _ZdaPv(0x10) returned', '_Znwm(4)', '  _Znwm(4) = 0x10', '_ZdlPvm(0x10, 4)', 'malloc(5)', '  malloc(5) = 0x20',
    );
    expect(text).toEqual(['mallocx 1 8 0', 'dallocx 1 0', 'mallocx 2 4 0', 'sdallocx 2 4 0', 'mallocx 3 5 0']);
  });

  it('puts calls of several threads in the order in which they begin, so that no block is used before it is there', async () => {
    const { text, lines } = await imported(
      'malloc(1)', '[t1] malloc(2)', '[t1]   malloc(2) = 0x20', '[t1] free(0x20)', '[t2] malloc(3)', '[t2]   malloc(3) = 0x20', '[t1]   free(0x20) returned', '  malloc(1) = 0x10',
      '[t2] free(0x10)', '[t1] texit', '[t1]   texit returned', 'free(0x20)',
    );
    expect(text).toEqual(['mallocx 1 1 0', 'mallocx 2 2 0 t1', 'dallocx 2 0 t1', 'mallocx 3 3 0 t2', 'dallocx 1 0 t2', 'texit t1', 'dallocx 3 0']);
    expect([...lines]).toEqual([1, 2, 4, 5, 9, 10, 12]);
  });

  it('keeps the calls that never return, among them several at once', async () => {
    const { text, met } = await imported('malloc(1)', '  malloc(1) = 0x10', 'realloc(0x10, 50)', '[t1] malloc(7)', '--- stopped: no call for 10 s');
    expect(text).toEqual(['mallocx 1 1 0', 'rallocx 1 2 50 0', 'mallocx 3 7 0 t1']);
    expect(met).toEqual({ unreturned: '2 from 3' });
  });

  it('leaves out what no legal log can hold, and says how often and where first', async () => {
    const { text, met } = await imported(
      'free(0x99)', 'malloc(8)', '  malloc(8) = 0x10', 'free(0x10)', 'free(0x10)', 'sdallocx(0x98, 5, 0x0)', 'free(0x0)', 'malloc(9)', '  malloc(9) = 0x0', 'malloc(0)', '  malloc(0) = 0x20',
      'rallocx(0x20, 5000, 0x0)', '  rallocx(0x20, 5000, 0x0) = 0x0', 'malloc(6)', '  malloc(6) = 0x20', 'malloc(18446744073709551615)',
    );
    expect(text).toEqual(['mallocx 1 8 0', 'dallocx 1 0', 'mallocx 2 1 0', 'mallocx 3 6 0']);
    expect(met).toEqual({ unknown: '2 from 1', freedTwice: '1 from 5', withoutEffect: '1 from 7', failed: '2 from 8', emptySize: '1 from 10', unseenFree: '1 from 14', impossible: '1 from 16' });
  });

  it('takes the line of a return for the call where that of its beginning is lost', async () => {
    const { text } = await imported('  malloc(8) = 0x10', 'mallocx(5, 0x0)and the program says hello', '  mallocx(5, 0x0) = 0x20', '  free(0x10) returned');
    expect(text).toEqual(['mallocx 1 8 0', 'mallocx 2 5 0', 'dallocx 1 0']);
  });

  it('reads gzip', async () => {
    const { stdout } = await allocModel('import', file('a.gz', gzipSync(readFileSync(PERSON))));
    expect(stdout.split('\n')).toHaveLength(82);
  });

  it('of a log that a script would print of a trace gives that trace', async () => {
    for (const name of ['tiny-xthread.bad', 'prodcons-exit.ok']) {
      const log = await readCallLogFile(fixture(`traces/${name}.trace`));
      const back = await importGdbLog(file('round.log', `${logged(log).join('\n')}\n`));
      expect({ ...back.log, name: '', ids: [] }).toEqual({ ...log, name: '', ids: [] });
    }
  });

  it('of any lines in any order gives a log that is accepted', async () => {
    const address = fc.integer({ min: 0, max: 4 }).map((n) => `0x${(n * 16).toString(16)}`);
    const size = fc.constantFrom('0', '1', '100', '99999999999999999999');
    const call = fc.oneof(
      fc.tuple(fc.constantFrom('malloc', '_Znwm', 'valloc'), size).map(([name, n]) => `${name}(${n})`),
      fc.tuple(fc.constantFrom('realloc', 'free_sized', '_ZdlPvm'), address, size).map(([name, p, n]) => `${name}(${p}, ${n})`),
      fc.tuple(address, size, fc.constantFrom('0x0', '0x6', '0xffffffff')).map(([p, n, f]) => `sdallocx(${p}, ${n}, ${f})`),
      fc.tuple(address, size).map(([p, n]) => `xallocx(${p}, ${n}, 0, 0x0)`),
      address.map((p) => `free(${p})`),
      fc.constant('texit'),
    );
    const line = fc.tuple(fc.constantFrom('', '[t1] ', '[t7] '), call, fc.constantFrom('call', 'return'), address).map(([mark, text, what, result]) =>
      what === 'call' ? mark + text : `${mark}  ${text}${/free|sdallocx|_Zdl|texit/.test(text) ? ' returned' : ` = ${result}`}`,
    );
    await fc.assert(
      fc.asyncProperty(fc.array(line, { maxLength: 60 }), async (lines) => {
        const { log } = await importGdbLog(file('any.log', ['malloc(1)', ...lines, ''].join('\n')));
        const accepted = join(folder, 'any.trace');
        writeFileSync(accepted, [...callLogText(log)].join(''));
        expect((await readCallLogFile(accepted)).calls).toBe(log.calls);
      }),
      { numRuns: 150 },
    );
  });
});

describe('a gdb log that is given where a call log is read', () => {
  it('is imported, for it is known by its content', async () => {
    const { log } = await importGdbLog(PERSON);
    const read = await readCallLogFile(PERSON);
    expect({ ...read, name: '' }).toEqual({ ...log, name: '' });
    expect(JSON.parse((await allocModel('replay', '--format', 'json', PERSON)).stdout)).toMatchObject({ outcome: 'hang', call: 81, mutex: 'arena0.bin[35].lock' });
  });

  it('keeps its wrong frees for a check', async () => {
    const path = file('wrong.log', 'malloc(5)\n  malloc(5) = 0x10\nfree(0x10)\nfree(0x10)\nfree(0x90)\nfree(0x90)\n');
    const told: string[] = [];
    const tell = (text: string): void => void told.push(text);
    await readCallsFile(path, {
      mallocx: (id, size) => tell(`mallocx ${id} ${size}`),
      rallocx: () => tell('rallocx'),
      sdallocx: () => tell('sdallocx'),
      dallocx: (id) => tell(`dallocx ${id}`),
      texit: () => tell('texit'),
    });
    expect(told).toEqual(['mallocx 1 5', 'dallocx 1', 'dallocx 1', 'dallocx 2', 'dallocx 2']);
    expect((await readCallLogFile(path)).calls).toBe(2);
  });
});

describe('what is no log', () => {
  it.each<[string, string | Uint8Array, string]>([
    ['text', 'hello\nworld\n', 'no line of it is a call of an allocator'],
    ['binary data', Buffer.from([0, 1, 2, 255, 10, 0]), 'no line of it is a call of an allocator'],
    ['nothing', '', 'no line of it is a call of an allocator'],
    ['a log of locks alone', '    lock   a [f]\n    unlock a [f]\n', 'none of its lines is a call of an allocator, as "malloc(48)"; lockgraph report reads a log of locks alone'],
    ['the log of a script that had nothing to log', '# A log of alloc-model gdb-script: calls of ./x\n--- exited with code 0\n', 'no line of it is a call of an allocator, as "malloc(48)": nothing was logged, or this is no log of a gdb script'],
    ['a log of frees alone', 'free(0x10)\n', 'none of its calls got a block'],
  ])('is refused: %s', async (_, content, reason) => {
    const path = file('none.log', content);
    const { code, stdout, stderr } = await allocModel('import', path);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(`${path}: ${reason}`);
    expect(stderr.split('\n')).toHaveLength(2);
  });

  it('is refused where it cannot be read', async () => {
    expect(await allocModel('import', join(folder, 'none'))).toMatchObject({ code: 2, stderr: `${join(folder, 'none')}: cannot be read: there is no such file\n` });
    expect(await allocModel('import')).toMatchObject({ code: 2 });
  });

  it('does not get its control characters to the terminal', async () => {
    const { stderr } = await allocModel('import', file('esc.log', 'malloc(1)\n  malloc(1) = \u001b[31m0x'));
    expect(stderr).not.toContain('\u001b');
  });
});
