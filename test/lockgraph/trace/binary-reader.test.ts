import { describe, expect, it } from 'vitest';
import { BlockWriter } from '../../../packages/lockgraph/src/trace/binary-block-writer.js';
import { EventKind, Mode } from '../../../packages/lockgraph/src/trace/event.js';
import { readTrace } from '../../../packages/lockgraph/src/trace/open.js';
import { Registry } from '../../../packages/lockgraph/src/trace/registry.js';
import { forged, readBinary } from './binary-programs.js';
import { Witness } from './rows.js';

const HEADER = '{"generator":"a test"}\n';
const DEFINITIONS = [
  '["thread","t0"]',
  '["lock","m"]',
  '["lock","s",{"kind":"semaphore"}]',
  '["variable","x"]',
  '["operation","op",["size"]]',
  '["note","a/b"]',
  '["call",1,0,"main"]',
  '',
].join('\n');

const CALL = 1 << 9;
const OPERATION = 1 << 10;
const EVENT = 1 << 11;
const FIRST = 1 << 12;
const BOTH = 2 << 12;
const WIDE_THREAD = 1 << 8;

function what(kind: EventKind, mode: Mode = Mode.exclusive): number {
  return kind | (mode << 5);
}

/** A trace of blocks with right checksums: lines, or the int32 of rows. */
function trace(...blocks: readonly (string | readonly number[])[]): Buffer {
  const pieces: Uint8Array[] = [];
  const writer = new BlockWriter((piece) => pieces.push(piece));
  for (const block of blocks) {
    if (typeof block === 'string') writer.lines(block);
    else writer.rows(new Uint8Array(Int32Array.from(block).buffer));
  }
  writer.check();
  return Buffer.concat(pieces);
}

/** The message about a trace whose header and definitions are good, and the place of its third block. */
function complaint(...blocks: readonly (string | readonly number[])[]): string {
  const start = trace(HEADER, DEFINITIONS).length;
  try {
    readBinary(trace(HEADER, DEFINITIONS, ...blocks));
  } catch (error) {
    return (error as Error).message.replace(/\d+$/, (at) => `+${Number(at) - start - 12}`);
  }
  throw new Error('nothing was wrong');
}

