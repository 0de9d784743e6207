import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { loggedFunctions, type LoggedLine, parseLoggedLine } from '../../../packages/lockgraph/src/trace/gdb-log-line.js';
import { LoggedLineReader, type LoggedLines } from '../../../packages/lockgraph/src/trace/gdb-log-lines.js';

const PERSON = readFileSync(new URL('../../fixtures/alloc/gdb/tiny-14336as8192.bad.calls.txt', import.meta.url));

function read(bytes: Uint8Array, size = bytes.length): { lines: LoggedLine[]; sum: LoggedLines } {
  const lines: LoggedLine[] = [];
  const reader = new LoggedLineReader((line) => lines.push(line));
  for (let at = 0; at < bytes.length; at += size) reader.push(bytes.subarray(at, at + size));
  return { lines, sum: reader.finish() };
}

describe('a line of a gdb log', () => {
  it.each<[string, LoggedLine]>([
    ['mallocx(14336, 0x0)', { what: 'call', thread: 0, name: 'mallocx', values: [14_336, 0] }],
    ['[t3] _rjem_sdallocx(0x7ffff7816000, 8192, 0x6)', { what: 'call', thread: 3, name: 'sdallocx', values: [0x7ffff7816000, 8192, 6] }],
    ['  je_malloc(48) = 0x7f00', { what: 'return', thread: 0, name: 'malloc', values: [48], result: 0x7f00 }],
    ['[t1]   realloc(0x10, 0) = (nil)', { what: 'return', thread: 1, name: 'realloc', values: [16, 0], result: 0 }],
    ['  free(0x10) returned', { what: 'return', thread: 0, name: 'free', values: [16], result: undefined }],
    ['    lock   arenas_lock [f]', { what: 'lock', thread: 0, lock: 'arenas_lock', function: 'f', held: undefined }],
    ['    unlock a.bin[3].lock [operator[]] NOT-HELD', { what: 'unlock', thread: 0, lock: 'a.bin[3].lock', function: 'operator[]', held: 'nobody' }],
    ['    lock   m [f] HELD-ALREADY (self deadlock)', { what: 'lock', thread: 0, lock: 'm', function: 'f', held: 'self' }],
    ['[t1]     wait   m [f] held by t0', { what: 'wait', thread: 1, lock: 'm', function: 'f', held: 0 }],
    ['[t1]     unlock m [f] held by t1', { what: 'unlock', thread: 1, lock: 'm', function: 'f', held: 'self' }],
    ['    wait   m [f] held by an unknown thread', { what: 'wait', thread: 0, lock: 'm', function: 'f', held: undefined }],
    ['[t2] texit', { what: 'texit', thread: 2 }],
    ['[t2]   texit returned', { what: 'exited', thread: 2 }],
    ['--- stopped; still held: []', { what: 'stopped', stalled: true }],
    ['--- stopped: no call and no lock for 10 s', { what: 'stopped', stalled: true }],
    ['--- stopped: SIGINT', { what: 'stopped', stalled: false }],
    ['--- stopped: gdb was ended', { what: 'stopped', stalled: false }],
  ])('%s', (text, line) => {
    expect(parseLoggedLine(text)).toEqual(line);
  });

  it.each(['', 'Breakpoint 1 at 0x402c4a', 'main(3, 4)', '#4  je_malloc (size=3) at a.c:3', 'hello', '[t99999999999] malloc(1)', '[Inferior 1 (process 1) killed]'])(
    'is not what gdb or the program print: %j',
    (text) => {
      expect(parseLoggedLine(text)).toBeUndefined();
    },
  );

  it.each(['mallocx(14336, 0x', 'mallocx(14336)', 'malloc(-1)', '  malloc(1) = 0x7fhello', '  free(0x10) = 0x0', '    lock   arena0.lock', 'malloc(1)hello'])(
    'is known as damaged where it begins as one: %j',
    (text) => {
      expect(parseLoggedLine(text)).toEqual({ what: 'damaged' });
    },
  );

  it('may name every function of the list, with its arguments', () => {
    for (const [name, { arguments: kinds }] of loggedFunctions) {
      expect(parseLoggedLine(`${name}(${kinds.map((_, i) => i + 1).join(', ')})`)).toMatchObject({ what: 'call', name });
    }
  });
});

describe('the lines of a gdb log', () => {
  it('are those of the grammar, in whatever pieces the bytes come', () => {
    const whole = read(PERSON);
    expect(whole.lines.filter(({ what }) => what === 'call')).toHaveLength(81);
    expect(whole.sum).toMatchObject({ lines: 298, known: 277, damaged: 0, cutOff: 0 });
    for (const size of [1, 7, 1000]) expect(read(PERSON, size)).toEqual(whole);
  });

  it('stay whole wherever the log is cut off', () => {
    const log = Buffer.from(`${PERSON.toString().split('\n').slice(185, 225).join('\n')}\n[t1]   malloc(5) = 0x7ffff7816000\n[t12] texit\nAs gdb ends\n`);
    const { lines } = read(log);
    for (let length = 0; length <= log.length; length++) {
      const { lines: whole, sum } = read(log.subarray(0, length));
      expect(JSON.stringify(whole)).toBe(JSON.stringify(lines.slice(0, whole.length)));
      // No line that ends is lost, and of the last only what no byte more could change counts.
      const ended = read(log.subarray(0, log.lastIndexOf(10, length - 1) + 1)).lines.length;
      expect(whole.length - ended).toBeLessThanOrEqual(sum.cutOff === 0 ? 1 : 0);
    }
  });

  it('say where they are cut off, unless nothing can be missing', () => {
    const cut = (text: string): LoggedLines => read(Buffer.from(text)).sum;
    expect(cut('malloc(1)\n  malloc(1) = 0x7f')).toMatchObject({ known: 1, cutOff: 2, cutOffText: '  malloc(1) = 0x7f', cutOffBytes: 18 });
    expect(cut('malloc(1)\n[t1] mal')).toMatchObject({ known: 1, cutOff: 2 });
    expect(cut('malloc(1)\n    lock   m [f]')).toMatchObject({ known: 1, cutOff: 2 });
    expect(cut('malloc(1)\nfree(0x10)')).toMatchObject({ known: 2, cutOff: 0 });
    expect(cut('malloc(1)\ndone.')).toMatchObject({ known: 1, cutOff: 0 });
  });

  it('may end in CR LF', () => {
    expect(read(Buffer.from('malloc(1)\r\n  malloc(1) = 0x10\r\n')).sum).toMatchObject({ known: 2, damaged: 0 });
  });

  it('are looked for in anything, without a failure', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.integer({ min: 1, max: 50 }), (bytes, size) => {
        read(bytes, size);
      }),
    );
  });

  it('are found behind a line of any length, which costs no memory', () => {
    const lines: LoggedLine[] = [];
    const reader = new LoggedLineReader((line) => lines.push(line));
    const piece = Buffer.alloc(1 << 20, 'malloc(');
    for (let i = 0; i < 100; i++) reader.push(piece);
    reader.push(Buffer.from('\nmalloc(5)\n'));
    expect(lines).toEqual([{ what: 'call', thread: 0, name: 'malloc', values: [5] }]);
    expect(reader.finish()).toMatchObject({ lines: 2, known: 1 });
  });
});
