/** Which thread makes the next step. Each policy is a function of what it saw before: same program and policy, same run. */
import { inQuotes, quoteName } from './quote.js';
import { parseSchedule } from './schedule.js';
import type { ScheduleRun } from './schedule.js';
import { ScheduleError } from './simulation-error.js';
import { TaskState } from './task.js';
import type { Task } from './task.js';

/**
 * `in-order`: the running thread goes on until it waits or yields, then the first that can run, in the order of creation.
 * `round-robin`: another thread at each scheduling point, in turn.
 * `seed`: any of those that can run, drawn by a generator with that seed (an integer from 0 to 2^32 - 1).
 * `schedule`: the text of a schedule; when it is used up, the run goes on in order.
 */
export type SchedulePolicy = 'in-order' | 'round-robin' | { readonly seed: number } | { readonly schedule: string };

export interface Policy {
  /** Whether a thread that gets what it asks for always goes on. */
  readonly keeps: boolean;
  /**
   * @param tasks all that have not ended, in the order of creation
   * @param current the one at whose scheduling point the choice is made; it may have ended
   * @param yields whether it gives up its turn
   * @param hope whether a thread is outside of the simulation, whose return may enable others
   * @returns one that is enabled; undefined if there is none, or the one to come may yet be enabled
   * @throws ScheduleError if a given schedule does not fit
   */
  pick(tasks: readonly Task[], current: Task | undefined, yields: boolean, hope: boolean): Task | undefined;
  /** @throws ScheduleError if the run ended before its schedule */
  over(): void;
}

/** @throws TypeError or ScheduleError if it is not a {@link SchedulePolicy} */
export function policyOf(schedule: SchedulePolicy | undefined): Policy {
  if (schedule === undefined || schedule === 'in-order') return new InOrder();
  if (schedule === 'round-robin') return new RoundRobin();
  if (typeof schedule === 'object' && schedule !== null) {
    if ('seed' in schedule && isSeed(schedule.seed)) return new Seeded(schedule.seed);
    if ('schedule' in schedule && typeof schedule.schedule === 'string') return new Given(parseSchedule(schedule.schedule));
  }
  throw new TypeError(
    `schedule must be 'in-order', 'round-robin', { seed: an integer from 0 to 4294967295 } or { schedule: the text of one }, ` +
      `and is ${typeof schedule === 'object' ? JSON.stringify(schedule) : inQuotes(String(schedule))}`,
  );
}

function isSeed(seed: unknown): seed is number {
  return Number.isInteger(seed) && (seed as number) >= 0 && (seed as number) <= 0xffff_ffff;
}

class InOrder implements Policy {
  readonly keeps = true;

  pick(tasks: readonly Task[], current: Task | undefined, yields: boolean): Task | undefined {
    if (current === undefined) return firstEnabled(tasks, 0);
    if (yields) return firstEnabled(tasks, placeAfter(tasks, current));
    return current.enabled ? current : firstEnabled(tasks, 0);
  }

  over(): void {}
}

class RoundRobin implements Policy {
  readonly keeps = false;

  pick(tasks: readonly Task[], current: Task | undefined): Task | undefined {
    return firstEnabled(tasks, current === undefined ? 0 : placeAfter(tasks, current));
  }

  over(): void {}
}

class Seeded implements Policy {
  readonly keeps = false;
  #state: number;

  constructor(seed: number) {
    this.#state = seed | 0;
  }

  pick(tasks: readonly Task[]): Task | undefined {
    // Drawing until one is enabled is uniform, and mostly cheaper than asking all of them.
    for (let tries = 0; tries < 4 && tasks.length > 0; tries++) {
      const task = tasks[this.#below(tasks.length)]!;
      if (task.enabled) return task;
    }
    const enabled = tasks.filter((task) => task.enabled);
    return enabled[this.#below(enabled.length)];
  }

  over(): void {}

  /** An integer from 0 to below `bound`, by mulberry32. */
  #below(bound: number): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 0x1_0000_0000) * bound);
  }
}

class Given implements Policy {
  readonly keeps = false;
  readonly #runs: readonly ScheduleRun[];
  readonly #after = new InOrder();
  #run = 0;
  /** Steps of the run made before. */
  #made = 0;
  #step = 0;

  constructor(runs: readonly ScheduleRun[]) {
    this.#runs = runs;
  }

  pick(tasks: readonly Task[], current: Task | undefined, yields: boolean, hope: boolean): Task | undefined {
    const next = this.#runs[this.#run];
    if (next === undefined) return this.#after.pick(tasks, current, yields);
    const task = current?.name === next.thread ? current : tasks.find((candidate) => candidate.name === next.thread);
    if (task === undefined || !task.enabled) {
      if (hope) return undefined;
      throw this.#unfit(tasks, task, next.thread);
    }
    this.#step++;
    this.#made++;
    if (this.#made === next.count) {
      this.#run++;
      this.#made = 0;
    }
    return task;
  }

  over(): void {
    const next = this.#runs[this.#run];
    if (next === undefined) return;
    throw new ScheduleError(
      `the run ended after step ${this.#step}, but the schedule goes on with ${quoteName(next.thread)}: ` +
        'it is the schedule of another program, or of another version of this one',
    );
  }

  #unfit(tasks: readonly Task[], task: Task | undefined, name: string): ScheduleError {
    const why =
      task === undefined
        ? 'there is no such thread, or it has ended'
        : task.state === TaskState.parked
          ? `it waits for ${quoteName(task.resource!.name)}`
          : 'it is at no scheduling point';
    const enabled = tasks.filter((candidate) => candidate.enabled).map((candidate) => quoteName(candidate.name));
    return new ScheduleError(
      `step ${this.#step + 1} of the schedule is ${quoteName(name)}'s, but ${why}; ` +
        `enabled: ${enabled.slice(0, 10).join(', ') || 'none'}${enabled.length > 10 ? ` and ${enabled.length - 10} more` : ''}`,
    );
  }
}

/** The first that is enabled from place `from` on, and then from the beginning. */
function firstEnabled(tasks: readonly Task[], from: number): Task | undefined {
  for (let i = from; i < tasks.length; i++) if (tasks[i]!.enabled) return tasks[i];
  for (let i = 0; i < from && i < tasks.length; i++) if (tasks[i]!.enabled) return tasks[i];
  return undefined;
}

/** The place of the first task created after `current`: tasks lie in the order of creation. */
function placeAfter(tasks: readonly Task[], current: Task): number {
  let low = 0;
  let high = tasks.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (tasks[middle]!.index <= current.index) low = middle + 1;
    else high = middle;
  }
  return low;
}
