/**
 * Traces for tests, an event a line of words: `t1 take A`, `t1 take A shared`, `t1 release A`, `t1 request A`, `t1 spawn t2`, `t1 write x`. Read as JSONL, by
 * the way that every trace takes; `.` is an event that was dropped.
 */
import { Monitor } from '../../../../packages/lockgraph/src/detect/monitor.js';
import type { Analysis, Finding } from '../../../../packages/lockgraph/src/detect/finding.js';
import { EventStore } from '../../../../packages/lockgraph/src/trace/event-store.js';
import { readTrace } from '../../../../packages/lockgraph/src/trace/open.js';
import { Registry } from '../../../../packages/lockgraph/src/trace/registry.js';
import type { LockInfo } from '../../../../packages/lockgraph/src/trace/registry.js';

export type Locks = Readonly<Record<string, Partial<LockInfo>>>;

interface Options {
  readonly maxCycle?: number;
}

/** What a report says of a trace. Locks that are not described are mutexes. */
export async function analysed(lines: readonly string[], locks: Locks = {}, options: Options = {}): Promise<Analysis> {
  const registry = new Registry();
  const position = { line: 0 };
  const store = new EventStore(position);
  const monitor = new Monitor({ registry, store, ...options });
  try {
    await readTrace({ name: 'test', chunks: bytes(jsonl(lines, locks)) }, monitor, registry, position);
    monitor.finish();
    monitor.predict();
    return monitor.analysis('test');
  } finally {
    store.close();
  }
}

/** Findings as `proved lock-order: t1 A->B, t2 B->A`, each thread with what it holds and wants, in alphabetical order. */
export function told({ findings }: Analysis): string[] {
  return findings.map(short).toSorted();
}

function short({ evidence, kind, cycle, byClass }: Finding): string {
  const waits = cycle.map(({ thread, holds, wants }) => `${thread} ${holds ?? ''}->${wants}`).toSorted();
  return `${evidence} ${kind}${byClass === true ? ' by class' : ''}: ${waits.join(', ')}`;
}

function jsonl(lines: readonly string[], locks: Locks): string {
  const names = new Set(Object.keys(locks));
  const events: string[] = [];
  let event = 0;
  for (const line of lines) {
    event++;
    if (line === '.') continue;
    const [thread, what, object, ...rest] = line.split(' ');
    if (ON_LOCKS.has(what!) && rest[0] !== 'join') names.add(object!);
    events.push(JSON.stringify([event, what, thread, object ?? null, 0, 0, ...rest.map((word) => (/^\d+$/.test(word) ? Number(word) : word))]));
  }
  const definitions = [...names].map((name) => JSON.stringify(['lock', name, { ...locks[name] }]));
  const end = { end: { events: event, dropped: lines.filter((line) => line === '.').length } };
  return [JSON.stringify({ lockgraph: 'trace', version: 1 }), ...definitions, ...events, JSON.stringify(end)].join('\n').concat('\n');
}

const ON_LOCKS = new Set(['request', 'acquire', 'take', 'release', 'cancel', 'init', 'destroy']);

async function* bytes(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text);
}
