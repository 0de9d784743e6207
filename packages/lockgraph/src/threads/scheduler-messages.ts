/** What the scheduler says of threads that it cannot follow, or cannot go on with. */
import { quoteName } from './quote.js';
import { SimulationError } from './simulation-error.js';
import { TaskState } from './task.js';
import type { Task } from './task.js';
import type { Resource } from './thread.js';

/** So many threads are named; the others are counted. */
const NAMED = 8;

/** `task` comes to a scheduling point when its code is not the one that runs. */
export function misplaced(task: Task, resource: Resource | undefined): SimulationError {
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

/** All of `tasks` stand still, and nothing that could be seen would change that. */
export function nobodyCanRun(tasks: readonly Task[]): SimulationError {
  const outside = tasks.filter(({ state }) => state === TaskState.outside).map(awaitsOutside);
  const parked = tasks.filter(({ state }) => state === TaskState.parked).map(waitsInside);
  const threads = [...outside, ...parked];
  const shown = threads.length > NAMED ? [...threads.slice(0, NAMED), `${threads.length - NAMED} more`] : threads;
  return new SimulationError(
    `no thread can run: ${shown.join(', ')}; and no timer or I/O is under way that could end this: ` +
      'await only locks, conditions and joins, or what surely comes',
  );
}

function awaitsOutside({ name, thread }: Task): string {
  const site = thread!.monitor.registry.calls.site(thread!.seen);
  return `${quoteName(name)} awaits something outside of the simulation${site === undefined ? '' : ` (last seen at ${site})`}`;
}

function waitsInside({ name, resource }: Task): string {
  return `${quoteName(name)} waits for ${resource === undefined ? 'its turn' : quoteName(resource.name)}`;
}

/** A fact and no error: the threads may compute, and whether they do, or wait for each other in a loop, is not to be seen. */
export function warnOfYields(task: Task, times: number): void {
  process.emitWarning(
    `the threads that can run, as ${quoteName(task.name)}, have only yielded, ${times} times on end: ` +
      'if they wait for something in a loop, wait for it with a lock, a Condition or join',
    'SimulationWarning',
  );
}
