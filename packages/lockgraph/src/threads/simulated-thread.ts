/** A thread of a simulation: what its code calls. */
import type { Monitor } from '../detect/monitor.js';
import type { FrameId } from '../trace/call-tree.js';
import { EventKind, Mode } from '../trace/event.js';
import type { CallId, NoteValue, OperationNumber, ThreadId } from '../trace/event.js';
import type { CallSites } from './call-sites.js';
import type { Operations } from './operations.js';
import { inQuotes, quoteName } from './quote.js';
import type { Scheduler } from './scheduler.js';
import { SimulationError } from './simulation-error.js';
import type { SeenThread, Task } from './task.js';
import type { Resource } from './thread.js';

/** The code of a thread. What it returns is not looked at. */
export type ThreadBody = (thread: SimulatedThread) => unknown;

/** The simulation, as its threads see it. */
export interface ThreadHost {
  readonly monitor: Monitor;
  readonly scheduler: Scheduler;
  readonly operations: Operations;
  /** Absent: sites are not recorded. */
  readonly sites: CallSites | undefined;
  spawn(name: string, body: ThreadBody, parent: SimulatedThread): SimulatedThread;
}

/** For requests after the end of the run. */
const NEVER = new Promise<void>(() => {});

export class SimulatedThread implements SeenThread {
  readonly id: ThreadId;
  readonly name: string;
  readonly monitor: Monitor;
  readonly #host: ThreadHost;
  readonly #task: Task;
  readonly #driven: boolean;
  #call: CallId = 0;
  #seen: CallId = 0;
  #operation: OperationNumber = 0;
  #operationName = 0;
  #ended = false;

  /** @param start starts its body; absent: its calls are made by the driver */
  constructor(host: ThreadHost, name: string, start: (() => void) | undefined) {
    this.monitor = host.monitor;
    this.id = host.monitor.registry.threads.id(name);
    this.name = name;
    this.#host = host;
    this.#driven = start === undefined;
    this.#task = host.scheduler.add(this, start);
  }

  get call(): CallId {
    return this.#call;
  }

  /** @internal The context of its last event, where sites are recorded. */
  get seen(): CallId {
    return this.#seen;
  }

  get operation(): OperationNumber {
    return this.#operation;
  }

  enter(frame: FrameId): CallId {
    const up = this.#call;
    this.#call = this.monitor.registry.calls.child(up, frame);
    return up;
  }

  leave(up: CallId): void {
    this.#call = up;
  }

  here(): CallId {
    const { operations, scheduler, sites } = this.#host;
    operations.tell();
    scheduler.stirs();
    if (sites === undefined) return this.#call;
    this.#seen = sites.here(this.#call);
    return this.#seen;
  }

  begin(name: number, a = 0, b = 0): OperationNumber {
    if (!Number.isFinite(a) || !Number.isFinite(b)) this.#notNumbers(name, a, b);
    if (this.#operation !== 0) this.#nested(name);
    this.#host.scheduler.stirs();
    this.#operationName = name;
    this.#operation = this.#host.operations.begin(this.id, this.#call, name, a, b);
    return this.#operation;
  }

  end(): void {
    if (this.#operation === 0) {
      throw new SimulationError(`thread ${quoteName(this.name)} ends an operation, and none is under way: call begin() first`);
    }
    this.#host.operations.end(this.id, this.#call, this.#operationName, this.#operation);
    this.#operation = 0;
  }

  note(kind: string, data: Readonly<Record<string, NoteValue>>, operations: readonly OperationNumber[] = []): void {
    this.monitor.emitNote(this.id, this.here(), this.#operation, { kind, data, operations });
  }

  admits(resource: Resource): boolean {
    return this.#host.scheduler.admits(this.#task, resource);
  }

  request(resource: Resource, mode: Mode): void | Promise<void> {
    const { scheduler } = this.#host;
    if (!this.admits(resource)) return NEVER;
    const call = this.here();
    this.monitor.emit(EventKind.request, this.id, resource.id, mode, call, this.#operation, 0, 0);
    return scheduler.point(this.#task, resource, mode, call);
  }

  /** A scheduling point that waits for nothing: under a policy that keeps the running thread, the next one gets its turn. */
  yield(): void | Promise<void> {
    const { scheduler } = this.#host;
    if (!scheduler.admits(this.#task, undefined)) return NEVER;
    return scheduler.point(this.#task, undefined, Mode.exclusive, this.#call);
  }

  /** Starts a thread. It first runs when it is scheduled, not before this one comes to a scheduling point. */
  spawn(name: string, body: ThreadBody): SimulatedThread {
    return this.#host.spawn(name, body, this);
  }

  /** Waits for the end of `other`. A scheduling point. */
  join(other: SimulatedThread): void | Promise<void> {
    if (other.monitor !== this.monitor) {
      throw new SimulationError(`thread ${quoteName(this.name)} joins ${quoteName(other.name)}, which is of another simulation`);
    }
    return this.request(
      {
        id: other.id,
        name: other.name,
        available: () => other.#ended,
        take: (thread, mode, call) =>
          this.monitor.emit(EventKind.join, thread.id, other.id, mode, call, thread.operation, 0, 0),
      },
      Mode.join,
    );
  }

  /**
   * Ends a thread without a body; one with a body ends with it.
   * @throws SimulationError on a thread with a body, and on one that has ended or waits
   */
  exit(): void {
    if (!this.#driven) {
      throw new SimulationError(`thread ${quoteName(this.name)} has a body, and exits at its end: return from it`);
    }
    if (this.#host.scheduler.admits(this.#task, undefined)) this.exited();
  }

  /** @internal Its code is over. */
  exited(): void {
    this.#ended = true;
    if (this.#host.scheduler.ended) return;
    this.#host.operations.tell();
    this.#host.scheduler.stirs();
    this.monitor.emit(EventKind.exit, this.id, 0, Mode.exclusive, this.#call, this.#operation, 0, 0);
    this.#host.scheduler.ends(this.#task);
  }

  #notNumbers(name: number, a: unknown, b: unknown): never {
    const wanted = this.monitor.registry.operationInfo(name).name;
    throw new TypeError(
      `thread ${quoteName(this.name)} begins ${inQuotes(wanted)} with (${shown(a)}, ${shown(b)}): both must be finite numbers`,
    );
  }

  #nested(name: number): never {
    const wanted = this.monitor.registry.operationInfo(name).name;
    throw new SimulationError(
      `thread ${quoteName(this.name)} begins ${inQuotes(wanted)} while operation #${this.#operation} is under way: call end() first`,
    );
  }
}

function shown(value: unknown): string {
  return typeof value === 'string' ? inQuotes(value) : String(value);
}
