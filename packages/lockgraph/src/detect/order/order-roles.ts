/** What locks count as in a lock order: each for itself, one life at a time; or each for its class. */
import type { LockId } from '../../trace/event.js';
import type { Registry } from '../../trace/registry.js';
import { NONE } from '../state/columns.js';
import { LockLives } from './lock-lives.js';
import type { LockRole } from './lock-order.js';

/** Locks by themselves. `again()` is the same from the beginning of the run on. */
export class InstanceRole implements LockRole {
  readonly hasModes = true;
  readonly #lives: LockLives;

  constructor(lives = new LockLives()) {
    this.#lives = lives;
  }

  object(lock: LockId): number {
    return this.#lives.object(lock);
  }

  end(lock: LockId): number {
    return this.#lives.end(lock);
  }

  isOneLock(): boolean {
    return true;
  }

  lock(object: number): LockId {
    return this.#lives.lock(object);
  }

  again(): InstanceRole {
    return new InstanceRole(this.#lives.again());
  }
}

/** Locks by class. */
export class ClassRole implements LockRole {
  readonly hasModes = false;
  readonly #registry: Registry;

  constructor(registry: Registry) {
    this.#registry = registry;
  }

  object(lock: LockId): number {
    return this.#registry.classOf(lock);
  }

  end(): number {
    return NONE;
  }

  isOneLock(object: number): boolean {
    return this.#registry.classSize(object) === 1;
  }
}
