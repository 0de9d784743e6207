/** What a run shows, made by hand. */
import type { Knowledge } from '../../../../packages/lockgraph/src/detect/knowledge/knowledge.js';
import { EventKind, Mode } from '../../../../packages/lockgraph/src/trace/event.js';
import { Run } from '../run.js';

/** @param steps the run, event by event */
export function shown(name: string, steps: (run: Run) => void): Knowledge {
  const run = new Run();
  steps(run);
  run.monitor.finish();
  return run.monitor.knowledge(name);
}

/** A thread takes locks, one after the other, and then releases all. */
export function nest(run: Run, thread: string, ...locks: readonly string[]): void {
  run.take(thread, ...locks);
  for (const lock of locks.toReversed()) run.release(thread, lock);
}

/** `thread` takes a reader-writer lock for reading. */
export function share(run: Run, thread: string, lock: string): void {
  emit(run, EventKind.take, thread, lock);
}

export function unshare(run: Run, thread: string, lock: string): void {
  emit(run, EventKind.release, thread, lock);
}

function emit(run: Run, kind: EventKind, thread: string, lock: string): void {
  const { registry, monitor } = run;
  monitor.emit(kind, registry.threads.id(thread), registry.findLock(lock)!, Mode.shared, 0, 0, 0, 0);
}

/** A nesting in short: `B while A, C is held`. */
export function nestingsOf({ nestings }: Knowledge): string[] {
  const use = ({ class: name, mode }: { readonly class: string; readonly mode: string }): string => (mode === 'exclusive' ? name : `${name} ${mode}`);
  return nestings.map(({ wants, held, tried }) => `${tried ? 'tries ' : ''}${use(wants)} with ${held.map(use).join(', ')}`);
}
