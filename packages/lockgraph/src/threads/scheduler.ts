/**
 * Runs tasks one at a time. There is no loop: whoever comes to a scheduling point picks the next one and wakes it, so that a
 * thread which goes on at once costs no promise. Cost of a step: the policy's choice, and a promise where the thread changes.
 */
import type { CallId, Mode } from '../trace/event.js';
import { EventLoopWatch } from './event-loop-watch.js';
import type { Policy } from './policy.js';
import { formatSchedule, ScheduleRecorder } from './schedule.js';
import { misplaced, nobodyCanRun, warnOfYields } from './scheduler-messages.js';
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

/**
 * After so many scheduling points the event loop gets a turn: while threads spin, a timer that another one awaits fires, and that of a
 * test runner too.
 */
const POINTS_PER_TURN = 10_000;
/** So many yields on end without any event may be threads that wait for each other in a loop; or they compute, which nobody can tell apart. */
const MANY_YIELDS = 1_000_000;
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
  /** Scheduling points since the event loop had a turn. */
  #points = 0;
  /** Yields of any thread since anything else happened. */
  #yields = 0;
  #warned = false;
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

  /** An event was made: the threads do not only yield. */
  stirs(): void {
    this.#yields = 0;
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
    const turn = ++this.#points >= POINTS_PER_TURN;
    const starves = turn && this.#outside > 0;
    if (keeps && resource !== undefined && !starves && resource.available(task.thread!, mode)) {
      if (this.#bodies > 0) this.#steps.step(task.index);
      resource.take(task.thread!, mode, call);
      return undefined;
    }
    this.#park(task, resource, mode, call);
    // Back from outside while another one runs: it waits for its turn.
    if (this.#running !== undefined) return asleep(task);
    const yields = resource === undefined;
    if (turn) {
      this.#points = 0;
      this.#loop.turn(() => this.#again(true, task, yields));
      return asleep(task);
    }
    const next = this.#pick(task, yields, this.#outside > 0);
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
    if (resource === undefined && ++this.#yields === MANY_YIELDS && !this.#warned) {
      this.#warned = true;
      warnOfYields(task, MANY_YIELDS);
    }
  }

  /** The code of a runner is over. */
  #leave(runner: Task): void {
    if (runner.state === TaskState.outside) this.#outside--;
    runner.state = TaskState.ended;
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
  #again(hope: boolean, current?: Task, yields = false): void {
    if (this.#running !== undefined || this.#ended) return;
    const next = this.#pick(current, yields, hope && this.#outside > 0);
    if (next === undefined) this.#rest();
    else this.#resume(next);
  }

  #pick(current: Task | undefined, yields: boolean, hope: boolean): Task | undefined {
    if (this.#ended) return undefined;
    try {
      return this.#policy.pick(this.#tasks, current, yields, hope);
    } catch (error) {
      // That of the policy, or of a resource that was asked whether it is available.
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
    try {
      this.#grant(task);
    } catch (error) {
      // Not for the thread on whose stack this is, but for the one that asked, and that cannot go on without.
      this.#end({ stalled: false, error });
      return;
    }
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
    if (!certain) this.#end({ stalled: false, error: nobodyCanRun(this.#tasks) });
    else if (!driving) this.#end({ stalled: true });
    else this.#end({ stalled: true, error: new SimulationError(DRIVER_LOST) });
  }

  #outsideThreads(): SeenThread[] {
    return this.#tasks.filter((task) => task.state === TaskState.outside).map((task) => task.thread!);
  }

  #end(end: { readonly stalled: boolean; readonly error?: unknown }): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#loop.stop();
    let whole: RunEnd = { ...end, outside: this.#outsideThreads() };
    try {
      if (!('error' in end)) this.#policy.over();
    } catch (error) {
      whole = { ...whole, error };
    }
    this.#onEnd(whole);
  }
}

function asleep(task: Task): Promise<void> {
  return new Promise<void>((resolve) => {
    task.wake = resolve;
  });
}
