/** Rows of every kind and mode, with numbers of every size, over a registry that has every kind of lock. */
import fc from 'fast-check';
import { tableCrc32 } from '../../../packages/lockgraph/src/trace/binary-checksum.js';
import { BinaryReader } from '../../../packages/lockgraph/src/trace/binary-reader.js';
import { BinaryWriter } from '../../../packages/lockgraph/src/trace/binary-writer.js';
import { EventKind, Mode } from '../../../packages/lockgraph/src/trace/event.js';
import type { EventSink } from '../../../packages/lockgraph/src/trace/event.js';
import { LOCK_MODES } from '../../../packages/lockgraph/src/trace/lock-modes.js';
import { Registry } from '../../../packages/lockgraph/src/trace/registry.js';
import type { LockKind } from '../../../packages/lockgraph/src/trace/registry.js';
import type { TraceSummary } from '../../../packages/lockgraph/src/trace/trace-summary.js';
import { tell, Witness } from './rows.js';
import type { Row } from './rows.js';

const LOCKS: readonly LockKind[] = ['mutex', 'condition', 'rwlock', 'semaphore', 'barrier'];
const THREADS = 4;

export function fullRegistry(): Registry {
  const registry = new Registry();
  for (let i = 0; i < THREADS; i++) registry.threads.id(`t${i}`);
  for (const kind of LOCKS) {
    const own = kind === 'semaphore' ? { permits: 5 } : kind === 'barrier' ? { parties: 2 } : {};
    registry.addLock({ name: `a ${kind}`, kind, class: 'all', rank: 0.5, key: -3, recursive: true, unlock: 'pthread', ...own });
  }
  for (const name of ['x', 'y', '\ud800\n']) registry.variables.id(name);
  registry.operation('mallocx', ['size']);
  registry.operation('sdallocx', ['block', 'claimed']);
  registry.declareNote('model/odd', 'odd, with {value}');
  let call = 0;
  for (const name of ['main', 'helper', 'leaf']) call = registry.calls.child(call, registry.calls.frame(name, name === 'leaf' ? undefined : `${name}.ts:1:2`));
  return registry;
}

const HELD = [EventKind.request, EventKind.acquire, EventKind.take, EventKind.cancel, EventKind.release] as const;
const number = fc.oneof(
  fc.constant(0),
  fc.nat(100),
  fc.integer(),
  fc.constantFrom(2 ** 31, -(2 ** 31), 2 ** 53, 0.5, NaN, Infinity, -Infinity),
  fc.double({ noNaN: true }).map((value) => (Object.is(value, -0) ? 0 : value)),
);

interface Draft {
  readonly row: Omit<Row, 'event' | 'operation'>;
  /** How far the event number, and the number of an operation that begins, lie ahead of the next. */
  readonly gap: number;
  readonly ahead: number;
  /** Whether it belongs to the operation under way in its thread; else to any. */
  readonly inOperation: boolean;
}

const where = { thread: fc.nat(THREADS - 1), call: fc.nat(3), a: fc.constant(0), b: fc.constant(0), mode: fc.constant<Mode>(Mode.exclusive) };
const lockEvent = fc.nat(LOCKS.length - 1).chain((object) => {
  const modes = LOCK_MODES[LOCKS[object]!];
  return fc
    .record({ ...where, kind: fc.constantFrom<EventKind>(...HELD), object: fc.constant(object), mode: fc.constantFrom(...modes), a: fc.nat(3) })
    .map((row) => ({ ...row, kind: LOCKS[object] === 'barrier' && row.kind === EventKind.release ? EventKind.acquire : row.kind, a: row.mode === Mode.permits ? row.a : 0 }));
});
const kinds = (...of: EventKind[]) => fc.constantFrom<EventKind>(...of);
const row: fc.Arbitrary<Draft['row']> = fc.oneof(
  { weight: 4, arbitrary: lockEvent },
  { weight: 3, arbitrary: fc.record({ ...where, kind: kinds(EventKind.read, EventKind.write), object: fc.nat(2) }) },
  { weight: 3, arbitrary: fc.record({ ...where, kind: kinds(EventKind.begin, EventKind.operation), object: fc.nat(1), a: number, b: number }) },
  fc.record({ ...where, kind: kinds(EventKind.end, EventKind.exit), object: fc.constant(0) }),
  fc.record({ ...where, kind: kinds(EventKind.spawn, EventKind.join), object: fc.nat(THREADS - 1) }),
  fc.record({ ...where, kind: kinds(EventKind.request, EventKind.cancel, EventKind.join), object: fc.nat(THREADS - 1), mode: fc.constant<Mode>(Mode.join) }),
  fc.record({ ...where, kind: kinds(EventKind.release), object: fc.nat(2), mode: fc.constantFrom<Mode>(Mode.unheld, Mode.foreign) }),
  fc.record({ ...where, kind: kinds(EventKind.init, EventKind.destroy), object: fc.nat(LOCKS.length - 1) }),
  fc.record({
    ...where,
    kind: kinds(EventKind.note),
    object: fc.constant(0),
    note: fc.record({
      kind: fc.constantFrom('model/odd', 'model/unannounced'),
      data: fc.dictionary(fc.string(), fc.oneof(fc.string(), fc.integer(), fc.boolean()), { maxKeys: 3 }),
      operations: fc.array(fc.integer({ min: 1, max: 2 ** 31 - 1 }), { maxLength: 3 }),
    }),
  }),
);
const draft: fc.Arbitrary<Draft> = fc.record({
  row,
  gap: fc.oneof({ weight: 9, arbitrary: fc.constant(0) }, fc.nat(2 ** 40)),
  ahead: fc.oneof({ weight: 9, arbitrary: fc.constant(0) }, fc.nat(2 ** 20)),
  inOperation: fc.boolean(),
});

