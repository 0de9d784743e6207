import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CallKind, type CallLog } from '../../../packages/alloc-model/src/trace/call-log.js';
import { CallLogError } from '../../../packages/alloc-model/src/trace/call-log-error.js';
import { readCallLog, readCallLogFile } from '../../../packages/alloc-model/src/trace/read.js';

async function* chunks(...parts: (string | Uint8Array)[]): AsyncIterable<Uint8Array> {
  for (const part of parts) yield typeof part === 'string' ? new TextEncoder().encode(part) : part;
}

const read = (...parts: (string | Uint8Array)[]): Promise<CallLog> => readCallLog(chunks(...parts), 'x.trace');

async function refusal(...parts: (string | Uint8Array)[]): Promise<string> {
  const error = await read(...parts).then(
    () => 'accepted',
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(CallLogError);
  return (error as CallLogError).message;
}

const all = `mallocx 1 48 0
mallocx 7 100 64 t1
rallocx 1 2 96 0
sdallocx 2 80 0 t1
dallocx 7 0
texit t1
`;

describe('a call log', () => {
  test('has a row a line, with blocks numbered by life and threads by first call', async () => {
    const log = await read(all);
    const { mallocx, rallocx, sdallocx, dallocx, texit } = CallKind;
    expect(log.name).toBe('x.trace');
    expect(log.calls).toBe(6);
    expect([...log.kind]).toEqual([mallocx, mallocx, rallocx, sdallocx, dallocx, texit]);
    expect([...log.block]).toEqual([0, 1, 0, 2, 1, -1]);
    expect([...log.newBlock]).toEqual([-1, -1, 2, -1, -1, -1]);
    expect([...log.size]).toEqual([48, 100, 96, 80, 0, 0]);
    expect([...log.flags]).toEqual([0, 64, 0, 0, 0, 0]);
    expect([...log.thread]).toEqual([0, 1, 0, 1, 0, 1]);
    expect(log.threads).toEqual([0, 1]);
    expect([...log.ids]).toEqual([1, 7, 2]);
  });

  test.each([
    ['with CRLF', all.replaceAll('\n', '\r\n')],
    ['with tabs and more than one space', all.replaceAll(' ', ' \t ')],
    ['without an end of the last line', all.trimEnd()],
    ['with empty lines at its end', `${all}\n\r\n\n`],
    ['packed by gzip', gzipSync(all)],
  ])('%s is the same log', async (_, text) => {
    expect(await read(text)).toEqual(await read(all));
  });

  test('does not depend on where the chunks end', async () => {
    const bytes = new TextEncoder().encode(all);
    const whole = await read(all);
    for (const packed of [bytes, gzipSync(bytes)]) {
      for (let cut = 0; cut <= packed.length; cut++) {
        expect(await read(packed.subarray(0, cut), packed.subarray(cut))).toEqual(whole);
      }
      expect(await read(...Array.from(packed, (byte) => Uint8Array.of(byte)))).toEqual(whole);
    }
  });

  test('may use large and sparse ids, and an id again after its block was freed', async () => {
    const log = await read('mallocx 9007199254740991 8 0\nmallocx 0 8 0\ndallocx 0 0\nmallocx 0 16 0\nrallocx 0 0 32 0\n');
    expect([...log.ids]).toEqual([9007199254740991, 0, 0, 0]);
    expect([...log.block]).toEqual([0, 1, 1, 2, 2]);
    expect([...log.newBlock]).toEqual([-1, -1, -1, -1, 3]);
  });

  test('starts a new thread at the first call after a texit', async () => {
    const log = await read('mallocx 1 8 0 t1\ntexit t1\ndallocx 1 0 t1\ntexit t1\ntexit t1\n');
    expect(log.threads).toEqual([1, 1, 1]);
    expect([...log.thread]).toEqual([0, 0, 1, 1, 2]);
  });

  test('keeps every id apart, whatever the ids', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(fc.maxSafeNat(), { minLength: 1, maxLength: 3000 }), async (ids) => {
        const log = await read(ids.map((id) => `mallocx ${id} 8 0\n`).join(''), ids.map((id) => `dallocx ${id} 0\n`).join(''));
        expect([...log.block]).toEqual([...ids.keys(), ...ids.keys()]);
      }),
      { numRuns: 20 },
    );
  });
});

