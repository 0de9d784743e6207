import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Monitor } from '../../../packages/lockgraph/src/detect/monitor.js';
import { EventKind, Mode } from '../../../packages/lockgraph/src/trace/event.js';
import { Registry } from '../../../packages/lockgraph/src/trace/registry.js';
import { StdReader } from '../../../packages/lockgraph/src/trace/std-reader.js';
import { StdWriter } from '../../../packages/lockgraph/src/trace/std-writer.js';
import { readStd } from './std-reading.js';

const { request, acquire, take, release, cancel, spawn, join, exit, read, write, begin, end, operation, init, destroy } = EventKind;
const { exclusive, shared, upgradable, permits, unheld, foreign } = Mode;

type Event = readonly [kind: EventKind, thread: number, object: number, mode?: Mode, call?: number];

function registry(): Registry {
  const names = new Registry();
  for (const name of ['T0', 'T1', 'my thread']) names.threads.id(name);
  names.variables.id('x');
  names.addLock({ name: 'a' });
  names.addLock({ name: 'b (c)', recursive: true });
  names.addLock({ name: 'rw', kind: 'rwlock' });
  names.addLock({ name: 'sem', kind: 'semaphore', permits: 2 });
  names.addLock({ name: 'bar', kind: 'barrier', parties: 2 });
  names.addLock({ name: 'cond', kind: 'condition' });
  return names;
}

const [A, B, RW, SEM, BAR, COND] = [0, 1, 2, 3, 4, 5];

/** @param ends how the run ended; undefined: it did not */
function written(events: readonly Event[], { ends = false, names = registry() }: { ends?: boolean | undefined; names?: Registry } = {}) {
  let text = '';
  const writer = new StdWriter(names, (chunk) => (text += chunk));
  events.forEach(([kind, thread, object, mode = exclusive, call = 0], i) => writer.event(i + 1, kind, thread, object, mode, call, 0, 0, 0));
  if (ends !== undefined) writer.end(ends);
  writer.close();
  return { lines: text.split('\n').slice(0, -1), text, dropped: writer.dropped };
}

