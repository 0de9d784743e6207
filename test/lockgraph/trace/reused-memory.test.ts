import { describe, expect, it } from 'vitest';
import type { LoggedLine } from '../../../packages/lockgraph/src/trace/gdb-log-line.js';
import { LoggedLineReader } from '../../../packages/lockgraph/src/trace/gdb-log-lines.js';
import { LineSplitter } from '../../../packages/lockgraph/src/trace/line-splitter.js';

/** Pushes the pieces in one Buffer, the memory of each being that of the one before. */
function pushInOneBuffer(pieces: readonly string[], push: (chunk: Uint8Array) => void): void {
  const memory = Buffer.alloc(64);
  for (const piece of pieces) push(memory.subarray(0, memory.write(piece)));
}

describe('a line that comes in pieces of memory that is used again', () => {
  it('is split as it was written', () => {
    const lines: string[] = [];
    const splitter = new LineSplitter('x', (line) => lines.push(line));
    pushInOneBuffer(['one\ntw', 'o, th', 'ree\nfo'], (chunk) => splitter.push(chunk));
    expect([...lines, splitter.rest()]).toEqual(['one', 'two, three', 'fo']);
  });

  it('is a line of a gdb log as it was written', () => {
    const lines: LoggedLine[] = [];
    const reader = new LoggedLineReader((line) => lines.push(line));
    pushInOneBuffer(['malloc(48)\nmal', 'loc(', '96)\n'], (chunk) => reader.push(chunk));
    expect(lines).toMatchObject([{ name: 'malloc', values: [48] }, { name: 'malloc', values: [96] }]);
  });
});