export function anyRows(maxLength: number): fc.Arbitrary<Row[]> {
  return fc.array(draft, { maxLength, size: 'max' }).map((drafts) => {
    const current = Array.from({ length: THREADS }, () => 0);
    let event = 0;
    let operations = 0;
    return drafts.map(({ row: { kind, thread, ...rest }, gap, ahead, inOperation }) => {
      event += 1 + gap;
      const begins = kind === EventKind.begin || kind === EventKind.operation;
      if (begins) operations += 1 + ahead;
      const operation = begins ? operations : inOperation ? current[thread]! : ahead;
      if (kind === EventKind.begin) current[thread] = operation;
      if (kind === EventKind.end || kind === EventKind.exit) current[thread] = 0;
      return { ...rest, event, kind, thread, operation };
    });
  });
}

/** A binary trace of rows. `end`: whether the run stalled, or `open` if it went on, or `none` if the trace has no end. */
export function binary(registry: Registry, rows: readonly Row[], end: boolean | 'open' | 'none' = 'open'): Buffer {
  const pieces: Uint8Array[] = [];
  const writer = new BinaryWriter(registry, (piece) => pieces.push(piece), 'a test', true);
  for (const one of rows) tell(writer, one);
  if (typeof end === 'boolean') writer.end(end);
  if (end === 'none') writer.cutOff();
  writer.close();
  return Buffer.concat(pieces);
}

/** Reads a binary trace in pieces of the given sizes, over and over. */
export function readInto(sink: EventSink, registry: Registry, trace: Uint8Array, sizes: readonly number[] = [4096]): TraceSummary {
  const reader = new BinaryReader('test', sink, registry);
  for (let at = 0, i = 0; at < trace.length; i++) {
    const size = sizes[i % sizes.length]!;
    // Whoever gave a piece may use its memory again.
    const piece = Buffer.from(trace.subarray(at, at + size));
    reader.push(piece);
    piece.fill(0xaa);
    at += size;
  }
  return reader.finish();
}

export function readBinary(trace: Uint8Array, sizes?: readonly number[]): { witness: Witness; registry: Registry; summary: TraceSummary } {
  const witness = new Witness();
  const registry = new Registry();
  return { witness, registry, summary: readInto(witness, registry, trace, sizes) };
}

/** The trace with changed blocks of a kind, and checksums that are right all the same. */
export function forged(trace: Buffer, kind: 'LINE' | 'ROWS', change: (payload: Buffer) => void): Buffer {
  const copy = Buffer.from(trace);
  let checksum = 0;
  for (let at = 12; at < copy.length; ) {
    const stop = at + 12 + copy.readUInt32LE(at + 8);
    if (copy.toString('latin1', at + 4, at + 8) === kind) change(copy.subarray(at + 12, stop));
    checksum = tableCrc32(copy.subarray(at + 4, stop), checksum);
    copy.writeUInt32LE(checksum, at);
    at = stop;
  }
  return copy;
}
