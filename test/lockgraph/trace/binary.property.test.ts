import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BinaryWriter } from '../../../packages/lockgraph/src/trace/binary-writer.js';
import { EventKind, Mode } from '../../../packages/lockgraph/src/trace/event.js';
import { JsonlReader } from '../../../packages/lockgraph/src/trace/jsonl-reader.js';
import { JsonlWriter, writeLog } from '../../../packages/lockgraph/src/trace/jsonl-writer.js';
import { Recorder } from '../../../packages/lockgraph/src/trace/recorder.js';
import { Registry } from '../../../packages/lockgraph/src/trace/registry.js';
import { anyRows, binary, forged, fullRegistry, readBinary, readInto } from './binary-programs.js';
import { rows, smallRegistry } from './programs.js';
import { rowsOf, tell } from './rows.js';
import type { Row } from './rows.js';

const sizes = fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 1, maxLength: 5 });
const end = fc.constantFrom<boolean | 'open'>(true, false, 'open');

function jsonl(registry: Registry, history: readonly Row[], ending: boolean | 'open'): string {
  let text = '';
  const writer = new JsonlWriter(registry, (chunk) => (text += chunk), 'a test', true);
  for (const row of history) tell(writer, row);
  if (ending !== 'open') writer.end(ending);
  writer.close();
  return text;
}

/** A JSONL trace, read and written again: by the way of the binary format, or straight. */
function rewritten(trace: string, way: 'binary' | 'straight', pieces: readonly number[] = [4096]): string {
  let text = '';
  const registry = new Registry();
  const writer = new JsonlWriter(registry, (chunk) => (text += chunk), 'a test', true);
  if (way === 'straight') {
    const reader = new JsonlReader('test', writer, registry);
    reader.push(Buffer.from(trace));
    reader.finish();
  } else {
    const bytes: Uint8Array[] = [];
    const between = new Registry();
    const through = new BinaryWriter(between, (piece) => bytes.push(piece), 'a test', true);
    const reader = new JsonlReader('test', through, between);
    reader.push(Buffer.from(trace));
    reader.finish();
    through.close();
    readInto(writer, registry, Buffer.concat(bytes), pieces);
  }
  writer.close();
  return text;
}

/** Rows with calls as stacks, for call ids are the reader's own. */
function named(history: readonly Row[], registry: Registry): unknown[] {
  return history.map((row) => ({ ...row, call: registry.calls.stack(row.call), site: registry.calls.site(row.call) }));
}

