/** What the scheduler knows of a thread: whether it runs, and what it waits for. */
import type { CallId, Mode } from '../trace/event.js';
import type { Resource, Thread } from './thread.js';

export interface SeenThread extends Thread {
  /** The context of its last event. */
  readonly seen: CallId;
}


export const TaskState = {
  /** A thread without a body, of which nothing is under way. */
  idle: 0,
  running: 1,
  /** At a scheduling point. */
  parked: 2,
  /** Awaits something that the simulation knows nothing of. */
  outside: 3,
  ended: 4,
} as const;
export type TaskState = (typeof TaskState)[keyof typeof TaskState];

export class Task {
  /** Place in the order of creation. */
  readonly index: number;
  readonly name: string;
  /** The thread that gets what this one asks for; a driver has none. */
  readonly thread: SeenThread | undefined;
  /** Whose code runs when this thread runs: itself, or the driver of a thread without a body. */
  readonly runner: Task;
  state: TaskState;
  /** What it waits for while parked; undefined: only for its turn. */
  resource: Resource | undefined = undefined;
  mode: Mode = 0;
  call: CallId = 0;
  wake: (() => void) | undefined = undefined;

  constructor(index: number, name: string, thread: SeenThread | undefined, runner: Task | undefined, state: TaskState) {
    this.index = index;
    this.name = name;
    this.thread = thread;
    this.runner = runner ?? this;
    this.state = state;
  }

  /** Whether it could make a step now. */
  get enabled(): boolean {
    return (
      this.state === TaskState.parked && (this.resource === undefined || this.resource.available(this.thread!, this.mode))
    );
  }
}
