import { EventEmitter } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { printResult } from '../../../packages/alloc-model/src/cli/print.js';
import { temporaryFolder } from './temporary-folder.js';

/** A pipe that is full after each write, until its reader takes that. */
class SlowPipe extends EventEmitter {
  readonly written: string[] = [];

  write(text: string): boolean {
    this.written.push(text);
    return false;
  }
}

function* pieces(made: string[]): Iterable<string> {
  for (const piece of ['a', 'b', 'c']) {
    made.push(piece);
    yield piece;
  }
}

describe('a result in pieces', () => {
  test('is made no faster than standard output is read', async () => {
    const pipe = new SlowPipe();
    const made: string[] = [];
    const printed = printResult({ inputs: [], output: undefined }, pipe, () => pieces(made));
    for (const expected of [['a'], ['a', 'b'], ['a', 'b', 'c']]) {
      await nextTurn();
      expect([made, pipe.written]).toEqual([expected, expected]);
      pipe.emit('drain');
    }
    await printed;
    expect(pipe.eventNames()).toEqual([]);
  });

  test('ends where the reader goes away', async () => {
    const pipe = new SlowPipe();
    const made: string[] = [];
    const printed = printResult({ inputs: [], output: undefined }, pipe, () => pieces(made));
    await nextTurn();
    pipe.emit('close');
    await printed;
    expect(made).toEqual(['a']);
  });

  test('is written whole to what does not tell how full it is', async () => {
    const written: string[] = [];
    await printResult({ inputs: [], output: undefined }, { write: (text) => written.push(text) > 99 }, () => pieces([]));
    expect(written).toEqual(['a', 'b', 'c']);
  });
});

describe('a result that goes into a file', () => {
  const folder = temporaryFolder();

  test('is all its pieces', async () => {
    const output = join(folder.path, 'out');
    await printResult({ inputs: [], output }, new SlowPipe(), () => pieces([]));
    expect(readFileSync(output, 'utf8')).toBe('abc');
  });

  test('is not there when a piece cannot be made', async () => {
    const pipe = new SlowPipe();
    const printed = printResult({ inputs: [], output: join(folder.path, 'out') }, pipe, function* failing() {
      yield 'a';
      throw new Error('no more');
    });
    await expect(printed).rejects.toThrow('no more');
    expect([readdirSync(folder.path), pipe.written]).toEqual([[], []]);
  });
});
