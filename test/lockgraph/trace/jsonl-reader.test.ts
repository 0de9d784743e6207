import { describe, expect, it } from 'vitest';
import { escapeText } from '../../../packages/lockgraph/src/report/escape.js';
import { JsonlReader } from '../../../packages/lockgraph/src/trace/jsonl-reader.js';
import { Registry } from '../../../packages/lockgraph/src/trace/registry.js';
import type { TraceSummary } from '../../../packages/lockgraph/src/trace/trace-summary.js';
import { Witness } from './rows.js';

const HEADER = '{"lockgraph":"trace","version":1}';

function read(...lines: string[]): { witness: Witness; registry: Registry; summary: TraceSummary } {
  const witness = new Witness();
  const registry = new Registry();
  const reader = new JsonlReader('x.jsonl', witness, registry);
  reader.push(Buffer.from(`${lines.join('\n')}\n`));
  return { witness, registry, summary: reader.finish() };
}

/** The message about a line that follows a good header and the definitions of a lock `m` and an operation `op`. */
function complaint(...lines: string[]): string {
  try {
    read(HEADER, '["lock","m"]', '["operation","op",["size"]]', ...lines);
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('nothing was wrong');
}

describe('the reader of JSONL traces refuses', () => {
  it.each([
    ['[1,"acquire","t0","n",0,0]', 'x.jsonl:4: the lock "n" is not defined; expected a line ["lock","n"] before its first use'],
    ['[1,"acquire","t0",5,0,0]', 'x.jsonl:4: lock: expected a string, got 5'],
    ['[1,"acquire",0,"m",0,0]', 'x.jsonl:4: thread: expected a string, got 0'],
    ['[1,"acquire","t0","m",7,0]', 'x.jsonl:4: the call 7 is not defined; expected a line ["call",7,parent,name] before its first use'],
    ['[1,"acquire","t0","m",-1,0]', 'x.jsonl:4: call: expected an integer from 0 to 2147483647, got -1'],
    ['[1,"acquire","t0","m",0,1.5]', 'x.jsonl:4: operation: expected an integer from 0 to 2147483647, got 1.5'],
    ['[1,"acquire","t0","m",0,4294967296]', 'x.jsonl:4: operation: expected an integer from 0 to 2147483647, got 4294967296'],
    ['[1,"grab","t0","m",0,0]', 'x.jsonl:4: what happened: expected one of request, acquire, release'],
    ['[1,"acquire","t0","m",0]', 'x.jsonl:4: expected [event,what,thread,object,call,operation,…], got 5 fields'],
    ['[1,"acquire","t0","m",0,0,"loud"]', 'x.jsonl:4: mode ("m" is a mutex): expected one of exclusive, got "loud"'],
    ['[1,"acquire","t0","m",0,0,"join"]', 'x.jsonl:4: mode ("m" is a mutex): expected one of exclusive, got "join"'],
    ['[1,"release","t0","m",0,0,"loud"]', 'x.jsonl:4: mode ("m" is a mutex): expected one of exclusive, unheld, foreign, got "loud"'],
    ['[1,"acquire","t0","m",0,0,"shared"]', 'x.jsonl:4: mode ("m" is a mutex): expected one of exclusive, got "shared"'],
    ['[1,"request","t0","m",0,0,"permits"]', 'x.jsonl:4: mode ("m" is a mutex): expected one of exclusive, join, got "permits"'],
    ['[1,"take","t0","m",0,0,"permits",2]', 'x.jsonl:4: mode ("m" is a mutex): expected one of exclusive, got "permits"'],
    ['[1,"take","t0","m",0,0,"exclusive",2]', 'x.jsonl:4: expected [event,what,thread,object,call,operation,mode], got 8 fields'],
    ['[1,"spawn","t0","t1",0,0,"join"]', 'x.jsonl:4: mode: expected one of exclusive, got "join"'],
    ['[1,"init","t0","m",0,0,"unheld"]', 'x.jsonl:4: mode ("m" is a mutex): expected one of exclusive, got "unheld"'],
    ['["lock","n",{"kind":"door"}]', 'x.jsonl:4: kind of the lock: expected one of mutex, condition, rwlock, semaphore, barrier, got "door"'],
    ['["lock","n",{"kind":"semaphore","permits":-1}]', 'x.jsonl:4: permits of the lock: expected an integer from 0 to 2147483647, got -1'],
    ['["lock","n",{"kind":"barrier","parties":0}]', 'x.jsonl:4: parties of the lock: expected an integer from 1 to 2147483647, got 0'],
    ['["lock","n",{"kind":"barrier"}]', 'x.jsonl:4: parties of the barrier "n" must be given: how many threads it waits for'],
    ['["lock","n",{"permits":2}]', 'x.jsonl:4: permits of the lock "n": only a semaphore has them, and it is a mutex'],
    ['["lock","n",{"kind":"rwlock","parties":2}]', 'x.jsonl:4: parties of the lock "n": only a barrier has them, and it is a rwlock'],
    ['["lock","n",{"rank":null}]', 'x.jsonl:4: rank of the lock: expected a finite number, got null'],
    ['["lock","n",{"rank":1e999}]', 'x.jsonl:4: rank of the lock: expected a finite number, got a number that is too large'],
    ['["lock","n",{"key":"1"}]', 'x.jsonl:4: key of the lock: expected a finite number, got "1"'],
    ['[0,"exit","t0",null,0,0]', 'x.jsonl:4: event number: expected an integer from 1'],
    ['[1,"exit","t0","m",0,0]', 'x.jsonl:4: object: expected null, for there is none, got "m"'],
    ['[1,"begin","t0","op",0,0]', 'x.jsonl:4: operation: expected more than 0'],
    ['[1,"begin","t0","other",0,1]', 'x.jsonl:4: the operation "other" is not defined'],
    ['[1,"begin","t0","op",0,1,"48"]', 'x.jsonl:4: first argument: expected a number, got "48"'],
    ['[1,"note","t0","a/b",0,0,{},[]]', 'x.jsonl:4: the note "a/b" is not defined'],
    ['["lock","m"]', 'x.jsonl:4: the lock "m" is defined for the second time'],
    ['["lock","n",{"colour":1}]', 'x.jsonl:4: properties of the lock: expected kind, class, rank, key, recursive, unlock, permits or parties, got "colour"'],
    ['["lock","n",{"unlock":"maybe"}]', 'x.jsonl:4: unlock of the lock: expected one of throw, pthread, got "maybe"'],
    ['["call",1,2,"f"]', 'x.jsonl:4: the call 2 is not defined'],
    ['["spawned","t0"]', 'x.jsonl:4: first field: expected an event number, thread, lock'],
    ['{"events":1}', 'x.jsonl:4: line: expected a definition, an event'],
    ['', 'x.jsonl:4: expected a line of JSON, got an empty line'],
    ['hello', 'x.jsonl:4: expected a line of JSON, got "hello"'],
    ['{"end":{"events":3,"dropped":0}}', 'x.jsonl:4: the end tells of 3 events of which 0 were dropped; the lines before it have 0 events up to number 0'],
  ])('%s', (line, message) => {
    expect(complaint(line)).toContain(message);
  });

  it.each([
    ['rwlock', '[1,"acquire","t0","n",0,0,"permits"]', 'mode ("n" is a rwlock): expected one of exclusive, shared, upgradable, got "permits"'],
    ['rwlock', '[1,"release","t0","n",0,0,"loud"]', 'mode ("n" is a rwlock): expected one of exclusive, shared, upgradable, unheld, foreign, got "loud"'],
    ['semaphore', '[1,"acquire","t0","n",0,0]', 'mode ("n" is a semaphore): expected "permits" and how many behind the operation, as in [7,"acquire","t0","n",0,0,"permits",1], got nothing'],
    ['semaphore', '[1,"request","t0","n",0,0]', 'mode ("n" is a semaphore): expected "permits" and how many behind the operation, as in [7,"request","t0","n",0,0,"permits",1], got nothing'],
    ['semaphore', '[1,"release","t0","n",0,0,"unheld"]', 'mode ("n" is a semaphore): expected one of permits, got "unheld"'],
    ['semaphore', '[1,"take","t0","n",0,0,"permits",0]', 'number of permits: expected an integer from 1 to 2147483647, got 0'],
    ['barrier', '[1,"request","t0","n",0,0,"shared"]', 'mode ("n" is a barrier): expected one of exclusive, join, got "shared"'],
    ['barrier', '[1,"release","t0","n",0,0]', 'the barrier "n" is held by nobody, and cannot be released'],
  ])('of a %s: %s', (kind, line, message) => {
    const parties = kind === 'barrier' ? ',"parties":2' : '';
    expect(complaint(`["lock","n",{"kind":"${kind}"${parties}}]`, line)).toBe(`x.jsonl:5: ${message}`);
  });

  it('an event number that does not rise', () => {
    expect(complaint('[5,"exit","t0",null,0,0]', '[5,"exit","t1",null,0,0]')).toMatch(/^x\.jsonl:5: event number: expected an integer from 6 /);
  });

  it('a name with controls, which stand in the message as they are, for whoever prints it escapes them', () => {
    const escapes = (codes: readonly number[]) => codes.map((code) => `\\u${code.toString(16).padStart(4, '0')}`).join('');
    const raw = String.fromCharCode(0x9e, 0x1b);
    expect(complaint(`[1,"acquire","t0","${escapes([0x9e, 0x1b])}",0,0]`)).toContain(`x.jsonl:4: the lock "${raw}" is not defined`);
    expect(escapeText(complaint(`[1,"acquire","t0","${escapes([0x9e])}",0,0]`))).toContain(`the lock "${escapes([0x9e])}" is not defined`);
  });

  it('lines after the end', () => {
    expect(complaint('{"end":{"events":0,"dropped":0}}', '["lock","n"]')).toBe('x.jsonl:5: nothing may follow the line {"end":…}');
  });

  it('data of a note that is not plain', () => {
    const message = complaint('["note","a/b"]', '[1,"note","t0","a/b",0,0,{"x":{}},[]]');
    expect(message).toBe('x.jsonl:5: "x" in the data of the note: expected a string, a number, true or false, got {}');
  });

  it('a header whose accesses are neither true nor false', () => {
    expect(() => read('{"lockgraph":"trace","version":1,"accesses":"some"}')).toThrow('x.jsonl:1: accesses: expected true or false, got "some"');
  });

  it('another version of the format', () => {
    expect(() => read('{"lockgraph":"trace","version":2}')).toThrow('x.jsonl:1: version: expected 1, the one that this lockgraph reads, got 2');
  });

  it('a line without end before it fills the memory', () => {
    const reader = new JsonlReader('x.jsonl', new Witness(), new Registry());
    reader.push(Buffer.from(`${HEADER}\n`));
    const piece = Buffer.alloc(65_536, '[');
    expect(() => {
      for (let i = 0; i < 1000; i++) reader.push(piece);
    }).toThrow('x.jsonl:2: the line is longer than 1048576 bytes, the most that is read');
  });

  it('brackets in brackets without running out of stack', () => {
    const deep = 500_000;
    expect(complaint(`[1,"acquire","t0",${'['.repeat(deep)}${']'.repeat(deep)},0,0]`)).toBe(
      'x.jsonl:4: lock: expected a string, got "deeply nested brackets"'.replaceAll('"deeply nested brackets"', 'deeply nested brackets'),
    );
  });

  it('bytes that are no UTF-8, after telling what came before', () => {
    const witness = new Witness();
    const reader = new JsonlReader('x.jsonl', witness, new Registry());
    const bytes = Buffer.concat([Buffer.from(`${HEADER}\n[1,"exit","t0",null,0,0]\n["thread","`), Buffer.from([0xff]), Buffer.from('"]\n')]);
    expect(() => reader.push(bytes)).toThrow('x.jsonl:3: the line is not UTF-8 text');
    expect(witness.rows).toHaveLength(1);
  });
});

describe('the reader of JSONL traces', () => {
  it('says the line of an event before it tells the sink', () => {
    const position = { line: 0 };
    const lines: number[] = [];
    const sink = new Witness();
    sink.event = () => void lines.push(position.line);
    const reader = new JsonlReader('x.jsonl', sink, new Registry(), position);
    reader.push(Buffer.from(`${HEADER}\n["lock","m"]\n[1,"acquire","t0","m",0,0]\n["thread","t1"]\n[2,"release","t1","m",0,0,"foreign"]\n`));
    expect(lines).toEqual([3, 5]);
  });

  it('takes names of the language for names', () => {
    const { registry, witness } = read(
      HEADER,
      '["lock","__proto__"]',
      '["note","constructor/toString"]',
      '[1,"acquire","__proto__","__proto__",0,0]',
      '[2,"note","__proto__","constructor/toString",0,0,{"__proto__":"x"},[]]',
    );
    expect(registry.findLock('__proto__')).toBe(0);
    expect(registry.threads.find('__proto__')).toBe(0);
    expect(witness.rows).toHaveLength(2);
    expect(Object.keys(witness.rows[1]!.note!.data)).toEqual(['__proto__']);
    expect(({} as Record<string, unknown>)['x']).toBeUndefined();
  });

  it('counts what a flight recorder dropped', () => {
    const { summary } = read(HEADER, '["lock","m"]', '[7,"acquire","t0","m",0,0]', '[9,"exit","t0",null,0,0]', '{"end":{"events":9,"dropped":7}}');
    expect(summary).toMatchObject({ events: 9, dropped: 7, cutOff: false, complete: false });
  });

  it('says whether all accesses of memory are there: they are where the header does not say that they are not', () => {
    const said = (header: string) => read(header, '{"end":{"events":0,"dropped":0}}').summary.accessesRecorded;
    expect(said(HEADER)).toBe(true);
    expect(said('{"lockgraph":"trace","version":1,"accesses":true}')).toBe(true);
    expect(said('{"lockgraph":"trace","version":1,"accesses":false}')).toBe(false);
  });

  it('tells that the run ended only if the trace says how', () => {
    expect(read(HEADER, '{"end":{"events":0,"dropped":0}}').witness.stalled).toBeUndefined();
    expect(read(HEADER, '{"end":{"events":0,"dropped":0,"stalled":true}}').witness.stalled).toBe(true);
  });

  it('reads a last line without an end, if it is whole', () => {
    const reader = new JsonlReader('x', new Witness(), new Registry());
    reader.push(Buffer.from(`${HEADER}\r\n[1,"exit","t0",null,0,0]\r\n{"end":{"events":1,"dropped":0}}`));
    expect(reader.finish()).toMatchObject({ events: 1, unreadBytes: 0, complete: true });
  });

  it('leaves a half last line, and says how long it is', () => {
    const reader = new JsonlReader('x', new Witness(), new Registry());
    reader.push(Buffer.from(`${HEADER}\n[1,"exit","t0",null,0,0]\n[2,"exi`));
    expect(reader.finish()).toMatchObject({ events: 1, unreadBytes: 7, cutOff: true, complete: false });
  });
});
