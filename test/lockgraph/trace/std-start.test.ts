import { readdirSync, readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { readTrace } from '../../../packages/lockgraph/src/trace/open.js';
import { Registry } from '../../../packages/lockgraph/src/trace/registry.js';
import { beginsAsStd } from '../../../packages/lockgraph/src/trace/std-start.js';
import type { TraceSummary } from '../../../packages/lockgraph/src/trace/trace-summary.js';
import { Witness } from './rows.js';

const TRACES = new URL('../../fixtures/predict/', import.meta.url);

async function read(chunks: Iterable<Uint8Array> | AsyncIterable<Uint8Array>, lenient = false): Promise<TraceSummary> {
  async function* source(): AsyncGenerator<Uint8Array> {
    yield* chunks;
  }
  return readTrace({ name: 'x', chunks: source() }, new Witness(), new Registry(), { line: 0 }, { lenient });
}

describe('a trace in STD is told by its content', () => {
  it.each(['T1|acq(L1)|17', 'T|begin|0', 'T|branch(x)|3', 'main thread|r(a.b[0])|-1', '\uFEFFT|w(x)|1'])('%s', async (line) => {
    expect(await read([Buffer.from(line)])).toMatchObject({ format: 'STD', complete: true });
  });

  it.each([
    ['the first line', 'rubbish\nT|acq(a)|1\n'],
    ['the first line with three fields', 'T|acq(a)|1|2\nT|acq(a)|1\n'],
    ['a word that other tools know', 'T|wait(a)|1\n'],
    ['the only line, which was cut off', 'T|acq(a'],
    ['a blank line', '\n\nT|acq(a)|1\n'],
    ['a comment, which STD does not have', '# a trace\nT|acq(a)|1\n'],
  ])('even if this is wrong: %s', async (_, text) => {
    await expect(read([Buffer.from(text)])).rejects.toThrow(/^x:1: .*; --lenient leaves such lines out/);
    expect(await read([Buffer.from(text)], true)).toMatchObject({ format: 'STD', complete: false, firstSkipped: 1 });
  });

  it.each(['| a | table |', 'a|b|c', 'cat x | grep (y)', '{"lockgraph":"report"}', 'T1,acq(L1)'])('and this is none: %s', async (text) => {
    expect(beginsAsStd(text)).toBe(false);
    await expect(read([Buffer.from(text)])).rejects.toThrow('not a lockgraph trace');
  });

  it('in every trace of the literature that is here, gzipped or not', async () => {
    const files = readdirSync(TRACES).filter((file) => file.endsWith('.std'));
    expect(files.length).toBeGreaterThan(200);
    for (const file of files) {
      const text = readFileSync(new URL(file, TRACES));
      const expected = { format: 'STD', events: text.toString().trim().split('\n').length, complete: true, skipped: 0 };
      expect(await read([text])).toMatchObject(expected);
      expect(await read([gzipSync(text)])).toMatchObject(expected);
    }
  });
});

describe('gzip that has no end', () => {
  const good = gzipSync('T|acq(a)|1\nT|rel(a)|1\n');
  const line = gzipSync(Buffer.alloc(2 ** 22, 'x'));
  /** Pieces of 4 kB, packed, that may wait between the file and the reader. */
  const MOST_IN_PIPES = 40;

  function endless(): { readonly chunks: AsyncIterable<Uint8Array>; readonly pulled: () => number } {
    let pulled = 0;
    async function* chunks(): AsyncGenerator<Uint8Array> {
      yield good;
      for (;;) {
        pulled++;
        yield line;
      }
    }
    return { chunks: chunks(), pulled: () => pulled };
  }

  it('of one line is refused after 1 MiB of it, and is not unpacked any further than that takes', async () => {
    const { chunks, pulled } = endless();
    await expect(read(chunks)).rejects.toThrow('x:3: the line is longer than 1048576 bytes');
    expect(pulled()).toBeLessThan(MOST_IN_PIPES);
  });

  it('is unpacked no faster than it is read', async () => {
    const { chunks, pulled } = endless();
    const sink = {
      event: () => {
        throw new Error('enough');
      },
      note: () => {},
      end: () => {},
    };
    await expect(readTrace({ name: 'x', chunks }, sink, new Registry())).rejects.toThrow('enough');
    expect(pulled()).toBeLessThan(MOST_IN_PIPES);
  });
});