describe('a file that is no call log is refused with its line and the reason', () => {
  test.each<[string, string | Uint8Array, string]>([
    ['an unknown call', 'mallocx 1 8 0\nfree 1\n', 'x.trace:2: "free" is no call: expected mallocx, rallocx, sdallocx, dallocx or texit'],
    ['a call named __proto__', '__proto__ 1 8 0\n', 'x.trace:1: "__proto__" is no call: expected mallocx, rallocx, sdallocx, dallocx or texit'],
    ['too few columns', 'mallocx 1 8\n', 'x.trace:1: wrong number of columns: expected "mallocx ID SIZE FLAGS [tK]", but got 3 columns'],
    ['too many columns', 'dallocx 1 0 t0 x y z u v\n', 'x.trace:1: wrong number of columns: expected "dallocx ID FLAGS [tK]", but got more than 6 columns'],
    ['a texit of nobody', 'texit\n', 'x.trace:1: wrong number of columns: expected "texit tK", but got 1 column'],
    ['an id that is no integer', 'mallocx 0x10 8 0\n', 'x.trace:1: ID is not an integer: "0x10"'],
    ['a size that is no integer', 'mallocx 1 8.5 0\n', 'x.trace:1: SIZE is not an integer: "8.5"'],
    ['a negative size', 'mallocx 1 -8 0\n', 'x.trace:1: SIZE is negative: "-8"'],
    ['a negative claim', 'mallocx 1 8 0\nsdallocx 1 -8 0\n', 'x.trace:2: CLAIMED is negative: "-8"'],
    ['a size of 0', 'mallocx 1 0 0\n', 'x.trace:1: a size of 0: jemalloc does not define what mallocx does then'],
    ['a rallocx to 0', 'mallocx 1 8 0\nrallocx 1 2 0 0\n', 'x.trace:2: a size of 0: jemalloc does not define what rallocx does then'],
    ['a size beyond 2^53', 'mallocx 1 9007199254740993 0\n', 'x.trace:1: SIZE is larger than 2^53 - 1: "9007199254740993"'],
    ['a size beyond the address space', 'mallocx 1 140737488355329 0\n', 'x.trace:1: the size 140737488355329 is larger than the address space (140737488355328 bytes)'],
    ['flags beyond an int', 'mallocx 1 8 4294967296\n', "x.trace:1: FLAGS is 4294967296: they are the 31 bits of jemalloc's int flags"],
    ['an unknown block', 'mallocx 1 8 0\nsdallocx 2 8 0\n', 'x.trace:2: the block 2 is unknown: no call before this one returned it'],
    ['a double free', 'mallocx 1 8 0\nsdallocx 1 8 0\ndallocx 1 0\n', 'x.trace:3: the block 1 is freed twice: call 2 freed it before'],
    ['a free of a moved block', 'mallocx 1 8 0\nrallocx 1 5 64 0\ndallocx 1 0\n', 'x.trace:3: the block 1 is no more: call 2 (rallocx) made it block 5'],
    ['an id that is still live', 'mallocx 1 8 0\nmallocx 1 8 0\n', 'x.trace:2: the block 1 is still live: call 1 returned it, and nothing has freed it'],
    ['a rallocx to an id that is live', 'mallocx 1 8 0\nmallocx 2 8 0\nrallocx 1 2 9 0\n', 'x.trace:3: the block 2 is still live: call 2 returned it, and nothing has freed it'],
    ['a thread that is no thread', 'mallocx 1 8 0 main\n', 'x.trace:1: expected a thread, t0, t1, … in the last column, but got "main"'],
    ['a thread without a number', 'texit t\n', 'x.trace:1: expected a thread, t0, t1, … in the last column, but got "t"'],
    ['an empty line', 'mallocx 1 8 0\n\ndallocx 1 0\n', 'x.trace:2: the line is empty: call N must be line N'],
    ['a line of blanks', '  \nmallocx 1 8 0\n', 'x.trace:1: the line is empty: call N must be line N'],
    ['a line that is too long', `mallocx 1 8 0\nmallocx ${'1'.repeat(5000)}`, 'x.trace:2: the line is longer than 4096 bytes: this is no call log'],
    ['a line of megabytes', 'x'.repeat(3_000_000), 'x.trace:1: the line is longer than 4096 bytes: this is no call log'],
    ['an empty file', '', 'x.trace: the file has no calls in it'],
    ['a file of empty lines', '\n\n', 'x.trace: the file has no calls in it'],
    ['a file cut off in a line', all.slice(0, -12), 'x.trace:5: wrong number of columns: expected "dallocx ID FLAGS [tK]", but got 2 columns'],
    ['binary data', Uint8Array.of(0x7f, 0x45, 0x4c, 0x46, 0, 0, 10, 1), 'x.trace:1: binary data: this is no call log'],
    ['long binary data', new Uint8Array(100_000), 'x.trace:1: binary data: this is no call log'],
    ['bytes that are no UTF-8', Uint8Array.of(0xff, 0xfe, 0x6d), 'x.trace:1: binary data: this is no call log'],
    ['gzip data that ends too early', gzipSync(all).subarray(0, 40), 'x.trace: the gzip data is damaged, or ends too early'],
    ['damaged gzip data', Uint8Array.of(0x1f, 0x8b, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11), 'x.trace: the gzip data is damaged, or ends too early'],
    ['terminal escapes', '\u001b[2J\u202emallocx 1 8 0\n', 'x.trace:1: "\\u001b[2J\\u202emallocx" is no call: expected mallocx, rallocx, sdallocx, dallocx or texit'],
  ])('%s', async (_, text, message) => {
    expect(await refusal(text)).toBe(message);
  });

  test('random bytes give a refusal, never another error', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async (bytes) => {
        await refusal(bytes);
      }),
    );
  });

  test('a file that does not exist', async () => {
    await expect(readCallLogFile('/nowhere/\u001b[1m.trace')).rejects.toThrow('/nowhere/\\u001b[1m.trace: cannot be read: there is no such file');
  });
});
