import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { gunzipped } from '../../../packages/lockgraph/src/trace/gunzip.js';

const TEXT = Array.from({ length: 3000 }, (_, i) => `T${i % 7}|acq(L${(i * 7919) % 101})|${i}\n`).join('');
const FIRST = gzipSync(TEXT.slice(0, 20_000));
/** Two members, which together are one file. */
const PACKED = Buffer.concat([FIRST, gzipSync(TEXT.slice(20_000))]);

async function unpacked(bytes: Uint8Array, size: number): Promise<{ text: string; isCut: boolean }> {
  async function* pieces(): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
  }
  const { chunks, isCut } = gunzipped('x.gz', pieces());
  const all: Uint8Array[] = [];
  for await (const chunk of chunks) all.push(Buffer.from(chunk));
  return { text: Buffer.concat(all).toString(), isCut: isCut() };
}

describe('gzip data', () => {
  it.each([1, 7, 1000, 100_000])('is unpacked in pieces of %i bytes, all its members', async (size) => {
    expect(await unpacked(PACKED, size)).toEqual({ text: TEXT, isCut: false });
  });

  it('gives all that is there wherever it is cut off, and says that it is', async () => {
    let longest = -1;
    for (let end = 2; end < PACKED.length; end += end > PACKED.length - 40 || Math.abs(end - FIRST.length) < 20 ? 1 : 97) {
      const { text, isCut } = await unpacked(PACKED.subarray(0, end), 1000);
      expect([end, TEXT.startsWith(text), text.length >= longest]).toEqual([end, true, true]);
      // Between two members it is whole, for all that anybody can know.
      expect([end, isCut]).toEqual([end, end !== FIRST.length]);
      longest = text.length;
    }
    expect(longest).toBe(TEXT.length);
  });

  it('may have zeros behind its end', async () => {
    expect(await unpacked(Buffer.concat([PACKED, Buffer.alloc(40_000)]), 1000)).toEqual({ text: TEXT, isCut: false });
  });

  it.each([1000, 100_000])('is damaged if something else is behind its end, in pieces of %i bytes', async (size) => {
    await expect(unpacked(Buffer.concat([PACKED, Buffer.from('hello')]), size)).rejects.toThrow('x.gz: damaged gzip data: incorrect header check');
  });

  it('is damaged if its checksum or its length is wrong, or what it says cannot be', async () => {
    const changed = (at: number): Buffer => {
      const bytes = Buffer.from(PACKED);
      bytes[at]! ^= 16;
      return bytes;
    };
    await expect(unpacked(changed(PACKED.length - 6), 1000)).rejects.toThrow('x.gz: damaged gzip data: incorrect data check');
    await expect(unpacked(changed(PACKED.length - 1), 1000)).rejects.toThrow('x.gz: damaged gzip data: incorrect length check');
    await expect(unpacked(changed(100), 1000)).rejects.toThrow('x.gz: damaged gzip data: ');
  });

  it('fails as what it is read from does', async () => {
    async function* failing(): AsyncGenerator<Uint8Array> {
      yield FIRST;
      throw new Error('the pipe broke');
    }
    const { chunks } = gunzipped('x.gz', failing());
    await expect((async () => { for await (const chunk of chunks) void chunk; })()).rejects.toThrow('the pipe broke');
  });

  it('is not read any further than is wanted', async () => {
    let read = 0;
    async function* endless(): AsyncGenerator<Uint8Array> {
      for (;;) {
        read++;
        yield FIRST;
      }
    }
    for await (const chunk of gunzipped('x.gz', endless()).chunks) {
      expect(chunk.length).toBeGreaterThan(0);
      break;
    }
    expect(read).toBe(1);
  });
});
