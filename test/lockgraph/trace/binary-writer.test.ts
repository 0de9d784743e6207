import { describe, expect, it } from 'vitest';
import { BinaryWriter } from '../../../packages/lockgraph/src/trace/binary-writer.js';
import { EventKind, Mode } from '../../../packages/lockgraph/src/trace/event.js';
import { Registry } from '../../../packages/lockgraph/src/trace/registry.js';
import { readBinary } from './binary-programs.js';

/** What `told` makes of a writer on a registry, as bytes. */
function written(registry: Registry, told: (writer: BinaryWriter) => void): Buffer {
  const pieces: Uint8Array[] = [];
  const writer = new BinaryWriter(registry, (piece) => pieces.push(piece));
  told(writer);
  writer.close();
  return Buffer.concat(pieces);
}

function small(): Registry {
  const registry = new Registry();
  registry.threads.id('t0');
  registry.addLock({ name: 'm' });
  registry.operation('op', ['size', 'claimed']);
  return registry;
}

/** Bytes that one more event takes. */
function bytesOf(event: (writer: BinaryWriter, number: number) => void): number {
  const [few, many] = [10, 110].map((count) =>
    written(small(), (writer) => {
      for (let number = 1; number <= count; number++) event(writer, number);
    }),
  );
  // The end tells the number of events, which has a digit more.
  return (many!.length - few!.length - 1) / 100;
}

describe('a binary trace takes', () => {
  it('8 bytes for an event', () => {
    expect(bytesOf((writer, number) => writer.event(number, EventKind.acquire, 0, 0, Mode.exclusive, 0, 0, 0, 0))).toBe(8);
  });

  it('12 bytes for an operation with a number, 16 with two', () => {
    expect(bytesOf((writer, number) => writer.event(number, EventKind.operation, 0, 0, Mode.exclusive, 0, number, 48, 0))).toBe(12);
    expect(bytesOf((writer, number) => writer.event(number, EventKind.operation, 0, 0, Mode.exclusive, 0, number, 48, 32))).toBe(16);
  });
});

describe('the writer of binary traces', () => {
  it('writes whole blocks as it goes', () => {
    const pieces: Uint8Array[] = [];
    const writer = new BinaryWriter(small(), (piece) => pieces.push(piece));
    for (let number = 1; number <= 20_000; number++) writer.event(number, EventKind.acquire, 0, 0, Mode.exclusive, 0, 0, 0, 0);
    const { witness, summary } = readBinary(Buffer.concat(pieces));
    expect(summary).toMatchObject({ events: 16_384, cutOff: true, unreadBytes: 0 });
    expect(witness.rows).toHaveLength(16_384);
  });

  it('gives away memory that it does not use again', () => {
    const pieces: Uint8Array[] = [];
    const copies: Buffer[] = [];
    const writer = new BinaryWriter(small(), (piece) => {
      pieces.push(piece);
      copies.push(Buffer.from(piece));
    });
    for (let number = 1; number <= 20_000; number++) writer.event(number, EventKind.acquire, 0, 0, Mode.exclusive, 0, 0, 0, 0);
    writer.close();
    expect(pieces.map((piece) => Buffer.from(piece))).toEqual(copies);
  });

  it('numbers more threads and calls than a row has bits for, and defines them in as many blocks as they need', () => {
    const registry = small();
    const last = 2 ** 18 + 5;
    for (let thread = 1; thread <= last; thread++) registry.threads.id(`t${thread}`);
    const calls = [0];
    for (let call = 1; call <= 5000; call++) calls.push(registry.calls.child(call % 7 === 0 ? 0 : calls[call - 1]!, registry.calls.frame(`f${call}`)));
    const at = { object: 0, mode: Mode.exclusive, operation: 0, a: 0, b: 0 };
    const bytes = written(registry, (writer) => {
      writer.note(1, 0, 0, 0, { kind: 'a/b', data: { first: true }, operations: [] });
      writer.event(2, EventKind.begin, last, 0, Mode.exclusive, calls[5000]!, 1, 0, 0);
      writer.event(3, EventKind.acquire, last, 0, Mode.exclusive, 0, 1, 0, 0);
    });
    const { witness, registry: copy } = readBinary(bytes, [10_000]);
    expect(copy.threads.size).toBe(last + 1);
    expect(witness.rows[0]!.note!.data).toEqual({ first: true });
    expect(copy.calls.stack(witness.rows[1]!.call)).toEqual(registry.calls.stack(calls[5000]!));
    expect(witness.rows[2]).toEqual({ ...at, event: 3, kind: EventKind.acquire, thread: last, call: 0, operation: 1 });
  });

  it('keeps the difference of 0 and -0, and of what fits four bytes from what does not', () => {
    const values = [0, -0, 2 ** 31 - 1, 2 ** 31, -(2 ** 31), -(2 ** 31) - 1, 0.5, NaN, Infinity];
    const bytes = written(small(), (writer) => {
      values.forEach((a, i) => writer.event(i + 1, EventKind.operation, 0, 0, Mode.exclusive, 0, i + 1, a, values[(i + 1) % values.length]!));
    });
    const { witness } = readBinary(bytes);
    expect(witness.rows.map(({ a }) => a)).toEqual(values);
    expect(witness.rows.map(({ b }) => b)).toEqual([...values.slice(1), 0]);
  });

  it('writes nothing after the end, whatever is told then', () => {
    const bytes = written(small(), (writer) => {
      writer.event(1, EventKind.exit, 0, 0, Mode.exclusive, 0, 0, 0, 0);
      writer.end(true);
      writer.event(2, EventKind.exit, 0, 0, Mode.exclusive, 0, 0, 0, 0);
      writer.note(3, 0, 0, 0, { kind: 'a/b', data: {}, operations: [] });
      writer.cutOff();
      writer.end(false);
    });
    const { witness, summary } = readBinary(bytes);
    expect(summary).toMatchObject({ events: 1, complete: true });
    expect(witness.stalled).toBe(true);
  });

  it('keeps the failure to write until it is closed, and writes nothing after it', () => {
    let calls = 0;
    const writer = new BinaryWriter(small(), () => {
      calls++;
      if (calls === 3) throw new Error('no space');
    });
    for (let number = 1; number <= 50_000; number++) writer.event(number, EventKind.acquire, 0, 0, Mode.exclusive, 0, 0, 0, 0);
    expect(() => writer.close()).toThrow('no space');
    expect(calls).toBe(3);
  });

  it('says at its close of a name that is too long', () => {
    const registry = small();
    registry.addLock({ name: 'n'.repeat(3_000_000) });
    const writer = new BinaryWriter(registry, () => {});
    expect(() => writer.close()).toThrow('a definition or a note has about 3000012 bytes; the binary trace format takes at most 2097152');
  });
});
