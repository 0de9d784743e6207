/** Traces in STD form as they are stored, for tests of what goes through them. One row a line. */
import { LockOrder } from '../../../../packages/lockgraph/src/detect/order/lock-order.js';
import { InstanceRole } from '../../../../packages/lockgraph/src/detect/order/order-roles.js';
import { Segments } from '../../../../packages/lockgraph/src/detect/order/segments.js';
import { AcquireGroups } from '../../../../packages/lockgraph/src/detect/predict/acquire-groups.js';
import { atOnce } from '../../../../packages/lockgraph/src/detect/predict/parts.js';
import { recordTrace } from '../../../../packages/lockgraph/src/detect/predict/record-trace.js';
import type { RecordedTrace } from '../../../../packages/lockgraph/src/detect/predict/record-trace.js';
import type { TraceFacts, TraceShape } from '../../../../packages/lockgraph/src/detect/predict/schedule-replay.js';
import { traceShape, TraceWalk } from '../../../../packages/lockgraph/src/detect/predict/trace-facts.js';
import { EventKind } from '../../../../packages/lockgraph/src/trace/event.js';
import type { Mode } from '../../../../packages/lockgraph/src/trace/event.js';
import { EventStore } from '../../../../packages/lockgraph/src/trace/event-store.js';
import { readTrace } from '../../../../packages/lockgraph/src/trace/open.js';
import { Registry } from '../../../../packages/lockgraph/src/trace/registry.js';
import { randomTrace } from './random-traces.js';

export interface Stored {
  readonly store: EventStore;
  readonly registry: Registry;
  readonly shape: TraceShape;
}

/** An event as it is stored, and what the trace says of it. */
export interface Row {
  readonly kind: EventKind;
  readonly thread: number;
  readonly object: number;
  readonly mode: Mode;
  readonly facts: TraceFacts;
}

export async function stored(text: string): Promise<Stored> {
  const registry = new Registry();
  const position = { line: 0 };
  const store = new EventStore(position);
  await readTrace({ name: 'test', chunks: bytes(text) }, store, registry, position);
  return { store, registry, shape: traceShape(registry, new Set()) };
}

/** A random trace without requests, so that each line is one row that counts. */
export function randomRows(seed: number): string {
  return randomTrace(seed)
    .split('\n')
    .filter((line) => !line.includes('|req('))
    .join('\n');
}

export function rowsOf({ store, shape }: Stored): Row[] {
  const walk = new TraceWalk(shape);
  const words = store.slice(0, store.size);
  return Array.from({ length: store.size }, (_, row) => {
    const what = words[row * 2]!;
    const [kind, mode, thread, object] = [(what & 15) as EventKind, ((what >>> 4) & 15) as Mode, what >>> 8, words[row * 2 + 1]!];
    walk.go(row, kind, thread, object, mode);
    const { ordinal, starts, writer, joined, before, renewals } = walk;
    return { kind, thread, object, mode, facts: { ordinal, starts, writer, joined, before, renewals } };
  });
}

/** What the closure reads of a trace. */
export function recorded(trace: Stored): RecordedTrace {
  const role = new InstanceRole();
  const order = new LockOrder(role, new Segments(), 2, { pattern: () => {}, refuted: () => {}, ordered: () => {} });
  for (const [row, { kind, thread, object, mode }] of rowsOf(trace).entries()) {
    if (kind === EventKind.take) order.take(row, thread, object, mode, 0);
    if (kind === EventKind.release) order.release(thread, object, mode);
  }
  return atOnce(recordTrace(trace.store, trace.registry, order.tree, role, new AcquireGroups(order.tree, []), new Set()));
}

async function* bytes(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text);
}