describe('the reader of binary traces refuses', () => {
  it.each<[string, readonly number[], string]>([
    ['a thread', [what(EventKind.acquire) | (1 << 14), 0], 'the thread 1 is not defined; 1 is before this row'],
    ['a negative thread', [what(EventKind.acquire) | WIDE_THREAD, 0, -1], 'the thread -1 is not defined; 1 is before this row'],
    ['a lock', [what(EventKind.acquire), 2], 'the lock 2 is not defined; 2 are before this row'],
    ['a negative lock', [what(EventKind.acquire), -1], 'the lock -1 is not defined; 2 are before this row'],
    ['a variable', [what(EventKind.read), 1], 'the variable 1 is not defined; 1 is before this row'],
    ['a started thread', [what(EventKind.spawn), 1], 'the other thread 1 is not defined; 1 is before this row'],
    ['a thread to wait for', [what(EventKind.request, Mode.join), 7], 'the other thread 7 is not defined; 1 is before this row'],
    ['an operation', [what(EventKind.begin), 1], 'the operation 1 is not defined; 1 is before this row'],
    ['a call', [what(EventKind.acquire) | CALL, 0, 2], 'the call 2 is not defined; 2 are before this row'],
    ['a kind of note', [what(EventKind.note), 1], 'the kind of note 1 is not defined; 1 is before this row'],
  ])('%s that is not defined', (_, row, message) => {
    expect(complaint(row)).toBe(`test: ${message} at byte +0`);
  });

  it.each<[string, readonly number[], string]>([
    ['a kind that there is not', [16, 0], 'there is no event of kind 16 with mode 0'],
    ['a mode that there is not', [what(EventKind.acquire) | (7 << 5), 0], 'there is no event of kind 1 with mode 7'],
    ['a kind with the mode of another', [what(EventKind.read, Mode.shared), 0], 'there is no event of kind 7 with mode 4'],
    ['a mode that a lock of this kind has not', [what(EventKind.acquire, Mode.shared), 0], 'mode ("m" is a mutex): expected one of exclusive, got "shared"'],
    ['a semaphore that is held exclusively', [what(EventKind.acquire), 1], 'mode ("s" is a semaphore): expected one of permits, got "exclusive"'],
    ['an object where there is none', [what(EventKind.exit), 1], 'object: expected an integer from 0 to 0, got 1'],
    ['a negative number of permits', [what(EventKind.acquire, Mode.permits) | FIRST, 1, -1], 'number of permits: expected an integer from 0 to 2147483647, got -1'],
    ['arguments of an acquire', [what(EventKind.acquire) | BOTH, 0, 1, 2], 'an event of this kind has no arguments'],
    ['two permits arguments', [what(EventKind.acquire, Mode.permits) | BOTH, 1, 1, 2], 'an event of this kind has no arguments'],
    ['the number of an operation that is too large', [what(EventKind.acquire) | OPERATION, 0, -1], 'operation: expected an integer from 0 to 2147483647, got 4294967295'],
    ['an event number that does not rise', [what(EventKind.acquire) | EVENT, 0, 0, 0], 'event number: expected an integer from 1 to 9007199254740991, got 0'],
    ['an event number that is too large', [what(EventKind.acquire) | EVENT, 0, 0, 2 ** 21], 'event number: expected an integer from 1 to 9007199254740991, got 9007199254740992'],
    ['a note that says nothing', [what(EventKind.note), 0], 'the lines before these rows have nothing that this note says'],
    ['half a row', [what(EventKind.acquire)], 'a row that has 4 bytes; the least is 8'],
    ['a row without all its fields', [what(EventKind.begin) | BOTH, 0, 1], 'a row that has 12 bytes where its first field tells of 16'],
  ])('%s', (_, row, message) => {
    expect(complaint(row)).toBe(`test: ${message} at byte +0`);
  });

  it('operations that begin out of order, at their place', () => {
    const begin = what(EventKind.begin) | OPERATION;
    expect(complaint([begin, 0, 5, begin, 0, 5])).toBe('test: operation: expected an integer from 6 to 2147483647, got 5 at byte +12');
  });

  it.each([
    ['["lock","m"]\n', 'the lock "m" is defined for the second time at byte +0'],
    ['["lock","n"]\n["lock","o",{"colour":1}]\n', 'properties of the lock: expected kind, class, rank, key, recursive, unlock, permits or parties, got "colour" at byte +13'],
    ['["thread","é"]\n["thread",5]\n', 'name of the thread: expected a string, got 5 at byte +16'],
    ['["call",3,0,"f"]\n', 'id of the call: expected 2, for calls are numbered in order, got 3 at byte +0'],
    ['["spawned","t0"]\n', 'first field: expected'],
    ['[1,"exit","t0",null,0,0]\n', 'first field: expected'],
    ['[{"x":{}},[]]\n', '"x" in the data of the note: expected a string, a number, true or false, got {} at byte +0'],
    ['[{},[0]]\n', 'operation to blame: expected an integer from 1 to 2147483647, got 0 at byte +0'],
    ['[null,[]]\n', 'data of the note: expected an object, got null at byte +0'],
    ['[{}]\n', 'expected [{data},[operations]], got 1 field at byte +0'],
    ['{"events":1}\n', 'line: expected a definition, what a note says, or {"end":{…}}, got {"events":1} at byte +0'],
    ['\n', 'expected a line of JSON, got "" at byte +0'],
    ['hello', 'expected a line of JSON, got "hello" at byte +0'],
    ['{"end":{"events":3,"dropped":0}}\n', 'the end tells of 3 events of which 0 were dropped; the blocks before it have 0 events up to number 0: some are missing at byte +0'],
    ['{"end":{"events":0,"dropped":0,"stalled":1}}\n', 'stalled: expected true or false, got 1 at byte +0'],
    ['{"end":{"events":0,"dropped":0}}\n["lock","n"]\n', 'nothing may follow the end at byte +33'],
  ])('the lines %j', (lines, message) => {
    expect(complaint(lines)).toContain(`test: ${message}`);
  });

  it('brackets in brackets, too deep for any stack', () => {
    expect(complaint('["lock",'.repeat(100_000))).toMatch(/^test: expected a line of JSON, got /);
    expect(complaint(`["lock",${'['.repeat(500_000)}${']'.repeat(500_000)}]`)).toMatch(/^test: name of the lock: expected a string, got /);
  });

  it('lines that are no UTF-8', () => {
    const bytes = forged(trace(HEADER), 'LINE', (lines) => (lines[3] = 0xff));
    expect(() => readBinary(bytes)).toThrow('test: the lines are not UTF-8 text at byte 24');
  });

  it('what a note says that no row takes', () => {
    const note = '[{},[]]\n';
    expect(complaint(note, note)).toBe('test: no row took what the last note says at byte +8');
    expect(complaint(`${note}${note}`, [what(EventKind.note), 0])).toBe('test: no row took what the last note says at byte +36');
  });

  it('blocks after the end', () => {
    expect(complaint('{"end":{"events":0,"dropped":0}}\n', '["lock","n"]\n')).toMatch(/^test: nothing may follow the end/);
    const whole = trace(HEADER, '{"end":{"events":0,"dropped":0}}\n');
    for (const more of ['x', 'more than the head of a block has']) {
      expect(() => readBinary(Buffer.concat([whole, Buffer.from(more)]))).toThrow(`test: nothing may follow the end at byte ${whole.length}`);
    }
  });

  it('events before the header, and a header that is none', () => {
    expect(() => readBinary(trace([0, 0]))).toThrow('test: expected the header, and got events at byte 12');
    expect(() => readBinary(trace('["thread","t0"]\n'))).toThrow('test: first line: expected an object, got ["thread","t0"] at byte 24');
    expect(() => readBinary(trace('{"accesses":1}\n'))).toThrow('test: accesses: expected true or false, got 1 at byte 24');
    expect(() => readBinary(trace('{"generator":1}\n'))).toThrow('test: generator: expected a string, got 1 at byte 24');
  });

  it('another version of the format', () => {
    const bytes = trace(HEADER);
    bytes.writeUInt32LE(2, 8);
    expect(() => readBinary(bytes)).toThrow('test: version: expected 1, the one that this lockgraph reads, got 2 at byte 8');
  });
});

