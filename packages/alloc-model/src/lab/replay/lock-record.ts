/** Each lock and unlock of a run as columns, to compare runs call by call. Cost: three numbers an event, and no object. */
import { EventKind, Mode } from 'lockgraph';
import type { CallId, EventSink, LockId, Note, OperationNumber, Registry, ThreadId } from 'lockgraph';

/** A lock, an unlock, or a request that was never granted. Plain data. */
export interface LockStep {
  readonly what: 'lock' | 'unlock' | 'wait';
  readonly lock: string;
  /** Calls from the outermost to the tip. */
  readonly stack: readonly string[];
}

/** Add it to the monitor of a replay. Rows are in the order of events; the row of a wait, if there is one, is the last. */
export class LockRecord implements EventSink {
  readonly #registry: Registry;
  readonly #calls: OperationNumber[] = [];
  /** Twice the lock's id, and one more for an unlock. */
  readonly #steps: number[] = [];
  readonly #contexts: CallId[] = [];
  readonly #stacks = new Map<CallId, readonly string[]>();
  /** The request under way: its lock is -1 if it is granted. */
  #wanted: LockId = -1;
  #wantedIn: CallId = 0;
  #wantedBy: OperationNumber = 0;
  #waits = false;
  readonly #sizes = new Map<string, number>();

  constructor(registry: Registry) {
    this.#registry = registry;
  }

  get size(): number {
    return this.#calls.length;
  }

  event(_event: number, kind: EventKind, _thread: ThreadId, object: number, mode: Mode, context: CallId, call: OperationNumber): void {
    switch (kind) {
      case EventKind.request:
        if (mode === Mode.join) return;
        this.#wanted = object;
        this.#wantedIn = context;
        this.#wantedBy = call;
        break;
      case EventKind.acquire:
      case EventKind.take:
        this.#wanted = -1;
        this.#add(call, object * 2, context);
        break;
      case EventKind.release:
        this.#add(call, object * 2 + 1, context);
        break;
    }
  }

  note(_event: number, _thread: ThreadId, _context: CallId, _call: OperationNumber, { data }: Note): void {
    if (typeof data['lock'] === 'string' && typeof data['runBinSize'] === 'number') this.#sizes.set(data['lock'], data['runBinSize']);
  }

  end(): void {
    if (this.#wanted < 0) return;
    this.#add(this.#wantedBy, this.#wanted * 2, this.#wantedIn);
    this.#waits = true;
  }

  /** 1-based number of the call that the row belongs to. */
  call(row: number): number {
    return this.#calls[row]!;
  }

  what(row: number): LockStep['what'] {
    if (this.#waits && row === this.size - 1) return 'wait';
    return this.#steps[row]! % 2 === 0 ? 'lock' : 'unlock';
  }

  lock(row: number): string {
    return this.#registry.lock(this.#steps[row]! >> 1).name;
  }

  /** Calls from the outermost to the tip; the same array for the same stack. */
  stack(row: number): readonly string[] {
    const context = this.#contexts[row]!;
    let stack = this.#stacks.get(context);
    if (stack === undefined) this.#stacks.set(context, (stack = this.#registry.calls.stack(context)));
    return stack;
  }

  step(row: number): LockStep {
    return { what: this.what(row), lock: this.lock(row), stack: this.stack(row) };
  }

  /** Bytes of the blocks that a lock is there for, if the allocator noted something about it; else undefined. */
  sizeOf(lock: string): number | undefined {
    return this.#sizes.get(lock);
  }

  #add(call: OperationNumber, step: number, context: CallId): void {
    this.#calls.push(call);
    this.#steps.push(step);
    this.#contexts.push(context);
  }
}