describe('the writer of STD traces', () => {
  it('writes what STD has a word for, with names that it can carry', () => {
    const { lines, dropped } = written([
      [spawn, 0, 2],
      [take, 0, A],
      [request, 2, B],
      [read, 0, 0],
      [write, 0, 0],
      [acquire, 2, B],
      [release, 2, B],
      [release, 0, A],
      [join, 0, 2],
    ]);
    expect(lines).toEqual([
      'T0|fork(my%20thread)|0',
      'T0|acq(a)|0',
      'T0|r(x)|0',
      'T0|w(x)|0',
      'my%20thread|acq(b%20%28c%29)|0',
      'my%20thread|rel(b%20%28c%29)|0',
      'T0|rel(a)|0',
      'T0|join(my%20thread)|0',
    ]);
    expect(dropped).toEqual({});
  });

  it('writes the line of the site that is nearest, or the location that STD had', () => {
    const names = registry();
    const { calls } = names;
    const outer = calls.child(0, calls.frame('main', 'src/main.ts:7'));
    const sites = [outer, calls.child(outer, calls.frame('f')), calls.child(outer, calls.frame('g', 'src/g.ts:14:33')), calls.child(0, calls.frame('h'))];
    const locations = [calls.child(0, calls.frame('location 120')), calls.child(0, calls.frame('location -3')), calls.child(0, calls.frame('location 99999999999'))];
    const events = [...sites, ...locations].map((call): Event => [take, 0, B, exclusive, call]);
    expect(written(events, { names }).lines.map((line) => line.split('|')[2])).toEqual(['7', '7', '14', '0', '120', '-3', '0']);
  });

  it('writes a request that nothing follows at the end, and one that was given up not at all', () => {
    const { lines, dropped } = written(
      [
        [take, 0, A],
        [request, 1, A],
        [request, 2, A],
        [cancel, 2, A],
        [request, 2, B],
        [release, 2, A],
        [request, 2, A],
        [take, 2, B],
        [request, 2, B],
        [exit, 2, 0],
      ],
      { ends: true },
    );
    expect(lines).toEqual(['T0|acq(a)|0', 'my%20thread|rel(a)|0', 'my%20thread|acq(b%20%28c%29)|0', 'T1|req(a)|0']);
    expect(dropped).toEqual({ cancel: 4, exit: 1, stalled: 1 });
  });

  it('writes requests at the end of a trace that was cut off, too', () => {
    expect(written([[take, 0, A], [request, 1, A]], { ends: undefined }).lines).toEqual(['T0|acq(a)|0', 'T1|req(a)|0']);
  });

  it.each([
    ['condition', [[request, 0, COND], [acquire, 0, COND], [release, 0, COND]], 2],
    ['semaphore', [[take, 0, SEM, permits], [release, 1, SEM, permits]], 2],
    ['barrier', [[request, 0, BAR], [acquire, 0, BAR], [request, 1, BAR]], 2],
    ['shared', [[take, 0, RW, shared], [release, 0, RW, shared], [request, 0, RW, shared]], 3],
    ['upgradable', [[take, 0, RW, upgradable], [release, 0, RW, upgradable]], 2],
    ['operation', [[begin, 0, 0], [end, 0, 0], [operation, 0, 0]], 2],
    ['init', [[init, 0, A]], 1],
    ['destroy', [[destroy, 0, A]], 1],
    ['exit', [[exit, 0, 0]], 1],
    ['join-wait', [[request, 0, 1, Mode.join]], 1],
    ['self-deadlock', [[take, 0, A], [request, 0, A]], 1],
  ] satisfies [string, Event[], number][])('leaves out and counts: %s', (what, events: Event[], count) => {
    const { lines, dropped } = written(events);
    expect(dropped).toEqual({ [what]: count });
    expect(lines).toEqual(what === 'self-deadlock' ? ['T0|acq(a)|0'] : []);
  });

  it('leaves out notes, and counts them', () => {
    const writer = new StdWriter(registry(), () => {});
    writer.note(1, 0, 0, 0, { kind: 'k', data: {}, operations: [] });
    expect(writer.dropped).toEqual({ note: 1 });
  });

  it('writes the exclusive holds of a reader-writer lock, and leaves out the others', () => {
    const { lines, dropped } = written([
      [take, 0, RW],
      [release, 0, RW],
      [take, 0, RW, upgradable],
      [request, 0, RW],
      [acquire, 0, RW],
      [release, 0, RW],
      [release, 0, RW, upgradable],
    ]);
    expect(lines).toEqual(['T0|acq(rw)|0', 'T0|rel(rw)|0', 'T0|acq(rw)|0', 'T0|rel(rw)|0']);
    expect(dropped).toEqual({ upgradable: 2 });
  });

  it('writes what a try-lock got like any hold, and counts it, for in STD it might have waited', () => {
    const { lines, dropped } = written([
      [acquire, 0, A],
      [request, 1, B],
      [acquire, 1, A],
    ]);
    expect(lines).toEqual(['T0|acq(a)|0', 'T1|acq(a)|0']);
    expect(dropped).toEqual({ 'try-acquire': 2, cancel: 1 });
  });

  it('writes wrong releases as releases: whoever reads them sees that they are wrong', () => {
    expect(written([[release, 0, A, unheld], [take, 0, A], [release, 1, A, foreign]]).lines).toEqual(['T0|rel(a)|0', 'T0|acq(a)|0', 'T1|rel(a)|0']);
  });

  it('knows a self-deadlock from a wait for a lock that was given back', () => {
    const { lines, dropped } = written([[take, 0, A], [release, 0, A], [request, 0, A]]);
    expect(lines.at(-1)).toBe('T0|req(a)|0');
    expect(dropped).toEqual({});
  });

  it('hands on chunks of whole lines, and nothing once it has ended', () => {
    const chunks: string[] = [];
    const writer = new StdWriter(registry(), (chunk) => chunks.push(chunk));
    for (let event = 1; event <= 20_000; event++) writer.event(event, read, 0, 0, exclusive, 0, 0, 0, 0);
    writer.end(false);
    writer.event(20_001, read, 0, 0, exclusive, 0, 0, 0, 0);
    writer.note(20_002, 0, 0, 0, { kind: 'k', data: {}, operations: [] });
    writer.end(true);
    writer.close();
    expect(chunks.length).toBeGreaterThan(2);
    for (const chunk of chunks) expect(chunk.endsWith('\n')).toBe(true);
    expect(chunks.join('')).toBe('T0|r(x)|0\n'.repeat(20_000));
    expect(writer.dropped).toEqual({});
  });

  it('keeps a failure to write for close', () => {
    let calls = 0;
    const writer = new StdWriter(registry(), () => {
      calls++;
      throw new Error('disk full');
    });
    for (let event = 1; event <= 20_000; event++) writer.event(event, read, 0, 0, exclusive, 0, 0, 0, 0);
    writer.end(false);
    expect(() => writer.close()).toThrow('disk full');
    expect(calls).toBe(1);
  });
});

describe('a trace in STD', () => {
  it('is the same trace once read and written, but for marks, and requests that are part of their acquires', () => {
    const line = fc
      .tuple(fc.constantFrom('T1', 'T2'), fc.constantFrom('acq', 'rel', 'r', 'w', 'fork', 'join'), fc.constantFrom('a', 'b', 'T1'), fc.integer({ min: 0, max: 9 }))
      .map(([thread, word, operand, location]) => `${thread}|${word}(${operand})|${'rwf'.includes(word[0]!) && word !== 'rel' ? 0 : location}\n`);
    fc.assert(
      fc.property(fc.array(line), (lines) => {
        let text = '';
        const names = new Registry();
        const writer = new StdWriter(names, (chunk) => (text += chunk));
        const reader = new StdReader('x', writer, names);
        reader.push(Buffer.from(lines.join('')));
        reader.finish();
        expect(text).toBe(lines.join(''));
        expect(writer.dropped).toEqual({});
      }),
    );
  });

  it('has the deadlock that the run had', () => {
    const { text } = written([
      [take, 0, A],
      [request, 1, B],
      [acquire, 1, B],
      [request, 0, B],
      [request, 1, A],
      [take, 2, RW],
    ]);
    expect(readStd(text).events.map((event) => event.split(' @')[0])).toEqual(['1 T0 take a', '2 T1 take b%20%28c%29', '3 my%20thread take rw', '4 T0 request b%20%28c%29', '5 T1 request a']);
    const names = new Registry();
    const monitor = new Monitor({ registry: names });
    const reader = new StdReader('x', monitor, names);
    reader.push(Buffer.from(text));
    reader.finish();
    expect(monitor.findings.filter(({ kind }) => kind === 'deadlock')).toMatchObject([{ evidence: 'observed', threads: ['T1', 'T0'] }]);
  });
});
