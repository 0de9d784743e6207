/**
 * Runs async functions as threads, one at a time, under a scheduler: same program and schedule, same run.
 * A request is a scheduling point, and a thread whose lock is taken is not enabled; when nothing can run, the run is over and says why.
 */
import type { Analysis } from '../detect/finding.js';
import { Monitor } from '../detect/monitor.js';
import { EventKind, Mode } from '../trace/event.js';
import { Recorder } from '../trace/recorder.js';
import { Registry } from '../trace/registry.js';
import { CallSites } from './call-sites.js';
import { Operations } from './operations.js';
import { policyOf } from './policy.js';
import type { SchedulePolicy } from './policy.js';
import { quoteName } from './quote.js';
import { Scheduler } from './scheduler.js';
import type { RunEnd } from './scheduler.js';
import { SimulatedThread } from './simulated-thread.js';
import type { ThreadBody } from './simulated-thread.js';
import { SimulationError } from './simulation-error.js';
import type { SeenThread } from './task.js';
import type { Thread } from './thread.js';

export interface SimulationOptions {
  /** In the report; default `simulation`. */
  readonly name?: string;
  /** Who runs next; default `in-order`. */
  readonly schedule?: SchedulePolicy;
  /** Whether events say where in the source they were made; default true. Costs about 5 µs for each. */
  readonly sites?: boolean;
  /** How many of the newest events the flight recorder keeps; default 65,536. 0: no recorder, and findings have little history. */
  readonly capacity?: number;
  /** Where the events go; default a new one with a recorder. It serves one simulation. */
  readonly monitor?: Monitor;
}

export interface RunResult {
  /** `stopped`: threads are left that can never run again. */
  readonly outcome: 'finished' | 'stopped';
  readonly analysis: Analysis;
  /** As text: `new Simulation({ schedule: { schedule } })` runs the same again. Empty if there were only driven threads: no choice. */
  readonly schedule: string;
  /** How often the schedule chose. */
  readonly steps: number;
}

/** Monitors that have a simulation: what one of them found out at its end cannot be found out again. */
const taken = new WeakSet<Monitor>();

/**
 * A thread may also await what is not of the simulation: a timer, I/O, a promise of its own. The others run meanwhile, and it goes on, at once
 * and beside whoever runs, until its next scheduling point; only then does it take its turn again. When it can never come back:
 * with an empty event loop the run is over, and it is a `hang`; in a test runner, whose event loop is never empty, {@link run}
 * throws a SimulationError that names it, once for a second nothing was under way that could wake it. It is not called a hang then, for
 * that is not certain.
 * Threads that yield in a loop are never called an error either: they may compute. The event loop turns meanwhile, so that a timer ends
 * them, as that of a test runner does; after a million yields on end without an event there is a SimulationWarning.
 */
export class Simulation {
  readonly monitor: Monitor;
  readonly #name: string;
  readonly #scheduler: Scheduler;
  readonly #operations: Operations;
  readonly #sites: CallSites | undefined;
  readonly #errors: { readonly thread: string; readonly error: unknown }[] = [];
  readonly #ended: Promise<RunEnd>;
  #started = false;

  /**
   * @throws TypeError, RangeError or ScheduleError if an option is not what it should be; SimulationError if the monitor is that of
   * another simulation
   */
  constructor(options: SimulationOptions = {}) {
    const { name = 'simulation', sites = true } = options;
    this.monitor = monitorOf(options);
    this.#operations = new Operations(this.monitor);
    this.#name = name;
    this.#sites = sites ? new CallSites(this.monitor.registry.calls) : undefined;
    let ended: (end: RunEnd) => void;
    this.#ended = new Promise((resolve) => (ended = resolve));
    this.#scheduler = new Scheduler(policyOf(options.schedule), (end) => ended(this.#finish(end)));
    taken.add(this.monitor);
  }

  /** The schedule so far, as {@link RunResult.schedule}: for a run that throws, too. */
  get schedule(): string {
    return this.#scheduler.schedule();
  }

