import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { EventKind, Mode } from '../../../packages/lockgraph/src/trace/event.js';
import { Registry } from '../../../packages/lockgraph/src/trace/registry.js';
import { StdReader } from '../../../packages/lockgraph/src/trace/std-reader.js';
import { complaint, readStd } from './std-reading.js';

const MIB = 1_048_576;
const REMEDY = '; --lenient leaves such lines out, and counts them';

describe('the reader of STD traces', () => {
  it('makes an event of each line that binds something, at its line and location', () => {
    const { events, stalled, summary } = readStd(
      ['T0|fork(T1)|1', 'T1|begin(block)|2', 'T1|acq(L34)|120', 'T1|w(V234.23[0])|121', 'T1|branch(V1)|122', 'T1|r(V1)|-5', 'T1|rel(L34)|130', 'T1|end(block)|2', 'T1|dummy|0', 'T0|join(T1)|134', ''].join('\n'),
    );
    expect(events).toEqual([
      '1 T0 spawn T1',
      '3 T1 take L34 @location 120',
      '4 T1 write V234.23[0]',
      '6 T1 read V1',
      '7 T1 release L34 @location 130',
      '10 T0 join T1 @location 134',
    ]);
    expect(stalled).toBe(false);
    expect(summary).toEqual({
      format: 'STD',
      generator: undefined,
      events: 6,
      dropped: 0,
      cutOff: false,
      unended: false,
      unreadBytes: 0,
      complete: true,
      accessesRecorded: true,
      skipped: 0,
      firstSkipped: 0,
    });
  });

  it('numbers events without a gap', () => {
    const { rows } = readStd('T|r(x)|1\nT|branch(x)|2\nT|w(x)|3\n');
    expect(rows).toEqual([
      { event: 1, kind: EventKind.read, thread: 0, object: 0, mode: Mode.exclusive, call: 0, operation: 0, a: 0, b: 0 },
      { event: 2, kind: EventKind.write, thread: 0, object: 0, mode: Mode.exclusive, call: 0, operation: 0, a: 0, b: 0 },
    ]);
  });

  it('takes an acquire with its request before it as that, and any other as both in one', () => {
    const { events } = readStd(
      ['T|req(A)|1', 'U|acq(A)|2', 'T|r(x)|3', 'T|branch|3', 'T|acq(A)|1', 'T|acq(A)|1', 'T|req(A)|4', 'T|req(B)|5', 'T|acq(A)|6', 'T|acq(B)|7', 'T|req(A)|8', 'T|rel(B)|9', 'T|acq(A)|9'].join('\n'),
    );
    expect(events.map((event) => event.split(' ').slice(1, 4).join(' '))).toEqual([
      'T request A',
      'U take A',
      'T read x',
      'T acquire A',
      'T take A',
      'T request A',
      'T request B',
      'T take A',
      'T take B',
      'T request A',
      'T release B',
      'T take A',
    ]);
  });

  it('keeps the names of threads, locks and variables apart, and has only re-entrant locks', () => {
    const { registry, events } = readStd('a|acq(a)|1\na|r(a)|1\na|acq(b)|1\nb|w(b)|1\n');
    expect(registry.threads.names()).toEqual(['a', 'b']);
    expect(registry.variables.names()).toEqual(['a', 'b']);
    expect([0, 1].map((lock) => registry.lock(lock))).toMatchObject([
      { name: 'a', class: 'a', kind: 'mutex', recursive: true },
      { name: 'b', class: 'b', kind: 'mutex', recursive: true },
    ]);
    expect(events).toHaveLength(4);
  });

  it('takes what other tools call a lock, a variable or a thread', () => {
    const names = ['Foo.bar():12@3', 'a(b', 'a)b', '))', '(', '$1', '#', '%7C', 'é→🔒', '{"a":1}', '\u0001', '__proto__'];
    for (const again of [1, 2]) {
      const { registry } = readStd(names.map((name) => `main thread 1|w(${name})|1\n`.repeat(again)).join(''));
      expect(registry.variables.names()).toEqual(names);
      expect(registry.threads.names()).toEqual(['main thread 1']);
    }
  });

  it.each([
    ['0', 'location 0'],
    ['-0', 'location 0'],
    ['+7', 'location 7'],
    ['007', 'location 7'],
    ['-2147483648', 'location -2147483648'],
    ['2147483647', 'location 2147483647'],
    ['999999999', 'location 999999999'],
    ['1048576', 'location 1048576'],
    [`${'0'.repeat(100)}5`, 'location 5'],
  ])('reads the location %s', (text, location) => {
    const { events, registry } = readStd(`T|acq(a)|${text}\nT|acq(a)|${text}\n`);
    expect(events).toEqual([`1 T take a @${location}`, `2 T take a @${location}`]);
    expect(registry.calls.size).toBe(2);
  });

  it.each(['begin', 'end', 'begin anything at all', 'end()', 'branch()', 'branch(a b)', 'dummy', 'begin(\u00e9', 'dummy('])('takes %j, which binds nothing', (text) => {
    const { events, summary, registry } = readStd(`T|${text}|1\nT|${text}|1\n`);
    expect([events, summary.complete, registry.threads.names()]).toEqual([[], true, ['T']]);
  });

  it('takes lines that end as on Windows, a last line without its end, a byte order mark, and blank lines at the end', () => {
    const { events } = readStd('\uFEFFT|acq(a)|1\r\nT|acq(a)|1\r\nT|rel(a)|2');
    expect(events).toEqual(['1 T take a @location 1', '2 T take a @location 1', '3 T release a @location 2']);
    for (const end of ['\r', '\n\n', '\n \t\r\n\n', '\n\n  ']) {
      expect(readStd(`T|acq(a)|1${end}`)).toMatchObject({ events: ['1 T take a @location 1'], summary: { complete: true } });
    }
  });
});

