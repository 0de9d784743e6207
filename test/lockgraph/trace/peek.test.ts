import { describe, expect, it } from 'vitest';
import { isGzip, peek } from '../../../packages/lockgraph/src/trace/peek.js';

async function* inPieces(text: string, size: number, onEnd = (): void => {}): AsyncGenerator<Uint8Array> {
  try {
    for (let at = 0; at < text.length; at += size) yield Buffer.from(text.slice(at, at + size));
  } finally {
    onEnd();
  }
}

async function whole(chunks: AsyncIterable<Uint8Array>): Promise<string> {
  let text = '';
  for await (const chunk of chunks) text += Buffer.from(chunk).toString();
  return text;
}

describe('the beginning of a stream', () => {
  it.each([1, 2, 3, 100])('is seen ahead, and read all the same, in pieces of %i', async (size) => {
    const { start, chunks } = await peek(inPieces('one two three', size), 5);
    expect(Buffer.from(start).toString()).toMatch(/^one t/);
    expect(start.length).toBeLessThan(5 + size);
    expect(await whole(chunks)).toBe('one two three');
  });

  it('is all of a stream that is shorter', async () => {
    const { start, chunks } = await peek(inPieces('one', 1), 5);
    expect([Buffer.from(start).toString(), await whole(chunks)]).toEqual(['one', 'one']);
  });

  it('is its own: the memory of a chunk may be used again', async () => {
    const chunk = Buffer.from('one');
    async function* again(): AsyncGenerator<Uint8Array> {
      yield chunk;
      chunk.fill('x');
      yield chunk;
    }
    expect(Buffer.from((await peek(again(), 5)).start).toString()).toBe('onexxx');
  });

  it('lets the source end where the reader stops', async () => {
    let ended = false;
    const { chunks } = await peek(inPieces('one two three', 1, () => (ended = true)), 3);
    for await (const _ of chunks) break;
    expect(ended).toBe(true);
  });

  it('tells gzip', () => {
    expect([isGzip(Buffer.from([0x1f, 0x8b, 8])), isGzip(Buffer.from([0x1f])), isGzip(Buffer.alloc(0))]).toEqual([true, false, false]);
  });
});