  /**
   * A thread that runs `body` when it is scheduled; made before {@link run} or during it. A thread of the simulation that starts
   * another one calls its own {@link SimulatedThread.spawn}. A name that is taken gets a number behind it.
   */
  spawn(name: string, body: ThreadBody): SimulatedThread {
    if (typeof body !== 'function') {
      const got = body === null ? 'null' : typeof body;
      throw new TypeError(
        `the body of thread ${quoteName(name)} must be a function, and is ${got}; for a thread without one, use thread(name)`,
      );
    }
    let start!: () => void;
    const started = new Promise<void>((resolve) => (start = resolve));
    const thread = this.#add(name, start);
    void started
      .then(() => body(thread))
      .catch((error: unknown) => this.#errors.push({ thread: quoteName(thread.name), error }))
      .then(() => thread.exited());
    return thread;
  }

  /** A thread without a body: the function given to {@link drive} makes its calls. */
  thread(name: string): SimulatedThread {
    return this.#add(name, undefined);
  }

  /**
   * Runs the threads until all have ended, or none can run.
   * @throws what a body threw, as it is, at the end of the run (several: AggregateError), or a resource; ScheduleError if a given schedule
   * does not fit. What was found about the other threads, as that they hang, is in `monitor.analysis(name)` then too.
   */
  run(): Promise<RunResult> {
    return this.#run(undefined);
  }

  /**
   * Runs `driver`, which makes the calls of the threads without a body, one at a time, and the other threads meanwhile. When a driven
   * thread must wait and nothing else can run, the run is over, and `driver` is not resumed.
   * @throws as {@link run}, and what `driver` throws
   */
  drive(driver: () => unknown): Promise<RunResult> {
    return this.#run(driver);
  }

  async #run(driver: (() => unknown) | undefined): Promise<RunResult> {
    if (this.#started) throw new SimulationError('a simulation runs once; make a new Simulation for another run');
    this.#started = true;
    this.#scheduler.start(driver !== undefined);
    if (driver !== undefined) void this.#drive(driver);
    const end = await this.#ended;
    if ('error' in end) this.#errors.push({ thread: 'the run', error: end.error });
    this.#rethrow();
    return {
      outcome: end.stalled ? 'stopped' : 'finished',
      analysis: this.monitor.analysis(this.#name),
      schedule: this.schedule,
      steps: this.#scheduler.steps,
    };
  }

  async #drive(driver: () => unknown): Promise<void> {
    try {
      await driver();
    } catch (error) {
      this.#errors.push({ thread: 'drive()', error });
    }
    this.#scheduler.driverEnds();
  }

  #add(name: string, start: (() => void) | undefined): SimulatedThread {
    if (typeof name !== 'string') throw new TypeError(`the name of a thread must be a string, and is ${typeof name}`);
    if (this.#scheduler.ended) {
      throw new SimulationError(`thread ${quoteName(name)} comes after the end of the run; make a new Simulation`);
    }
    return new SimulatedThread(
      {
        monitor: this.monitor,
        scheduler: this.#scheduler,
        operations: this.#operations,
        sites: this.#sites,
        spawn: (childName, body, parent) => this.#spawnFrom(childName, body, parent),
      },
      this.monitor.registry.threads.unique(name),
      start,
    );
  }

  #spawnFrom(name: string, body: ThreadBody, parent: Thread): SimulatedThread {
    const child = this.spawn(name, body);
    this.monitor.emit(EventKind.spawn, parent.id, child.id, Mode.exclusive, parent.here(), parent.operation, 0, 0);
    return child;
  }

  #finish(end: RunEnd): RunEnd {
    try {
      this.#operations.tell();
      if (end.stalled) this.#tellOutside(end.outside);
      this.monitor.finish({ stalled: end.stalled });
      return end;
    } catch (error) {
      return { ...end, error };
    }
  }

  /** What is not of the simulation, and was awaited, is a condition as any other: one that will not come. */
  #tellOutside(threads: readonly SeenThread[]): void {
    if (threads.length === 0) return;
    const { registry } = this.monitor;
    const world = registry.addLock({ name: 'something outside of the simulation', kind: 'condition' });
    for (const thread of threads) {
      const site = registry.calls.site(thread.seen);
      const { calls } = registry;
      const call = site === undefined ? thread.call : calls.child(thread.call, calls.frame('last seen here', site));
      this.monitor.emit(EventKind.request, thread.id, world, Mode.exclusive, call, thread.operation, 0, 0);
    }
  }

  #rethrow(): void {
    const [first] = this.#errors;
    if (first === undefined) return;
    if (this.#errors.length === 1) throw first.error;
    const threads = this.#errors.map(({ thread }) => thread).join(', ');
    throw new AggregateError(
      this.#errors.map(({ error }) => error),
      `${this.#errors.length} errors, in ${threads}`,
    );
  }
}

function monitorOf({ monitor, capacity }: SimulationOptions): Monitor {
  if (monitor !== undefined) {
    if (taken.has(monitor)) {
      throw new SimulationError('a monitor serves one simulation, and this one has had one; make a new Monitor for each run');
    }
    if (capacity === undefined) return monitor;
    throw new TypeError('a simulation takes a monitor or a capacity, not both: give the capacity to the recorder of the monitor');
  }
  const registry = new Registry();
  if (capacity === 0) return new Monitor({ registry });
  return new Monitor({ registry, log: new Recorder(registry, capacity === undefined ? {} : { capacity }) });
}
