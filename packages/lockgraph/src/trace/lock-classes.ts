/**
 * The classes of a run's locks by id, dense from 0. Most runs have none: then every lock is a class of its own, the ids are those of the locks,
 * and nothing is kept. Cost: O(1) each; the first lock whose class is not its name costs a pass over those before it.
 */
import type { LockId } from './event.js';
import { Interner } from './interner.js';

/** Index of a class in the registry of its run. */
export type ClassId = number;

interface ClassedLock {
  readonly name: string;
  readonly class: string;
}

export class LockClasses {
  readonly #locks: readonly ClassedLock[];
  /** Absent until a lock has a class other than its name. */
  #names: Interner | undefined = undefined;
  readonly #ofLock: ClassId[] = [];
  readonly #sizes: number[] = [];

  /** @param locks by id; it grows, and each new one is told to {@link added} */
  constructor(locks: readonly ClassedLock[]) {
    this.#locks = locks;
  }

  /** Whether a lock has a class other than its own name. */
  get some(): boolean {
    return this.#names !== undefined;
  }

  get count(): number {
    return this.#names?.size ?? this.#locks.length;
  }

  /** The last of the locks is new. */
  added(): void {
    const { length } = this.#locks;
    const last = this.#locks[length - 1]!;
    if (this.#names !== undefined) {
      this.#put(this.#names, last.class);
    } else if (last.class !== last.name) {
      this.#names = new Interner();
      // Names are unique, so that the classes so far keep their ids.
      for (const lock of this.#locks) this.#put(this.#names, lock.class);
    }
  }

  of(lock: LockId): ClassId {
    return this.#names === undefined ? lock : this.#ofLock[lock]!;
  }

  /** How many locks are of a class. */
  size(id: ClassId): number {
    return this.#names === undefined ? 1 : this.#sizes[id]!;
  }

  /** @throws RangeError if there is no such class */
  name(id: ClassId): string {
    if (this.#names !== undefined) return this.#names.name(id);
    const lock = this.#locks[id];
    if (lock === undefined) throw new RangeError(`no class has the id ${id}; there are ${this.#locks.length}`);
    return lock.class;
  }

  #put(names: Interner, lockClass: string): void {
    const id = names.id(lockClass);
    this.#ofLock.push(id);
    if (id === this.#sizes.length) this.#sizes.push(0);
    this.#sizes[id]!++;
  }
}
