import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EventKind, Mode } from '../../../packages/lockgraph/src/trace/event.js';
import { JsonlReader } from '../../../packages/lockgraph/src/trace/jsonl-reader.js';
import { JsonlWriter, writeLog } from '../../../packages/lockgraph/src/trace/jsonl-writer.js';
import { Recorder } from '../../../packages/lockgraph/src/trace/recorder.js';
import { Registry } from '../../../packages/lockgraph/src/trace/registry.js';
import type { TraceSummary } from '../../../packages/lockgraph/src/trace/trace-summary.js';
import { rows, smallRegistry } from './programs.js';
import { rowsOf, tell, Witness } from './rows.js';
import type { Row } from './rows.js';

function written(registry: Registry, history: readonly Row[], stalled?: boolean): string {
  let trace = '';
  const writer = new JsonlWriter(registry, (chunk) => (trace += chunk));
  for (const row of history) tell(writer, row);
  if (stalled !== undefined) writer.end(stalled);
  writer.close();
  return trace;
}

/** Reads a trace in pieces of the given sizes, over and over. */
function read(trace: Uint8Array, pieces: readonly number[] = [4096]): { witness: Witness; registry: Registry; summary: TraceSummary } {
  const witness = new Witness();
  const registry = new Registry();
  const reader = new JsonlReader('test', witness, registry);
  for (let at = 0, i = 0; at < trace.length; i++) {
    const size = pieces[i % pieces.length]!;
    reader.push(trace.subarray(at, at + size));
    at += size;
  }
  return { witness, registry, summary: reader.finish() };
}

/** Rows with calls as stacks, for call ids are the reader's own. */
function named(history: readonly Row[], registry: Registry): unknown[] {
  return history.map((row) => ({ ...row, call: registry.calls.stack(row.call), site: registry.calls.site(row.call) }));
}

const pieces = fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 1, maxLength: 5 });

