/** What may happen to variables, and to locks of each kind, as one table for the rows of the binary format; the rule is JSONL's. */
import { ROW } from './binary-format.js';
import { EventKind, Mode } from './event.js';
import { MODE_NAMES, OBJECTS } from './jsonl-format.js';
import { LineError } from './jsonl-guards.js';
import { modeOf } from './jsonl-modes.js';
import { LOCK_MODES } from './lock-modes.js';
import type { LockInfo, LockKind } from './registry.js';

const PART = ROW.what + 1;

/**
 * By kind and mode of an event ({@link ROW}.what), from {@link VARIABLE_RULE} or {@link lockRule} on: 1 if a variable or such a lock may be its
 * object, else 0.
 */
export const RULES: Uint8Array = new Uint8Array(PART * (1 + Object.keys(LOCK_MODES).length));
/** Where the rule of variables starts. */
export const VARIABLE_RULE = 0;
RULES[EventKind.read] = 1;
RULES[EventKind.write] = 1;

const lockRules = new Map<LockKind, number>();

/** Where the rule of locks such as this starts. Cost: a probe; the rule is found out for the first lock of its kind. */
export function lockRule(lock: LockInfo): number {
  const known = lockRules.get(lock.kind);
  if (known !== undefined) return known;
  const start = PART * (1 + lockRules.size);
  lockRules.set(lock.kind, start);
  for (const kind of Object.values(EventKind)) {
    if (OBJECTS[kind] !== 'lock') continue;
    for (const mode of Object.values(Mode)) if (goTogether(kind, mode, lock)) RULES[start + (kind | (mode << ROW.modeShift))] = 1;
  }
  return start;
}

function goTogether(kind: EventKind, mode: Mode, lock: LockInfo): boolean {
  try {
    modeOf(kind, MODE_NAMES[mode], lock);
    return true;
  } catch (error) {
    if (error instanceof LineError) return false;
    throw error;
  }
}
