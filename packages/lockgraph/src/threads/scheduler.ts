/**
 * Runs tasks one at a time. There is no loop: whoever comes to a scheduling point picks the next one and wakes it, so that a
 * thread which goes on at once costs no promise. Cost of a step: the policy's choice, and a promise where the thread changes.
 */
import type { CallId, Mode } from '../trace/event.js';
import { EventLoopWatch } from './event-loop-watch.js';
import type { Policy } from './policy.js';
import { quoteName } from './quote.js';
import { formatSchedule, ScheduleRecorder } from './schedule.js';
import { SimulationError } from './simulation-error.js';
import { Task, TaskState } from './task.js';
import type { SeenThread } from './task.js';
import type { Resource } from './thread.js';

/** What the scheduler tells the simulation. */
export interface RunEnd {
  /** Threads are left that wait for ever. */
  readonly stalled: boolean;
  /** The threads that stood outside of the simulation, awaiting something that does not come. */
  readonly outside: readonly SeenThread[];
  /** Why the run could not go on. */
  readonly error?: unknown;
}

/** So many yields on end, with nothing in between, are threads that wait for each other in a loop. */
const MAX_YIELDS = 1_000_000;
const DRIVER_LOST = 'the function given to drive() awaits something that can no longer come: the event loop is empty';

export class Scheduler {
  readonly #policy: Policy;
  readonly #onEnd: (end: RunEnd) => void;
  readonly #steps = new ScheduleRecorder();
  /** Those that have not ended, in the order of creation. */
  readonly #tasks: Task[] = [];
  readonly #names: string[] = [];
  readonly #driver = new Task(-1, 'the driver', undefined, undefined, TaskState.idle);
  readonly #loop: EventLoopWatch;
  #running: Task | undefined = undefined;
  /** Tasks with code of their own; without any, there is never a choice, and no schedule is recorded. */
  #bodies = 0;
  #outside = 0;
  #yields = 0;
  #ended = false;

