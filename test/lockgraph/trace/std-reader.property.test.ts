import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readStd } from './std-reading.js';

const names = fc.constantFrom('T1', 'T2', 'a', 'b', 'a)', 'x(y)', 'ü', 'f()|', '', 'a b', '\u0001');
const words = fc.constantFrom('acq', 'rel', 'r', 'w', 'fork', 'join', 'req', 'begin', 'end', 'branch', 'dummy', 'acqu', 'wait', '');
const locations = fc.constantFrom('1', '-7', '1048577', '2147483647', '2147483648', '', 'x', '1 ');
const good = fc
  .tuple(fc.constantFrom('T1', 'T2', 'main thread'), fc.constantFrom('acq', 'rel', 'req', 'r', 'w', 'fork', 'join'), fc.constantFrom('T1', 'a', 'b', 'c)d'), fc.nat(50))
  .map(([thread, word, operand, location]) => `${thread}|${word}(${operand})|${location}`);
const any = fc.oneof(
  { weight: 6, arbitrary: good },
  { weight: 3, arbitrary: fc.tuple(names, words, names, locations).map(([thread, word, operand, location]) => `${thread}|${word}(${operand})|${location}`) },
  { weight: 1, arbitrary: fc.constantFrom('', ' ', '\t', 'T1|begin|1', 'T1|end of it|2', '# x', 'T1|acq(a)', '|', '||', 'T1|acq(a)|1|') },
);
const trace = (line: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc.array(fc.tuple(line, fc.constantFrom('\n', '\n', '\n', '\r\n')), { maxLength: 30 }).map((lines) => lines.map((parts) => parts.join('')).join(''));
const pieces = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 5 });

const KINDS: Readonly<Record<string, string>> = { rel: 'release', r: 'read', w: 'write', fork: 'spawn', join: 'join', req: 'request' };

/** The events of a trace and how many of its lines are left out, by way of strings. */
function naive(text: string): { events: string[]; skipped: number } {
  const requested = new Map<string, string>();
  const events: string[] = [];
  let skipped = 0;
  const lines = text.split('\n');
  // Blank lines at the end are none.
  lines.length = lines.findLastIndex((line) => line.trim() !== '') + 1;
  for (const [i, ended] of lines.entries()) {
    const line = ended.replace(/\r$/, '');
    const match = /^([^|]+)\|(?:(acq|rel|r|w|fork|join|req)\(([^|\s]+)\)|(?:begin|end|branch|dummy)(?!\w)[^|]*)\|([+-]?\d+)$/.exec(line);
    if (match === null || Math.abs(Number(match[4])) > 2 ** 31 - 1) {
      skipped++;
      continue;
    }
    const [, thread, word, operand, location] = match;
    if (word === undefined) continue;
    let kind = KINDS[word] ?? 'take';
    if (word === 'acq' && requested.get(thread!) === operand) kind = 'acquire';
    if (word === 'req') requested.set(thread!, operand!);
    else if (word === 'acq' || word === 'rel' || word === 'join') requested.delete(thread!);
    const where = ['acq', 'rel', 'req', 'join'].includes(word) ? ` @location ${Number(location)}` : '';
    events.push(`${i + 1} ${thread!} ${kind} ${operand!}${where}`);
  }
  return { events, skipped };
}

describe('an STD trace', () => {
  it('is read as line by line with strings, whatever is wrong with it, in whatever pieces it comes', () => {
    fc.assert(
      fc.property(trace(any), pieces, (text, sizes) => {
        const { events, skipped } = naive(text);
        const read = readStd(text, { lenient: true, pieces: sizes });
        expect(read.events).toEqual(events);
        expect(read.summary).toMatchObject({ events: events.length, skipped, complete: skipped === 0, cutOff: false });
      }),
      { numRuns: 500 },
    );
  });

  it('gives the same events cut in two at any byte', () => {
    fc.assert(
      fc.property(trace(good), (text) => {
        const { rows } = readStd(text);
        const { length } = Buffer.from(text);
        for (let cut = 1; cut < length; cut++) expect(readStd(text, { pieces: [cut, length] }).rows).toEqual(rows);
      }),
      { numRuns: 20 },
    );
  });

  it('is never a crash: bytes are read, or refused with their line', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), pieces, (bytes, sizes) => {
        readStd(bytes, { lenient: true, pieces: sizes });
        try {
          readStd(bytes, { pieces: sizes });
        } catch (error) {
          expect(error).toMatchObject({ name: 'TraceError', file: 'x.std', line: expect.any(Number) as number });
        }
      }),
    );
  });
});
