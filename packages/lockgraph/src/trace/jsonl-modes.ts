/** Which mode an event of a JSONL trace may have: that depends on what happened, and on the kind of lock to which it did. */
import { EventKind, Mode } from './event.js';
import { KIND_NAMES, MODE_NAMES } from './jsonl-format.js';
import { fail, LineError, shown } from './jsonl-guards.js';
import { LOCK_MODES } from './lock-modes.js';
import type { LockInfo, LockKind } from './registry.js';

const MODES = new Map<unknown, Mode>(MODE_NAMES.map((name, code) => [name, code as Mode]));
const EXCLUSIVE: readonly Mode[] = [Mode.exclusive];
/** Releases say also how they went wrong, where there are holders. */
const RELEASE_MODES: Readonly<Record<LockKind, readonly Mode[]>> = {
  ...LOCK_MODES,
  mutex: [...LOCK_MODES.mutex, Mode.unheld, Mode.foreign],
  rwlock: [...LOCK_MODES.rwlock, Mode.unheld, Mode.foreign],
  condition: [...LOCK_MODES.condition, Mode.unheld, Mode.foreign],
};

/** Whether it is the end of a thread that is wanted, given up, or seen. */
export function isJoin(kind: EventKind, mode: unknown): boolean {
  return mode === 'join' && (kind === EventKind.request || kind === EventKind.cancel || kind === EventKind.join);
}

/**
 * @param value what stands in the place of the mode; undefined: nothing, which is `exclusive`
 * @param lock the event's object, if it is one
 * @throws LineError if such an event has no such mode
 */
export function modeOf(kind: EventKind, value: unknown, lock: LockInfo | undefined): Mode {
  const mode = value === undefined ? Mode.exclusive : MODES.get(value);
  const choices = lock === undefined ? EXCLUSIVE : modesOf(kind, lock);
  if (mode !== undefined && (choices.includes(mode) || (lock === undefined && isJoin(kind, value)))) return mode;
  return refuse(kind, choices, value, lock);
}

function modesOf(kind: EventKind, lock: LockInfo): readonly Mode[] {
  if (kind === EventKind.init || kind === EventKind.destroy) return EXCLUSIVE;
  if (kind !== EventKind.release) return LOCK_MODES[lock.kind];
  if (lock.kind === 'barrier') throw new LineError(`the barrier ${shown(lock.name)} is held by nobody, and cannot be released`);
  return RELEASE_MODES[lock.kind];
}

function refuse(kind: EventKind, choices: readonly Mode[], value: unknown, lock: LockInfo | undefined): never {
  const names = choices.map((mode) => MODE_NAMES[mode]!);
  if (kind === EventKind.request || kind === EventKind.cancel || kind === EventKind.join) names.push('join');
  const why = lock === undefined ? '' : ` (${shown(lock.name)} is a ${lock.kind})`;
  // Only that of a semaphore must be there.
  if (value === undefined && lock !== undefined) {
    fail(`mode${why}`, `"permits" and how many behind the operation, as in [7,"${KIND_NAMES[kind]}","t0",${shown(lock.name)},0,0,"permits",1]`, value);
  }
  return fail(`mode${why}`, `one of ${names.join(', ')}`, value);
}