  constructor(policy: Policy, onEnd: (end: RunEnd) => void) {
    this.#policy = policy;
    this.#onEnd = onEnd;
    this.#loop = new EventLoopWatch({
      drained: () => this.#drained(),
      tick: () => this.#again(true),
      hopeless: (certain) => this.#hopeless(certain),
    });
  }

  get ended(): boolean {
    return this.#ended;
  }

  get steps(): number {
    return this.#steps.steps;
  }

  schedule(): string {
    return formatSchedule(this.#steps.runs((index) => this.#names[index]!));
  }

  /** Adds a thread. One that is not driven is enabled; `wake` starts its body. */
  add(thread: SeenThread, wake: (() => void) | undefined): Task {
    const driver = wake === undefined ? this.#driver : undefined;
    const task = new Task(this.#names.length, thread.name, thread, driver, driver ? TaskState.idle : TaskState.parked);
    task.wake = wake;
    if (driver === undefined) this.#bodies++;
    this.#names.push(thread.name);
    this.#tasks.push(task);
    return task;
  }

  /** Begins the run; `driven`: with the driver, whose code the caller starts. */
  start(driven: boolean): void {
    if (!driven) return this.#again(false);
    this.#driver.state = TaskState.running;
    this.#running = this.#driver;
    this.#loop.arm();
  }

  /** The driver's code has ended. */
  driverEnds(): void {
    this.#leave(this.#driver);
  }

  /** A thread has ended. */
  ends(task: Task): void {
    const place = this.#tasks.indexOf(task);
    if (place >= 0) this.#tasks.splice(place, 1);
    if (task.runner === task) this.#leave(task);
    else task.state = TaskState.ended;
  }

  /**
   * Whether `task` can come to a scheduling point: not after the end of the run.
   * @throws SimulationError if it is not the one whose code runs
   */
  admits(task: Task, resource: Resource | undefined): boolean {
    if (this.#ended) return false;
    const { state } = task.runner;
    if ((state === TaskState.running || state === TaskState.outside) && task.state !== TaskState.ended) return true;
    throw misplaced(task, resource);
  }

  /**
   * A scheduling point of `task`, which waits for `resource`, or only for its turn.
   * @returns undefined if it goes on at once
   */
  point(task: Task, resource: Resource | undefined, mode: Mode, call: CallId): void | Promise<void> {
    const keeps = (this.#policy.keeps || this.#bodies === 0) && task.runner.state === TaskState.running;
    if (keeps && resource !== undefined && resource.available(task.thread!, mode)) {
      if (this.#bodies > 0) this.#steps.step(task.index);
      this.#yields = 0;
      resource.take(task.thread!, mode, call);
      return undefined;
    }
    this.#park(task, resource, mode, call);
    // Back from outside while another one runs: it waits for its turn.
    if (this.#running !== undefined) return asleep(task);
    const next = this.#pick(task, resource === undefined, this.#outside > 0);
    if (next === task) {
      this.#grant(task);
      return undefined;
    }
    const promise = asleep(task);
    if (next === undefined) this.#rest();
    else this.#resume(next);
    return promise;
  }

  #park(task: Task, resource: Resource | undefined, mode: Mode, call: CallId): void {
    const runner = task.runner;
    if (runner.state === TaskState.running) this.#running = undefined;
    else this.#outside--;
    runner.state = TaskState.parked;
    task.state = TaskState.parked;
    task.resource = resource;
    task.mode = mode;
    task.call = call;
    this.#yields = resource === undefined ? this.#yields + 1 : 0;
    if (this.#yields > MAX_YIELDS) {
      const error = new SimulationError(
        `the threads that can run, as ${quoteName(task.name)}, have only yielded, ${MAX_YIELDS} times on end: ` +
          'they wait for something in a loop; wait for it with a lock, a Condition or join',
      );
      this.#end({ stalled: false, error });
    }
  }

  /** The code of a runner is over. */
  #leave(runner: Task): void {
    if (runner.state === TaskState.outside) this.#outside--;
    runner.state = TaskState.ended;
    this.#yields = 0;
    if (this.#running === runner) this.#running = undefined;
    if (this.#running === undefined) this.#again(true, runner);
  }

  /** All microtasks are done, and still a thread is running: it awaits something that is not of the simulation. */
  #drained(): void {
    const task = this.#running;
    if (task === undefined || this.#ended) return;
    task.state = TaskState.outside;
    this.#running = undefined;
    this.#outside++;
    this.#again(true, task);
  }

  /** Goes on with whoever can run, if nobody runs. */
  #again(hope: boolean, current?: Task): void {
    if (this.#running !== undefined || this.#ended) return;
    const next = this.#pick(current, false, hope && this.#outside > 0);
    if (next === undefined) this.#rest();
    else this.#resume(next);
  }

  #pick(current: Task | undefined, yields: boolean, hope: boolean): Task | undefined {
    if (this.#ended) return undefined;
    try {
      return this.#policy.pick(this.#tasks, current, yields, hope);
    } catch (error) {
      if (!(error instanceof SimulationError)) throw error;
      this.#end({ stalled: false, error });
      return undefined;
    }
  }

  #grant(task: Task): void {
    const { runner, resource } = task;
    if (this.#bodies > 0) this.#steps.step(task.index);
    this.#running = runner;
    runner.state = TaskState.running;
    if (task !== runner) task.state = TaskState.idle;
    task.resource = undefined;
    this.#loop.arm();
    resource?.take(task.thread!, task.mode, task.call);
  }

  #resume(task: Task): void {
    const wake = task.wake;
    task.wake = undefined;
    this.#grant(task);
    wake?.();
  }

  /** Nobody can run now. */
  #rest(): void {
    if (this.#ended) return;
    if (this.#outside > 0) this.#loop.rest();
    else this.#end({ stalled: this.#tasks.some((task) => task.state === TaskState.parked) });
  }

  /**
   * Nobody can run, and nothing is left that could wake those outside. If that is certain, it is a hang, as any other. If it is so
   * only as far as can be seen, it is an error and no finding: what is called a hang must be one.
   */
  #hopeless(certain: boolean): void {
    const driving = this.#driver.state === TaskState.outside;
    // A driver may take its time, as one that reads a file does; a thread of a simulation has no reason to.
    if (driving && !certain) return;
    this.#again(false);
    if (this.#running !== undefined || this.#ended) return;
    if (!certain) this.#end({ stalled: false, error: this.#outsideError() });
    else if (!driving) this.#end({ stalled: true });
    else this.#end({ stalled: true, error: new SimulationError(DRIVER_LOST) });
  }

  #outsideError(): SimulationError {
    const threads = this.#outsideThreads().map((thread) => {
      const site = thread.monitor.registry.calls.site(thread.seen);
      return `${quoteName(thread.name)} awaits something outside of the simulation${site === undefined ? '' : ` (last seen at ${site})`}`;
    });
    for (const { state, name, resource } of this.#tasks) {
      if (state === TaskState.parked) threads.push(`${quoteName(name)} waits for ${quoteName(resource!.name)}`);
    }
    const shown = threads.length > 8 ? [...threads.slice(0, 8), `${threads.length - 8} more`] : threads;
    return new SimulationError(
      `no thread can run: ${shown.join(', ')}; and no timer or I/O is under way that could end this: ` +
        'await only locks, conditions and joins, or what surely comes',
    );
  }

  #outsideThreads(): SeenThread[] {
    return this.#tasks.filter((task) => task.state === TaskState.outside).map((task) => task.thread!);
  }

  #end(end: { stalled: boolean; error?: SimulationError }): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#loop.stop();
    let { error } = end;
    if (error === undefined) {
      try {
        this.#policy.over();
      } catch (unfit) {
        error = unfit as SimulationError;
      }
    }
    this.#onEnd({ stalled: end.stalled, outside: this.#outsideThreads(), ...(error && { error }) });
  }
}

function asleep(task: Task): Promise<void> {
  return new Promise<void>((resolve) => {
    task.wake = resolve;
  });
}

function misplaced(task: Task, resource: Resource | undefined): SimulationError {
  const wish = resource === undefined ? 'comes to a scheduling point' : `requests ${quoteName(resource.name)}`;
  const subject = `thread ${quoteName(task.name)} ${wish}`;
  if (task.state === TaskState.ended) return new SimulationError(`${subject} after its end`);
  if (task.runner !== task && task.runner.state !== TaskState.parked) {
    return new SimulationError(
      `${subject} outside of drive(): a thread without a body makes its calls in the function given to drive()`,
    );
  }
  const waits = task.resource === undefined ? 'its turn' : quoteName(task.resource.name);
  return new SimulationError(
    `${subject} while ${task.state === TaskState.parked ? `it waits for ${waits}` : 'another driven thread waits'}: ` +
      'await each request before the next, and use a thread only in its own body',
  );
}
