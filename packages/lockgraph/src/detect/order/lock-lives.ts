/**
 * Locks by life: whoever destroys a lock, or begins its life anew, makes another one of it, and what was known of its order is void. An object is
 * a lock in one of its lives. Cost: O(1), and for a run without destroyed locks an array look-up.
 */
import type { LockId } from '../../trace/event.js';
import { grownIds, NONE } from '../state/columns.js';

/** Objects by lock and life, numbered as they come. */
class ObjectTable {
  readonly #first: number[] = [];
  readonly #later = new Map<string, number>();
  readonly #locks: LockId[] = [];

  object(lock: LockId, life: number): number {
    const known = life === 0 ? this.#first[lock] : this.#later.get(`${lock} ${life}`);
    if (known !== undefined) return known;
    const object = this.#locks.push(lock) - 1;
    if (life === 0) this.#first[lock] = object;
    else this.#later.set(`${lock} ${life}`, object);
    return object;
  }

  lock(object: number): LockId {
    return this.#locks[object]!;
  }
}

export class LockLives {
  readonly #table: ObjectTable;
  #current = new Int32Array(0);
  /** Lives that are over, of locks that have had one. */
  readonly #over = new Map<LockId, number>();

  /** @param table shared with {@link LockLives} of the same run that are asked in other orders */
  constructor(table: ObjectTable = new ObjectTable()) {
    this.#table = table;
  }

  /** The object that a lock is now. */
  object(lock: LockId): number {
    const known = lock < this.#current.length ? this.#current[lock]! : NONE;
    if (known !== NONE) return known;
    if (lock >= this.#current.length) this.#current = grownIds(this.#current, lock);
    return (this.#current[lock] = this.#table.object(lock, this.#over.get(lock) ?? 0));
  }

  /** The life of a lock is over. @returns the object that it was; NONE if nobody knew it */
  end(lock: LockId): number {
    const known = lock < this.#current.length ? this.#current[lock]! : NONE;
    if (known === NONE) return NONE;
    this.#over.set(lock, (this.#over.get(lock) ?? 0) + 1);
    this.#current[lock] = NONE;
    return known;
  }

  lock(object: number): LockId {
    return this.#table.lock(object);
  }

  /** The same objects, from the beginning of the run on. */
  again(): LockLives {
    return new LockLives(this.#table);
  }
}
