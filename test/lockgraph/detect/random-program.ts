/**
 * Random lock programs. A list of numbers decides each step, so that fast-check can shrink it; only steps that the
 * threads could take are made: who waits does nothing but be granted, give up, or (its lock having been freed) see it taken.
 */
import fc from 'fast-check';
import type { Run } from './run.js';

/** What a naive observer knows: plain maps by name. */
export class Twin {
  readonly holder = new Map<string, { thread: string; depth: number }>();
  readonly waiting = new Map<string, { object: string; join: boolean }>();
  readonly ended = new Set<string>();
  readonly recursive: ReadonlySet<string>;

  constructor(recursive: readonly string[]) {
    this.recursive = new Set(recursive);
  }

  /** Whom a waiting thread waits for. */
  blocker(thread: string): string | undefined {
    const wait = this.waiting.get(thread);
    if (wait === undefined) return undefined;
    if (wait.join) return this.ended.has(wait.object) ? undefined : wait.object;
    const holder = this.holder.get(wait.object)?.thread;
    return holder === thread && this.recursive.has(wait.object) ? undefined : holder;
  }

  /** Each cycle as its sorted waits, `t1 A, t2 B`: from whoever a walk of enough steps comes back to. */
  cycles(): Set<string> {
    const found = new Set<string>();
    for (const start of this.waiting.keys()) {
      const walk = [start];
      let at = this.blocker(start);
      for (; at !== undefined && at !== start && walk.length < this.waiting.size; at = this.blocker(at)) walk.push(at);
      if (at === start) found.add(asWaits(walk.map((thread) => ({ thread, wants: this.waiting.get(thread)!.object }))));
    }
    return found;
  }
}

/** Waits in any order as one string. */
export function asWaits(waits: readonly { readonly thread: string; readonly wants: string }[]): string {
  return waits
    .map(({ thread, wants }) => `${thread} ${wants}`)
    .toSorted()
    .join(', ');
}

const THREADS = ['t0', 't1', 't2', 't3', 't4'];
const LOCKS = ['A', 'B', 'C', 'D', 'R'];
/** How often each step is tried, of 31. */
const WEIGHTS = { want: 4, grant: 6, try: 2, take: 2, release: 7, wrong: 1, join: 1, cancel: 3, exit: 1, operation: 2, note: 2 };

export const steps = fc.array(
  fc.tuple(
    fc.oneof(...Object.entries(WEIGHTS).map(([step, weight]) => ({ weight, arbitrary: fc.constant(step as What) }))),
    fc.constantFrom(...THREADS),
    fc.constantFrom(...LOCKS),
    fc.constantFrom(...THREADS),
  ),
  { maxLength: 200, size: 'max' },
);
type What = keyof typeof WEIGHTS;
export type Step = readonly [What, string, string, string];

/** `R` is recursive, and `B` is freed by whoever releases it. */
export function prepare(run: Run): Twin {
  for (const name of LOCKS) run.lock(name, { recursive: name === 'R', unlock: name === 'B' ? 'pthread' : 'throw' });
  return new Twin(['R']);
}

/** Makes a step if the thread can. Returns the kinds of misuse that it is. */
export function take(run: Run, twin: Twin, [what, thread, lock, other]: Step): string[] {
  if (twin.ended.has(thread)) return [];
  const wait = twin.waiting.get(thread);
  const hold = twin.holder.get(lock);
  if (wait !== undefined) {
    if (what === 'cancel' && !wait.join) {
      run.cancel(thread, wait.object);
      twin.waiting.delete(thread);
    } else if (what === 'grant' && twin.blocker(thread) === undefined) {
      twin.waiting.delete(thread);
      if (wait.join) run.join(thread, wait.object);
      else acquire(run, twin, thread, wait.object);
    }
    return [];
  }
  switch (what) {
    case 'want':
      run.want(thread, lock);
      twin.waiting.set(thread, { object: lock, join: false });
      return [];
    case 'try':
    case 'take':
      if (hold === undefined || (hold.thread === thread && twin.recursive.has(lock))) acquire(run, twin, thread, lock, what === 'take');
      return [];
    case 'release':
      if (hold?.thread !== thread) return [];
      run.release(thread, lock);
      if (--hold.depth === 0) twin.holder.delete(lock);
      return [];
    case 'wrong':
      if (hold?.thread === thread) return [];
      run.release(thread, lock);
      if (lock === 'B') twin.holder.delete(lock);
      return [hold === undefined ? 'unlock-not-held' : 'unlock-foreign'];
    case 'join':
      run.wantJoin(thread, other);
      twin.waiting.set(thread, { object: other, join: true });
      return [];
    case 'exit': {
      run.exit(thread);
      twin.ended.add(thread);
      return [...twin.holder.values()].filter((each) => each.thread === thread).map(() => 'exit-holding');
    }
    case 'operation':
      run.begin(thread, 'f', { x: 1 });
      return [];
    case 'note':
      run.note(thread, { kind: `x/${lock}`, data: { lock }, operations: run.operationCount > 2 ? [run.operationCount - 2] : [] });
      return [];
    default:
      return [];
  }
}

function acquire(run: Run, twin: Twin, thread: string, lock: string, atOnce = false): void {
  if (atOnce) run.takeAtOnce(thread, lock);
  else run.acquire(thread, lock);
  const hold = twin.holder.get(lock);
  if (hold === undefined) twin.holder.set(lock, { thread, depth: 1 });
  else hold.depth++;
}
