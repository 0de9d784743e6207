import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { readTrace, traceFile } from '../../../packages/lockgraph/src/trace/open.js';
import { Registry } from '../../../packages/lockgraph/src/trace/registry.js';
import type { TraceSummary } from '../../../packages/lockgraph/src/trace/trace-summary.js';
import { Witness } from './rows.js';

const TRACE = [
  '{"lockgraph":"trace","version":1,"generator":"a test"}',
  ...Array.from({ length: 500 }, (_, i) => `[${i + 1},"exit","t${i % 7}",null,0,0]`),
  '{"end":{"events":500,"dropped":0}}',
  '',
].join('\n');

/** Reads bytes in pieces of `size`. */
async function read(bytes: Uint8Array, size = bytes.length): Promise<{ rows: number; summary: TraceSummary }> {
  async function* chunks(): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
  }
  const witness = new Witness();
  const summary = await readTrace({ name: 'x', chunks: chunks() }, witness, new Registry());
  return { rows: witness.rows.length, summary };
}

describe('a trace is read', () => {
  it('in whatever pieces it comes', async () => {
    for (const size of [1, 2, 100, 100_000]) {
      expect(await read(Buffer.from(TRACE), size)).toMatchObject({ rows: 500, summary: { format: 'JSONL', generator: 'a test', complete: true } });
    }
  });

  it('from gzip, which is told by its content', async () => {
    for (const size of [1, 100, 100_000]) {
      expect(await read(gzipSync(TRACE), size)).toMatchObject({ rows: 500, summary: { complete: true } });
    }
  });

  it('as far as there is any, if its gzip is cut off', async () => {
    const bytes = gzipSync(TRACE);
    const { rows, summary } = await read(bytes.subarray(0, bytes.length >> 1));
    expect(rows).toBeLessThan(500);
    expect(summary).toMatchObject({ cutOff: true, complete: false, cause: 'gzip' });
  });

  it('to its end, if that is there, though the gzip around it is cut off', async () => {
    const bytes = gzipSync(TRACE);
    const { rows, summary } = await read(bytes.subarray(0, -1));
    expect(rows).toBe(500);
    expect(summary).toMatchObject({ cutOff: false, complete: true });
    expect(summary.cause).toBeUndefined();
  });

  it('up to its last whole line, if it is STD and its gzip is cut off, whatever half a line after that looks like', async () => {
    // Stored, so that each byte of the trace is one of the gzip.
    const bytes = gzipSync('T1|acq(L1)|17\nT1|rel(L1)|18\nT1|acq(L2)|19\n', { level: 0 });
    const end = bytes.length - 8;
    expect(await read(bytes.subarray(0, end - 1))).toMatchObject({ rows: 2, summary: { cutOff: true, cause: 'gzip', complete: false, unreadBytes: 13, unreadFrom: 28 } });
    expect(await read(bytes.subarray(0, end - 8))).toMatchObject({ rows: 2, summary: { cutOff: true, unreadBytes: 6, unreadFrom: 28, skipped: 0 } });
    expect(await read(bytes.subarray(0, end))).toMatchObject({ rows: 3, summary: { cutOff: true, cause: 'gzip', complete: false, unreadBytes: 0 } });
    expect(await read(bytes)).toMatchObject({ rows: 3, summary: { cutOff: false, complete: true } });
  });

  it('up to its last whole line, if it is a gdb log and its gzip is cut off', async () => {
    const bytes = gzipSync('malloc(1)\n  malloc(1) = 0x10\nfree(0x10)\n', { level: 0 });
    expect((await read(bytes.subarray(0, -8))).summary).toMatchObject({ format: 'gdb log', cutOff: true, cause: 'gzip', complete: false });
    expect((await read(bytes)).summary).toMatchObject({ cutOff: false, complete: true });
  });

  it('from a file', async () => {
    const path = join(mkdtempSync(join(tmpdir(), 'lockgraph-')), 'a.trace');
    writeFileSync(path, TRACE);
    const witness = new Witness();
    await readTrace(traceFile(path), witness, new Registry());
    expect(witness.rows).toHaveLength(500);
  });
});

describe('what is no trace is refused', () => {
  it.each([
    ['an empty file', '', 'x: not a lockgraph trace: it is empty; known formats: JSONL'],
    ['a binary file', '\u007fELF\u0002\u0000\u0000', 'x: not a lockgraph trace: it begins with "\u007fELF\u0002\u0000\u0000"; known formats'],
    ['other JSON', '{"findings":[]}', String.raw`x: not a lockgraph trace: it begins with "{\"findings\":[]}"; known formats`],
    ['gzip data that ends before it begins', gzipSync('hello').subarray(0, 9), 'x: not a lockgraph trace: its gzip data ends before anything of it is there'],
    ['gzip of something else', gzipSync('hello'), 'x: not a lockgraph trace: it begins with "hello"; known formats'],
  ])('%s', async (_, bytes, message) => {
    await expect(read(Buffer.from(bytes as string))).rejects.toThrow(message);
  });

  it('damaged gzip', async () => {
    const bytes = gzipSync(TRACE);
    bytes.fill(0xff, 40, 60);
    await expect(read(bytes)).rejects.toThrow(/^x: damaged gzip data: /);
  });

  it('a file that is not there, and a directory', async () => {
    const none = join(tmpdir(), 'lockgraph-no-such-file');
    await expect(readTrace(traceFile(none), new Witness(), new Registry())).rejects.toMatchObject({
      name: 'TraceError',
      message: `${none}: cannot be read: there is no such file`,
    });
    await expect(readTrace(traceFile(tmpdir()), new Witness(), new Registry())).rejects.toThrow('it is a directory');
  });
});