describe('a JSONL trace', () => {
  it('tells a sink what was written, whatever the pieces it is read in', () => {
    fc.assert(
      fc.property(rows(80), pieces, fc.option(fc.boolean(), { nil: undefined }), (history, sizes, stalled) => {
        const registry = smallRegistry();
        const { witness, registry: copy, summary } = read(Buffer.from(written(registry, history, stalled)), sizes);
        expect(named(witness.rows, copy)).toEqual(named(history, registry));
        expect(witness.stalled).toBe(stalled);
        expect(summary).toMatchObject({ events: history.length, dropped: 0, complete: true, cutOff: false });
      }),
    );
  });

  it('gives threads and locks the ids that they had', () => {
    const registry = smallRegistry();
    const { registry: copy } = read(Buffer.from(written(registry, [])));
    expect(copy.threads.names()).toEqual(registry.threads.names());
    expect(copy.lockCount).toBe(registry.lockCount);
    for (let lock = 0; lock < copy.lockCount; lock++) expect(copy.lock(lock)).toEqual(registry.lock(lock));
  });

  it('cut off anywhere after its first line is read up to the last whole line, or is refused with a reason', () => {
    fc.assert(
      fc.property(rows(30), fc.nat(), (history, where) => {
        const trace = Buffer.from(written(smallRegistry(), history, false));
        const first = trace.indexOf('\n') + 1;
        const cut = first + (where % (trace.length - first));
        const { witness, summary } = read(trace.subarray(0, cut));
        expect(named(witness.rows, smallRegistry()).length).toBeLessThanOrEqual(history.length);
        // Only the last line end may be missing from what is whole.
        if (cut < trace.length - 1) expect(summary).toMatchObject({ cutOff: true, complete: false, dropped: 0 });
        expect(witness.rows.map((row) => row.event)).toEqual(history.slice(0, witness.rows.length).map((row) => row.event));
      }),
    );
  });

  it('of a flight recorder tells what the recorder retains, and how much it dropped', () => {
    fc.assert(
      fc.property(rows(120), fc.integer({ min: 1, max: 30 }), (history, capacity) => {
        const registry = smallRegistry();
        const log = new Recorder(registry, { capacity });
        for (const row of history) tell(log, row);
        let trace = '';
        const writer = new JsonlWriter(registry, (chunk) => (trace += chunk));
        writeLog(log, writer);
        writer.close();
        const { witness, registry: copy, summary } = read(Buffer.from(trace));
        expect(named(witness.rows, copy)).toEqual(named(rowsOf(log), registry));
        expect(summary.dropped).toBe(log.dropped);
      }),
    );
  });

  it('carries numbers that JSON does not have: as arguments, and by name in the data of notes', () => {
    const registry = smallRegistry();
    const odd = [NaN, Infinity, -Infinity];
    const at = { event: 0, kind: EventKind.operation, thread: 0, object: 1, mode: Mode.exclusive, call: 0, operation: 0, a: 0, b: 0 };
    const history: Row[] = odd.map((a, i) => ({ ...at, event: i + 1, operation: i + 1, a, b: -a }));
    const data = { a: NaN, b: -Infinity };
    history.push({ ...at, event: 4, kind: EventKind.note, object: 0, note: { kind: 'model/odd', data, operations: [] } });
    const { witness } = read(Buffer.from(written(registry, history)));
    expect(witness.rows.slice(0, 3)).toEqual(history.slice(0, 3));
    expect(witness.rows[3]!.note!.data).toEqual({ a: 'NaN', b: '-Infinity' });
  });

  it.each([false, true])('says whether all accesses of memory are in it: %s', (accesses) => {
    let trace = '';
    const writer = new JsonlWriter(new Registry(), (chunk) => (trace += chunk), 'a test', accesses);
    writer.close();
    expect(read(Buffer.from(trace)).summary.accessesRecorded).toBe(accesses);
    expect(trace.includes('accesses')).toBe(!accesses);
  });

  it('has nothing after its end, whatever is told then', () => {
    const registry = smallRegistry();
    let trace = '';
    const writer = new JsonlWriter(registry, (chunk) => (trace += chunk));
    writer.event(1, EventKind.exit, 0, 0, Mode.exclusive, 0, 0, 0, 0);
    writer.end(false);
    writer.event(2, EventKind.acquire, 1, 0, Mode.exclusive, 1, 0, 0, 0);
    writer.note(3, 1, 2, 0, { kind: 'model/odd', data: {}, operations: [] });
    writer.close();
    expect(read(Buffer.from(trace)).summary).toMatchObject({ events: 1, complete: true });
  });

  it('is not made of a lock whose rank is no finite number', () => {
    for (const rank of [NaN, Infinity]) expect(() => new Registry().addLock({ name: 'm', rank })).toThrow(RangeError);
  });

  it('carries any string as a name', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.string({ unit: 'binary' }), { minLength: 1, maxLength: 8 }), pieces, (names, sizes) => {
        const registry = new Registry();
        const all = ['__proto__', 'constructor', 'a\nb', '\u001b[31m', '\ud800', ...names];
        for (const name of new Set(all)) {
          registry.threads.id(name);
          registry.addLock({ name, class: `${name}!` });
        }
        const { registry: copy } = read(Buffer.from(written(registry, [])), sizes);
        expect(copy.threads.names()).toEqual(registry.threads.names());
        for (let lock = 0; lock < registry.lockCount; lock++) expect(copy.lock(lock)).toEqual(registry.lock(lock));
      }),
    );
  });

  it('never throws anything but a TraceError, whatever the bytes', () => {
    const trace = Buffer.from(written(smallRegistry(), []));
    const damage = fc.array(fc.record({ at: fc.nat(), byte: fc.nat(255) }), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(rows(20), damage, (history, changes) => {
        const bytes = history.length === 0 ? Buffer.from(trace) : Buffer.from(written(smallRegistry(), history, true));
        for (const { at, byte } of changes) bytes[at % bytes.length] = byte;
        try {
          read(bytes);
        } catch (error) {
          expect(error).toMatchObject({ name: 'TraceError', message: expect.stringMatching(/^test:\d+: /) as string });
        }
      }),
      { numRuns: 500 },
    );
  });
});
