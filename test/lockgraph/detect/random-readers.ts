/**
 * Random programs with reader-writer locks and a semaphore, and a naive observer of them, as in random-program.ts. A thread waits for every hold that is
 * in its way, so that who waits for whom is a graph.
 */
import fc from 'fast-check';
import { Mode } from '../../../packages/lockgraph/src/trace/event.js';
import type { Finding, Waiter } from '../../../packages/lockgraph/src/detect/finding.js';
import type { Run } from './run.js';

interface Hold {
  readonly thread: string;
  readonly lock: string;
  readonly mode: Mode;
}

interface Wait {
  readonly object: string;
  readonly mode: Mode;
}

const THREADS = ['t0', 't1', 't2', 't3', 't4'];
/** `M` is a mutex, `R` recursive, `B` freed by whoever releases it wrongly, `S` a semaphore. */
const LOCKS = ['M', 'A', 'B', 'R', 'S'];
const MODES = [Mode.exclusive, Mode.shared, Mode.upgradable];

/** What a naive observer knows: a list of holds, one for each time that a thread has a lock. */
export class ReaderTwin {
  holds: readonly Hold[] = [];
  readonly waiting = new Map<string, Wait>();
  readonly ended = new Set<string>();

  /** All that a waiting thread waits for. */
  blockers(thread: string): string[] {
    const wait = this.waiting.get(thread);
    if (wait === undefined || wait.mode === Mode.permits) return [];
    if (wait.mode === Mode.join) return this.ended.has(wait.object) ? [] : [wait.object];
    return this.inWay(thread, wait.object, wait.mode).map((hold) => hold.thread);
  }

  inWay(thread: string, lock: string, mode: Mode): Hold[] {
    const held = this.holds.filter((hold) => hold.lock === lock);
    const hasExclusive = held.some((hold) => hold.thread === thread && hold.mode === Mode.exclusive);
    return held.filter((hold) => {
      const both = new Set<Mode>([hold.mode, mode]);
      if (both.has(Mode.shared) && !both.has(Mode.exclusive)) return false;
      if (hold.thread !== thread) return true;
      if (hold.mode === Mode.upgradable && mode === Mode.exclusive) return false;
      if (lock !== 'R') return true;
      return hold.mode === Mode.shared && !hasExclusive;
    });
  }

  /** For each thread that waits for itself, by way of whomever: all that it waits for and that wait for it. */
  knots(): Map<string, ReadonlySet<string>> {
    const reached = new Map(THREADS.map((thread) => [thread, this.#from(thread)]));
    const knots = new Map<string, ReadonlySet<string>>();
    for (const [thread, threads] of reached) {
      if (threads.has(thread)) knots.set(thread, new Set([...threads].filter((other) => reached.get(other)!.has(thread))));
    }
    return knots;
  }

  /** Whether each entry of a finding waits now, as it says, for a hold of the next. */
  stands({ kind, cycle }: Finding): boolean {
    if (kind === 'self-deadlock') return cycle.some((waiter) => this.waitsForItself(waiter));
    return cycle.every((waiter, i) => this.#waitsFor(waiter, cycle[(i + 1) % cycle.length]!.thread));
  }

  waitsForItself(waiter: Waiter): boolean {
    return this.#waitsFor(waiter, waiter.thread);
  }

  #waitsFor({ thread, wants }: Waiter, other: string): boolean {
    return this.waiting.get(thread)?.object === wants && this.blockers(thread).includes(other);
  }

  /** All that a thread waits for, directly and by way of others. */
  #from(thread: string): Set<string> {
    const found = new Set<string>();
    const todo = this.blockers(thread);
    for (const next of todo) {
      if (found.has(next)) continue;
      found.add(next);
      todo.push(...this.blockers(next));
    }
    return found;
  }
}

/** How often each step is tried. */
const WEIGHTS = { want: 5, grant: 6, try: 2, take: 2, release: 5, wrong: 1, join: 1, cancel: 2, exit: 1 };
type What = keyof typeof WEIGHTS;
export type ReaderStep = readonly [What, string, string, Mode, string];

export const readerSteps = fc.array(
  fc.tuple(
    fc.oneof(...Object.entries(WEIGHTS).map(([step, weight]) => ({ weight, arbitrary: fc.constant(step as What) }))),
    fc.constantFrom(...THREADS),
    fc.constantFrom(...LOCKS),
    fc.constantFrom(...MODES),
    fc.constantFrom(...THREADS),
  ),
  { maxLength: 200, size: 'max' },
);

export function prepareReaders(run: Run): ReaderTwin {
  run.lock('M');
  run.lock('A', { kind: 'rwlock' });
  run.lock('B', { kind: 'rwlock', unlock: 'pthread' });
  run.lock('R', { kind: 'rwlock', recursive: true });
  run.lock('S', { kind: 'semaphore', permits: 2 });
  return new ReaderTwin();
}

/** Makes a step if the thread can. Returns the kinds of misuse that it is. */
export function takeReaderStep(run: Run, twin: ReaderTwin, [what, thread, lock, chosen, other]: ReaderStep): string[] {
  if (twin.ended.has(thread)) return [];
  const mode = lock === 'S' ? Mode.permits : lock === 'M' ? Mode.exclusive : chosen;
  const wait = twin.waiting.get(thread);
  if (wait !== undefined) {
    if (what === 'cancel' && wait.mode !== Mode.join) {
      run.cancel(thread, wait.object, wait.mode);
      twin.waiting.delete(thread);
    } else if (what === 'grant' && twin.blockers(thread).length === 0) {
      twin.waiting.delete(thread);
      if (wait.mode === Mode.join) run.join(thread, wait.object);
      else acquire(run, twin, thread, wait.object, wait.mode, false);
    }
    return [];
  }
  const own = twin.holds.findLastIndex((hold) => hold.thread === thread && hold.lock === lock && hold.mode === mode);
  switch (what) {
    case 'want':
      run.want(thread, lock, mode);
      twin.waiting.set(thread, { object: lock, mode });
      return [];
    case 'try':
    case 'take':
      if (lock === 'S' || twin.inWay(thread, lock, mode).length === 0) acquire(run, twin, thread, lock, mode, what === 'take');
      return [];
    case 'release':
      if (own === -1 && lock !== 'S') return [];
      run.release(thread, lock, mode);
      if (own !== -1) twin.holds = twin.holds.toSpliced(own, 1);
      return [];
    case 'wrong': {
      if (own !== -1 || lock === 'S') return [];
      const foreign = twin.holds.some((hold) => hold.lock === lock && hold.thread !== thread);
      run.release(thread, lock, mode);
      if (lock === 'B') twin.holds = twin.holds.filter((hold) => hold.lock !== lock);
      return [foreign ? 'unlock-foreign' : 'unlock-not-held'];
    }
    case 'join':
      run.wantJoin(thread, other);
      twin.waiting.set(thread, { object: other, mode: Mode.join });
      return [];
    case 'exit': {
      run.exit(thread);
      twin.ended.add(thread);
      const locks = new Set(twin.holds.filter((hold) => hold.thread === thread).map((hold) => hold.lock));
      return [...locks].map(() => 'exit-holding');
    }
    default:
      return [];
  }
}

function acquire(run: Run, twin: ReaderTwin, thread: string, lock: string, mode: Mode, atOnce: boolean): void {
  if (atOnce) run.takeAtOnce(thread, lock, mode);
  else run.acquire(thread, lock, mode);
  if (mode !== Mode.permits) twin.holds = [...twin.holds, { thread, lock, mode }];
}
