/** Events by name, for tests: each method is one event of a live run. */
import { Monitor } from '../../../packages/lockgraph/src/detect/monitor.js';
import type { Finding } from '../../../packages/lockgraph/src/detect/finding.js';
import { EventKind, Mode } from '../../../packages/lockgraph/src/trace/event.js';
import type { EventSink, Note } from '../../../packages/lockgraph/src/trace/event.js';
import type { EventLog } from '../../../packages/lockgraph/src/trace/event-log.js';
import { Registry } from '../../../packages/lockgraph/src/trace/registry.js';
import type { LockInfo } from '../../../packages/lockgraph/src/trace/registry.js';

export class Run {
  readonly monitor: Monitor;
  readonly #calls = new Map<string, number>();
  readonly #operations = new Map<string, number>();
  /** Operations begun so far. */
  operationCount = 0;

  constructor(log?: EventSink & EventLog, registry: Registry = new Registry()) {
    this.monitor = new Monitor(log === undefined ? { registry } : { registry, log });
  }

  get registry() {
    return this.monitor.registry;
  }

  get findings(): readonly Finding[] {
    return this.monitor.findings;
  }

  /** Kinds of the findings so far. */
  get kinds(): string[] {
    return this.findings.map((finding) => finding.kind);
  }

  lock(name: string, info: Partial<LockInfo> = {}): void {
    this.registry.addLock({ ...info, name });
  }

  /** The thread enters a function. */
  enter(thread: string, frame: string, site?: string): void {
    const { calls } = this.registry;
    this.#calls.set(thread, calls.child(this.#call(thread), calls.frame(frame, site)));
  }

  leave(thread: string): void {
    this.#calls.set(thread, this.registry.calls.parent(this.#call(thread)));
  }

  begin(thread: string, name: string, args: Readonly<Record<string, number>> = {}): number {
    const operation = ++this.operationCount;
    this.#operations.set(thread, operation);
    const [a = 0, b = 0] = Object.values(args);
    this.#emit(EventKind.begin, thread, this.registry.operation(name, Object.keys(args)), Mode.exclusive, a, b);
    return operation;
  }

  end(thread: string): void {
    this.#emit(EventKind.end, thread, 0);
    this.#operations.delete(thread);
  }

  note(thread: string, note: Partial<Note> & { readonly kind: string }): void {
    const operation = this.#operations.get(thread) ?? 0;
    this.monitor.emitNote(this.#thread(thread), this.#call(thread), operation, { data: {}, operations: [], ...note });
  }

  /** Requests a lock, and has it. */
  take(thread: string, ...locks: string[]): void {
    for (const lock of locks) {
      this.want(thread, lock);
      this.acquire(thread, lock);
    }
  }

  /** Requests a lock in a mode, and has it. */
  takeIn(mode: Mode, thread: string, lock: string, permits = 0): void {
    this.want(thread, lock, mode, permits);
    this.acquire(thread, lock, mode, permits);
  }

  want(thread: string, lock: string, mode: Mode = Mode.exclusive, permits = 0): void {
    this.#emit(EventKind.request, thread, this.#lock(lock), mode, permits);
  }

  acquire(thread: string, lock: string, mode: Mode = Mode.exclusive, permits = 0): void {
    this.#emit(EventKind.acquire, thread, this.#lock(lock), mode, permits);
  }

  /** Requests a lock and has it, in one event. */
  takeAtOnce(thread: string, lock: string, mode: Mode = Mode.exclusive, permits = 0): void {
    this.#emit(EventKind.take, thread, this.#lock(lock), mode, permits);
  }

  release(thread: string, lock: string, mode: Mode = Mode.exclusive, permits = 0): void {
    this.#emit(EventKind.release, thread, this.#lock(lock), mode, permits);
  }

  cancel(thread: string, lock: string, mode: Mode = Mode.exclusive): void {
    this.#emit(EventKind.cancel, thread, this.#lock(lock), mode);
  }

  spawn(thread: string, other: string): void {
    this.#emit(EventKind.spawn, thread, this.#thread(other));
  }

  wantJoin(thread: string, other: string): void {
    this.#emit(EventKind.request, thread, this.#thread(other), Mode.join);
  }

  cancelJoin(thread: string, other: string): void {
    this.#emit(EventKind.cancel, thread, this.#thread(other), Mode.join);
  }

  join(thread: string, other: string): void {
    this.#emit(EventKind.join, thread, this.#thread(other), Mode.join);
  }

  exit(thread: string): void {
    this.#emit(EventKind.exit, thread, 0);
  }

  init(thread: string, lock: string): void {
    this.#emit(EventKind.init, thread, this.#lock(lock));
  }

  destroy(thread: string, lock: string): void {
    this.#emit(EventKind.destroy, thread, this.#lock(lock));
  }

  #emit(kind: EventKind, thread: string, object: number, mode: Mode = Mode.exclusive, a = 0, b = 0): void {
    const operation = this.#operations.get(thread) ?? 0;
    this.monitor.emit(kind, this.#thread(thread), object, mode, this.#call(thread), operation, a, b);
  }

  #thread(name: string): number {
    return this.registry.threads.id(name);
  }

  #lock(name: string): number {
    return this.registry.findLock(name) ?? this.registry.addLock({ name });
  }

  #call(thread: string): number {
    return this.#calls.get(thread) ?? 0;
  }
}

/** Who waits for what and holds what, as `t1 has A wants B, t2 has B wants A`. */
export function waits(finding: Finding | undefined): string {
  const waiters = finding?.cycle ?? [];
  return waiters
    .map(({ thread, holds, wants }) => `${thread}${holds === undefined ? '' : ` has ${holds}`} wants ${wants}`)
    .join(', ');
}

/** The history in short, as `1 t1 acquire A`, with `!` at the first anomaly. */
export function story(finding: Finding | undefined): string[] {
  return (finding?.history ?? []).map((entry) => {
    const what = entry.what === 'operation' ? (entry.operation ?? '?') : entry.what;
    const about = entry.lock ?? entry.other ?? entry.note?.kind;
    const misuse = entry.misuse === undefined ? '' : ` (${entry.misuse})`;
    return `${entry.event} ${entry.thread} ${what}${about === undefined ? '' : ` ${about}`}${misuse}${entry.first ? ' !' : ''}`;
  });
}
