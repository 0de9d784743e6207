/** Reads STD in tests. */
import { EventKind } from '../../../packages/lockgraph/src/trace/event.js';
import { Registry } from '../../../packages/lockgraph/src/trace/registry.js';
import { StdReader } from '../../../packages/lockgraph/src/trace/std-reader.js';
import type { TraceSummary } from '../../../packages/lockgraph/src/trace/trace-summary.js';
import { Witness } from './rows.js';
import type { Row } from './rows.js';

const NAMES = new Map(Object.entries(EventKind).map(([name, code]) => [code as EventKind, name]));
const OF_VARIABLES: ReadonlySet<EventKind> = new Set([EventKind.read, EventKind.write]);
const OF_THREADS: ReadonlySet<EventKind> = new Set([EventKind.spawn, EventKind.join]);

export interface Read {
  /** Each as `line thread what object @location`, the last only where the event has a call. */
  readonly events: readonly string[];
  readonly rows: readonly Row[];
  readonly stalled: boolean | undefined;
  readonly registry: Registry;
  readonly summary: TraceSummary;
}

/** @param pieces sizes of the chunks, over and over; one chunk if absent */
export function readStd(trace: string | Uint8Array, options: { readonly lenient?: boolean; readonly pieces?: readonly number[] } = {}): Read {
  const bytes = Buffer.from(trace);
  const registry = new Registry();
  const position = { line: 0 };
  const lines: number[] = [];
  class Lines extends Witness {
    override event(...row: Parameters<Witness['event']>): void {
      lines.push(position.line);
      super.event(...row);
    }
  }
  const witness = new Lines();
  const reader = new StdReader('x.std', witness, registry, position, options.lenient);
  const pieces = options.pieces ?? [bytes.length];
  for (let at = 0, i = 0; at < bytes.length; i++) {
    // Memory that is used again once it was read, as a stream may do.
    const chunk = Buffer.from(bytes.subarray(at, at + pieces[i % pieces.length]!));
    reader.push(chunk);
    at += chunk.length;
    chunk.fill(0x21);
  }
  const summary = reader.finish();
  const events = witness.rows.map((row, i) => `${lines[i]} ${named(row, registry)}`);
  return { events, rows: witness.rows, stalled: witness.stalled, registry, summary };
}

function named({ kind, thread, object, call }: Row, registry: Registry): string {
  const { threads, variables, calls } = registry;
  let name: string;
  if (OF_VARIABLES.has(kind)) name = variables.name(object);
  else if (OF_THREADS.has(kind)) name = threads.name(object);
  else name = registry.lock(object).name;
  const where = calls.stack(call).map((frame) => ` @${frame}`);
  return `${threads.name(thread)} ${NAMES.get(kind)!} ${name}${where.join('')}`;
}

/** The message about a trace that is refused. */
export function complaint(trace: string | Uint8Array, options: Parameters<typeof readStd>[1] = {}): string {
  try {
    readStd(trace, options);
  } catch (error) {
    return `${(error as Error).name} ${(error as Error).message}`;
  }
  throw new Error('nothing was wrong');
}