describe('the reader of STD traces refuses', () => {
  it.each([
    ['T|acq(a)', 'expected three fields, thread|op(operand)|location, got "T|acq(a)"'],
    ['T|acq(a)|1|', 'expected three fields, thread|op(operand)|location, got "T|acq(a)|1|"'],
    ['T|acq(a|b)|1', 'expected three fields, thread|op(operand)|location, got "T|acq(a|b)|1"'],
    ['# a comment', 'expected three fields, thread|op(operand)|location, got "# a comment"'],
    ['|acq(a)|1', 'thread: expected a name, got ""'],
    [
      'T|wait(a)|1',
      'what happened: expected acq, rel, r, w, fork, join or req, with (operand), or begin, end, branch or dummy, got "wait(a)"',
    ],
    ['T||1', 'what happened: expected acq, rel, r, w, fork, join or req, with (operand), or begin, end, branch or dummy, got ""'],
    ['T| acq(a)|1', 'what happened: expected acq, rel, r, w, fork, join or req, with (operand), or begin, end, branch or dummy, got " acq(a)"'],
    ['T|beginner|1', 'what happened: expected acq'],
    ['T|acquire(a)|1', 'what happened: expected acq'],
    ['T|acq a|1', 'what happened: expected acq'],
    ['T|rex(a)|1', 'what happened: expected acq'],
    ['T|acq()|1', 'operand: expected acq(…) with one or more characters in the brackets, and no blanks, got "acq()"'],
    ['T|req(|1', 'operand: expected req(…) with one or more characters in the brackets, and no blanks, got "req("'],
    ['T|rel(a|1', 'operand: expected rel(…) with one or more characters in the brackets, and no blanks, got "rel(a"'],
    ['T|r(a b)|1', 'operand: expected r(…) with one or more characters in the brackets, and no blanks, got "r(a b)"'],
    ['T|w(a\tb)|1', 'operand: expected w(…) with one or more characters in the brackets, and no blanks, got "w(a\\tb)"'],
    ['T|join(a\r)|1', 'operand: expected join(…) with one or more characters in the brackets, and no blanks, got "join(a\\r)"'],
    ['T|fork(a) |1', 'operand: expected fork(…) with one or more characters in the brackets, and no blanks, got "fork(a) "'],
    ['T|acq(a)|', 'location: expected a decimal integer from -2147483648 to 2147483647, got ""'],
    ['T|acq(a)|x', 'location: expected a decimal integer from -2147483648 to 2147483647, got "x"'],
    ['T|acq(a)|1 ', 'location: expected a decimal integer from -2147483648 to 2147483647, got "1 "'],
    ['T|acq(a)|1.5', 'location: expected a decimal integer from -2147483648 to 2147483647, got "1.5"'],
    ['T|acq(a)|0x1', 'location: expected a decimal integer from -2147483648 to 2147483647, got "0x1"'],
    ['T|acq(a)|-', 'location: expected a decimal integer from -2147483648 to 2147483647, got "-"'],
    ['T|acq(a)|2147483648', 'location: expected a decimal integer from -2147483648 to 2147483647, got "2147483648"'],
    ['T|acq(a)|-2147483649', 'location: expected a decimal integer from -2147483648 to 2147483647, got "-2147483649"'],
    ['T|branch|9999999999', 'location: expected a decimal integer from -2147483648 to 2147483647, got "9999999999"'],
    ['', 'expected thread|op(operand)|location, got an empty line with more lines after it'],
    [' \t', 'expected thread|op(operand)|location, got an empty line with more lines after it'],
  ])('the line %j', (line, reason) => {
    const good = 'T|acq(a)|1\nT|rel(a)|1\n';
    const message = complaint(`${good}${line}\r\n${good}`);
    expect(message.slice(0, `TraceError x.std:3: ${reason}`.length)).toBe(`TraceError x.std:3: ${reason}`);
    expect(message.slice(-REMEDY.length)).toBe(REMEDY);
    expect(complaint(`${line}\n${good}`)).toContain('x.std:1: ');
    // What is left out is not named either.
    const { events, registry, summary } = readStd(`${line}\n${good}`, { lenient: true });
    expect(events).toEqual(['2 T take a @location 1', '3 T release a @location 1']);
    expect([registry.threads.names(), registry.lockCount, registry.variables.size, registry.calls.size]).toEqual([['T'], 1, 0, 2]);
    expect(summary).toMatchObject({ skipped: 1, firstSkipped: 1, events: 2, complete: false, accessesRecorded: false, cutOff: false });
  });

  it.each([
    ['thread', 'T\u00ff|acq(a)|1\n', 'thread: expected UTF-8 text, got "T�"'],
    ['lock', 'T|acq(\u00ff)|1\n', 'operand: expected UTF-8 text, got "�"'],
  ])('the name of a %s that is not UTF-8', (_, line, reason) => {
    expect(complaint(Buffer.from(line, 'latin1'))).toBe(`TraceError x.std:1: ${reason}${REMEDY}`);
    expect(readStd(Buffer.from(line.repeat(2), 'latin1'), { lenient: true })).toMatchObject({ events: [], summary: { skipped: 2 } });
  });

  it('a last line that was cut off, and says that the file ends there', () => {
    const cut = 'T|acq(a)|1\nT|rel(a';
    expect(complaint(cut)).toBe(
      `TraceError x.std:2: expected three fields, thread|op(operand)|location, got "T|rel(a", and the file ends in this line${REMEDY}`,
    );
    const { stalled, summary } = readStd(cut, { lenient: true });
    // A trace that is cut off has no end.
    expect(stalled).toBeUndefined();
    expect(summary).toMatchObject({ cutOff: true, unreadBytes: 7, skipped: 1, firstSkipped: 2, complete: false, accessesRecorded: true });
  });

  it('blank lines before a last line that was cut off', () => {
    expect(complaint('T|acq(a)|1\n\nT|rel(a')).toContain('x.std:2: expected thread|op(operand)|location, got an empty line');
    expect(readStd('T|acq(a)|1\n\n\nT|rel(a', { lenient: true }).summary).toMatchObject({ cutOff: true, skipped: 3, firstSkipped: 2 });
  });
});

