/** How locks of each kind are wanted and held, and which ways of holding one exclude each other. */
import { Mode } from './event.js';
import type { LockKind } from './registry.js';

/** The modes of requests, acquires, takes, cancels and releases of locks of a kind. */
export const LOCK_MODES: Readonly<Record<LockKind, readonly Mode[]>> = {
  mutex: [Mode.exclusive],
  condition: [Mode.exclusive],
  rwlock: [Mode.exclusive, Mode.shared, Mode.upgradable],
  semaphore: [Mode.permits],
  barrier: [Mode.exclusive],
};

/** Whether two threads cannot hold a lock in these modes at once: {@link Mode}.exclusive, shared or upgradable. */
export function conflict(one: Mode, other: Mode): boolean {
  return one === Mode.exclusive || other === Mode.exclusive || (one === Mode.upgradable && other === Mode.upgradable);
}

/** Whether others can hold a lock beside who holds it in one mode, so that this one does not get it in another mode at once. */
export function waitsBeside(held: Mode, wanted: Mode): boolean {
  return LOCK_MODES.rwlock.some((other) => !conflict(held, other) && conflict(other, wanted));
}
