/** Writes the lock events of a replay as lines of JSON, one for each lock and unlock: what a tracer put into the real allocator would log. */
import { EventKind, Mode } from 'lockgraph';
import type { CallId, EventSink, LockId, OperationNumber, Registry, ThreadId } from 'lockgraph';

/**
 * Add it to the monitor of a replay. Each line is `{"op":call,"thr":thread,"ev":"lock"|"unlock"|"lock_blocked","mutex":name,"fn":function}`
 * with an end of line. `lock_blocked` is a request that was never granted. Cost: a string an event.
 */
export class LockEventWriter implements EventSink {
  readonly #registry: Registry;
  readonly #write: (line: string) => void;
  /** By id: what stands in the lines for a lock and for a call. */
  readonly #mutexes: string[] = [];
  readonly #functions: string[] = [];
  readonly #threads: number[] = [];
  /** The line of a request that is not granted yet, by thread. */
  readonly #blocked = new Map<ThreadId, string>();

  constructor(registry: Registry, write: (line: string) => void) {
    this.#registry = registry;
    this.#write = write;
  }

  event(
    _event: number,
    kind: EventKind,
    thread: ThreadId,
    object: number,
    mode: Mode,
    call: CallId,
    operation: OperationNumber,
  ): void {
    switch (kind) {
      case EventKind.request:
        if (mode !== Mode.join) this.#blocked.set(thread, this.#line('lock_blocked', thread, object, call, operation));
        break;
      case EventKind.acquire:
      case EventKind.take:
        this.#blocked.delete(thread);
        this.#write(this.#line('lock', thread, object, call, operation));
        break;
      case EventKind.release:
        this.#write(this.#line('unlock', thread, object, call, operation));
        break;
      case EventKind.cancel:
        this.#blocked.delete(thread);
        break;
    }
  }

  note(): void {
    // A real allocator says nothing about itself.
  }

  end(): void {
    for (const line of this.#blocked.values()) this.#write(line);
    this.#blocked.clear();
  }

  #line(ev: string, thread: ThreadId, lock: LockId, call: CallId, operation: OperationNumber): string {
    const mutex = (this.#mutexes[lock] ??= this.#mutex(lock));
    const fn = (this.#functions[call] ??= this.#function(call));
    const thr = (this.#threads[thread] ??= threadNumber(this.#registry.threads.name(thread)));
    return `{"op":${operation},"thr":${thr},"ev":"${ev}","mutex":${mutex},"fn":${fn}}\n`;
  }

  #mutex(lock: LockId): string {
    return JSON.stringify(this.#registry.lock(lock).name);
  }

  /** The innermost function of a call, without what the model says about its arguments. */
  #function(call: CallId): string {
    const frame = this.#registry.calls.stack(call).at(-1) ?? '';
    return JSON.stringify(frame.replace(/\(.*$/s, ''));
  }
}

function threadNumber(name: string): number {
  return Number(/^t(\d+)/.exec(name)?.[1] ?? -1);
}