describe('the reader of binary traces', () => {
  it('knows what a header without accesses says, as that of JSONL', () => {
    expect(readBinary(trace(HEADER)).summary).toMatchObject({ generator: 'a test', accessesRecorded: true });
    expect(readBinary(trace('{}\n')).summary).toMatchObject({ generator: undefined, accessesRecorded: true });
    expect(readBinary(trace()).summary).toMatchObject({ events: 0, cutOff: true, accessesRecorded: false });
  });

  it('takes no memory for a length that it does not believe', () => {
    const bytes = Buffer.concat([trace(HEADER), Buffer.from('0000LINE\u00ff\u00ff\u00ff\u007f', 'latin1'), Buffer.alloc(100)]);
    expect(readBinary(bytes).summary).toMatchObject({ cutOff: true, cause: 'damage', unreadBytes: 112 });
  });

  it('tells a block that is damaged from one that is cut off', () => {
    const end = '{"end":{"events":1,"dropped":0}}\n';
    const bytes = trace(HEADER, DEFINITIONS, [what(EventKind.acquire), 0], end);
    const before = trace(HEADER, DEFINITIONS).length;
    const { summary: torn } = readBinary(bytes.subarray(0, before + 15));
    expect([torn.cutOff, torn.cause, torn.unreadBytes, torn.events]).toEqual([true, undefined, 15, 0]);
    bytes[before + 12]! ^= 1;
    const { summary: damaged } = readBinary(bytes);
    expect([damaged.cutOff, damaged.cause, damaged.unreadBytes, damaged.events]).toEqual([true, 'damage', bytes.length - before, 0]);
  });

  it('is chosen by the content of a file', async () => {
    const bytes = trace(HEADER, DEFINITIONS, [what(EventKind.acquire), 0], '{"end":{"events":1,"dropped":0,"stalled":false}}\n');
    async function* chunks(): AsyncGenerator<Uint8Array> {
      for (const byte of bytes) yield Uint8Array.of(byte);
    }
    const witness = new Witness();
    expect(await readTrace({ name: 'x', chunks: chunks() }, witness, new Registry())).toMatchObject({ format: 'binary', events: 1, complete: true });
    expect(witness.stalled).toBe(false);
  });
});