it('the example in docs/trace-format.md is a trace', () => {
  const document = readFileSync(new URL('../../../docs/trace-format.md', import.meta.url), 'utf8');
  const { events, summary } = readStd(/```std\n([^`]*)```/.exec(document)![1]!);
  expect(events).toEqual(['1 T0 spawn T1', '2 T1 take L34 @location 120', '3 T1 write V234.23[0]', '4 T1 release L34 @location 130', '5 T0 join T1 @location 134']);
  expect(summary.complete).toBe(true);
});

describe('a lenient reader of STD traces', () => {
  it('counts what it leaves out, keeps the numbers of lines, and remembers the first', () => {
    const { events, stalled, summary } = readStd('T|acq(a)|1\nwhat?\nT|notify(a)|2\n\n\nT|rel(a)|3\n\n', { lenient: true });
    expect(events).toEqual(['1 T take a @location 1', '6 T release a @location 3']);
    expect(stalled).toBe(false);
    expect(summary).toMatchObject({ events: 2, skipped: 4, firstSkipped: 2 });
  });

  it('has nothing to tell of a trace without a fault', () => {
    expect(readStd('T|acq(a)|1\n', { lenient: true }).summary).toMatchObject({ skipped: 0, firstSkipped: 0, complete: true });
  });
});

describe('a line', () => {
  const longest = `T|acq(${'a'.repeat(MIB - 9)})|1`;
  const tooLong = `T|acq(${'a'.repeat(MIB - 8)})|1`;

  it.each([[MIB * 3], [65_536], [1000]])('may have 1 MiB, in pieces of %i bytes', (piece) => {
    for (const trace of [longest, `${longest}\n`, `T|acq(b)|1\n${longest}\nT|acq(b)|1`]) {
      const { registry } = readStd(trace, { pieces: [piece] });
      expect(registry.findLock('a'.repeat(MIB - 9))).toBeDefined();
    }
  });

  it.each([[MIB * 3], [65_536], [1000]])('of more is refused, in pieces of %i bytes', (piece) => {
    const reason = `x.std:2: the line is longer than 1048576 bytes, the most that is read${REMEDY}`;
    for (const end of ['', '\n', '\r\n', '\nT|acq(b)|1']) {
      expect(complaint(`T|acq(b)|1\n${tooLong}${end}`, { pieces: [piece] })).toContain(reason.replace(REMEDY, ''));
      const { events, registry, summary } = readStd(`T|acq(b)|1\n${tooLong}${end}`, { pieces: [piece], lenient: true });
      expect(events.map((event) => event.slice(0, 10))).toEqual(end.includes('b') ? ['1 T take b', '3 T take b'] : ['1 T take b']);
      expect([registry.lockCount, summary.skipped, summary.firstSkipped]).toEqual([1, 1, 2]);
    }
  });

  it('of 100 MB costs no memory: it is refused after 1 MiB, and left out as it comes', () => {
    const piece = 'x'.repeat(MIB);
    expect(complaint(piece.repeat(2), { pieces: [65_536] })).toContain('x.std:1: the line is longer');
    const { summary } = readStd(`${piece.repeat(95)}\n${piece.repeat(5)}\nT|acq(a)|1`, { lenient: true, pieces: [65_536] });
    expect(summary).toMatchObject({ skipped: 2, events: 1 });
  });
});

it('a trace of a million locks is read', () => {
  const registry = new Registry();
  const reader = new StdReader('x.std', { event() {}, note() {}, end() {} }, registry);
  let lines = '';
  for (let i = 0; i < 1_000_000; i++) {
    lines += `T|acq(L${i})|${i % 1000}\n`;
    if (i % 10_000 !== 9999) continue;
    reader.push(Buffer.from(lines));
    lines = '';
  }
  expect(reader.finish()).toMatchObject({ events: 1_000_000, complete: true });
  expect(registry.lockCount).toBe(1_000_000);
  expect(registry.lock(999_999).name).toBe('L999999');
});