describe('a binary trace', () => {
  it('tells a sink what was written, whatever happened and in whatever pieces it is read', () => {
    fc.assert(
      fc.property(anyRows(60), sizes, end, (history, pieces, ending) => {
        const registry = fullRegistry();
        const { witness, registry: copy, summary } = readBinary(binary(registry, history, ending), pieces);
        expect(named(witness.rows, copy)).toEqual(named(history, registry));
        expect(witness.stalled).toBe(ending === 'open' ? undefined : ending);
        const last = history.at(-1)?.event ?? 0;
        expect(summary).toEqual({
          format: 'binary',
          generator: 'a test',
          events: last,
          dropped: last - history.length,
          cutOff: false,
          unreadBytes: 0,
          complete: last === history.length,
          accessesRecorded: true,
        });
      }),
    );
  });

  it.each([
    ['programs with notes', rows(80), smallRegistry],
    ['anything that may happen', anyRows(60), fullRegistry],
  ] as const)('carries a JSONL trace so that its text comes back: of %s', (_, histories, registryOf) => {
    fc.assert(
      fc.property(histories, sizes, end, (history, pieces, ending) => {
        const trace = jsonl(registryOf(), history, ending);
        expect(rewritten(trace, 'binary', pieces)).toBe(rewritten(trace, 'straight'));
        expect(rewritten(trace, 'straight').split('\n')).toHaveLength(trace.split('\n').length);
      }),
    );
  });

  it('carries what a flight recorder retains, and how much it dropped', () => {
    fc.assert(
      fc.property(rows(120), fc.integer({ min: 1, max: 30 }), (history, capacity) => {
        const registry = smallRegistry();
        const log = new Recorder(registry, { capacity });
        for (const row of history) tell(log, row);
        const pieces: Uint8Array[] = [];
        const writer = new BinaryWriter(registry, (piece) => pieces.push(piece));
        writeLog(log, writer);
        writer.close();
        const { witness, registry: copy, summary } = readBinary(Buffer.concat(pieces));
        expect(named(witness.rows, copy)).toEqual(named(rowsOf(log), registry));
        expect(summary.dropped).toBe(log.dropped);
      }),
    );
  });

  it('gives threads and locks the ids and the properties that they had, those that did nothing too', () => {
    const registry = fullRegistry();
    for (const ending of ['open', 'none'] as const) {
      const { registry: copy } = readBinary(binary(registry, [], ending));
      expect(copy.threads.names()).toEqual(registry.threads.names());
      expect(Array.from({ length: copy.lockCount }, (_, id) => copy.lock(id))).toEqual(
        Array.from({ length: registry.lockCount }, (_, id) => registry.lock(id)),
      );
    }
  });

  it('is read into a registry that has names already', () => {
    const registry = new Registry();
    registry.threads.id('another');
    registry.threads.id('t1');
    registry.variables.id('y');
    registry.addLock({ name: 'other' });
    const at = { mode: Mode.exclusive, call: 0, operation: 0, a: 0, b: 0 };
    const history: Row[] = [
      { ...at, event: 1, kind: EventKind.acquire, thread: 1, object: 0 },
      { ...at, event: 2, kind: EventKind.read, thread: 0, object: 1 },
    ];
    const seen: string[] = [];
    const sink = {
      event: (_event: number, kind: number, thread: number, object: number) =>
        seen.push(`${registry.threads.name(thread)} ${kind === EventKind.read ? registry.variables.name(object) : registry.lock(object).name}`),
      note: () => {},
      end: () => {},
    };
    readInto(sink, registry, binary(fullRegistry(), history));
    expect(seen).toEqual(['t1 a mutex', 't0 y']);
  });

  it('cut off at any byte is read up to the last whole block', () => {
    const registry = fullRegistry();
    const [history] = fc.sample(anyRows(40), { seed: 7, numRuns: 1 });
    const trace = binary(registry, history!, true);
    const counts = new Set<number>();
    for (let cut = 12; cut < trace.length; cut++) {
      const { witness, summary } = readBinary(trace.subarray(0, cut));
      counts.add(witness.rows.length);
      expect(summary).toMatchObject({ cutOff: true, complete: false });
      expect(summary.unreadBytes).toBeLessThan(cut);
      expect(witness.stalled).toBeUndefined();
    }
    expect([...counts]).toEqual([0, history!.length]);
    expect(readBinary(trace).summary.cutOff).toBe(false);
  });

  it('with any one byte changed is read up to a block before it, or refused with a reason', () => {
    const registry = fullRegistry();
    const [history] = fc.sample(anyRows(25), { seed: 11, numRuns: 1 });
    const trace = binary(registry, history!, false);
    for (let at = 0; at < trace.length; at++) {
      const damaged = Buffer.from(trace);
      damaged[at]! ^= 1 << at % 8;
      if (at < 12) {
        expect(() => readBinary(damaged)).toThrow(/^test: .* at byte [08]$/);
        continue;
      }
      const { witness, summary } = readBinary(damaged);
      expect(summary.cutOff).toBe(true);
      expect(summary.unreadBytes).toBeGreaterThanOrEqual(trace.length - at);
      expect([0, history!.length]).toContain(witness.rows.length);
    }
  });

  it('never throws anything but a TraceError, whatever the bytes of its blocks', () => {
    const damage = fc.array(fc.record({ at: fc.nat(), byte: fc.nat(255) }), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(anyRows(20), damage, fc.boolean(), (history, changes, text) => {
        const registry = fullRegistry();
        const trace = forged(binary(registry, history, true), text ? 'LINE' : 'ROWS', (payload) => {
          for (const { at, byte } of changes) payload[at % payload.length] = byte;
        });
        try {
          const { summary } = readBinary(trace);
          expect(summary.cutOff).toBe(false);
        } catch (error) {
          expect(error).toMatchObject({ name: 'TraceError', message: expect.stringMatching(/^test: [^]* at byte \d+$/) as string });
        }
      }),
      { numRuns: 500 },
    );
  });
});
